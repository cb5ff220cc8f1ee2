"""Getting the next task, queues and skills over the API."""

from typing import Any

from tests.api.drawings import APPROVAL, APPROVAL_FORM


def begin(administrator: Any) -> str:
    administrator.deploy(approval_bpmn=APPROVAL, approval_form=APPROVAL_FORM)
    instance = administrator.post("/process-instances", {"key": "approval"}).json
    return str(administrator.get("/user-tasks", instanceId=instance["id"]).json["items"][0]["id"])


def test_the_next_task_is_claimed_with_a_reason(administrator: Any, call: Any) -> None:
    task_id = begin(administrator)
    groups = tuple(administrator.get(f"/user-tasks/{task_id}").json["groups"])
    associate = call("associate", groups=groups)

    given = associate.post("/user-tasks/next")

    assert given.status_code == 201
    assert (given.json["id"], given.json["assignee"]) == (task_id, "a associate")
    assert given.json["why"].endswith("the only kind of work that waits for you.")
    nothing = associate.post("/user-tasks/next")
    assert (nothing.status_code, nothing.data) == (204, b"")


def test_asking_again_with_the_same_key_gives_the_same_task(administrator: Any) -> None:
    begin(administrator)
    begin(administrator)

    first, again = (administrator.post("/user-tasks/next", key="k") for _ in range(2))

    assert first.json == again.json


def test_where_work_is_pulled_associates_do_not_choose(administrator: Any, call: Any) -> None:
    task_id = begin(administrator)
    groups = tuple(administrator.get(f"/user-tasks/{task_id}").json["groups"])
    name = groups[0] if groups else "everybody"
    put = administrator.put(f"/queues/{name}", {"mode": "pull", "targetSeconds": 3600})
    assert (put.status_code, put.json["mode"]) == (200, "pull")
    associate = call("associate", groups=groups)

    refused = associate.put(f"/user-tasks/{task_id}/claim")

    assert (refused.status_code, refused.json["error"]) == (409, "PullOnly")
    assert associate.post("/user-tasks/next").json["id"] == task_id
    assert [each["group"] for each in administrator.get("/queues").json["items"]] == [name]
    assert administrator.get(f"/queues/{name}").json["targetSeconds"] == 3600


def test_wrong_queues_are_refused(administrator: Any) -> None:
    for wrong, status in (
        ({"mode": "roulette"}, 422),
        ({"offerSeconds": 1}, 422),
        ({"targetSeconds": 1}, 422),
        ({"calendar": "nowhere"}, 404),
        ({"rules": "nothing"}, 404),
    ):
        assert administrator.put("/queues/billing", wrong).status_code == status


def test_skills_are_declared_by_leaders_and_seen_by_oneself(administrator: Any, call: Any) -> None:
    associate = call("associate")
    body = {
        "skills": {"gas": 2, "german": 1},
        "site": "Hamburg",
        "inHandLimit": 3,
        "errorLimit": None,
    }

    put = administrator.put("/workers/a associate", body)

    assert (put.status_code, put.json) == (200, {"name": "a associate", **body})
    assert associate.get("/workers/a associate").json == put.json
    assert associate.get("/workers/somebody").status_code == 403
    assert associate.put("/workers/a associate", body).status_code == 403
    assert administrator.put("/workers/nobody", body).status_code == 404
    assert administrator.put("/workers/a associate", {"skills": {"gas": 10}}).status_code == 422
