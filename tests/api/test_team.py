"""Teams over the API: offers, team leaders' acts, lending, cover, passing on, bots."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.db import transaction
from core.people import SYSTEM, add_person
from tests.api.drawings import APPROVAL, APPROVAL_FORM
from work.team import jobs


@pytest.fixture
def tasks(administrator: Any) -> list[str]:
    """Three tasks that wait for everybody, and two people."""
    administrator.deploy(approval_bpmn=APPROVAL, approval_form=APPROVAL_FORM)
    with transaction() as session:
        for name, group in (("ada", "team"), ("bob", "other")):
            add_person(session, name, roles=["associate"], groups=[group], by=SYSTEM)
    for _ in range(3):
        administrator.post("/process-instances", {"key": "approval"})
    return [each["id"] for each in administrator.get("/user-tasks").json["items"]]


def later(**span: float) -> str:
    return (datetime.now(UTC) + timedelta(**span)).isoformat()


def test_many_tasks_are_changed_with_a_reason(administrator: Any, tasks: list[str]) -> None:
    pinned = administrator.post("/user-task-pins", {"tasks": tasks[2:], "why": "The mayor"})
    weighed = administrator.post(
        "/user-task-priorities", {"tasks": tasks[:2], "priority": "low", "why": "Later"}
    )
    unknown = "00000000-0000-7000-8000-000000000000"
    given = administrator.post(
        "/user-task-assignments", {"tasks": [tasks[0], unknown], "person": "ada", "why": "Hers"}
    )

    assert (pinned.status_code, pinned.json["done"]) == (200, tasks[2:])
    assert sorted(weighed.json["done"]) == sorted(tasks[:2])
    assert given.json == {
        "done": [tasks[0]],
        "refused": [{"id": unknown, "message": "There is no such user task."}],
    }
    assert administrator.post("/user-tasks/next").json["id"] == tasks[2]
    acts = administrator.get("/team-acts", limit=2).json
    assert [each["act"] for each in acts["items"]] == ["reassign", "prioritise"]
    rest = administrator.get("/team-acts", after=acts["next"]).json
    assert [each["act"] for each in rest["items"]] == ["pin"]
    removed = administrator.delete("/user-task-pins", {"tasks": tasks[1:2], "why": "Enough"})
    assert removed.json["done"] == tasks[1:2]
    assert administrator.post("/user-task-pins", {"tasks": tasks}).status_code == 422


def test_what_is_offered_is_accepted_or_rejected(
    administrator: Any, call: Any, tasks: list[str]
) -> None:
    administrator.put("/queues/everybody", {"mode": "push", "offerSeconds": 60})
    associate = call("associate")
    assert associate.put("/presence").json["here"] is True
    with_calendar = {"zone": "UTC", "week": [["00:00-24:00"]] * 7}
    administrator.put("/calendars/office", with_calendar)
    jobs.offer()

    (offer,) = associate.get("/offers").json["items"]
    rejected = associate.post(f"/offers/{offer['id']}/rejection", {"reason": "Not my customer"})
    assert rejected.status_code == 204
    jobs.offer()
    (second,) = associate.get("/offers").json["items"]
    accepted = associate.post(f"/offers/{second['id']}/acceptance")

    assert second["taskId"] != offer["taskId"]
    assert (accepted.status_code, accepted.json["id"]) == (201, second["taskId"])
    assert associate.post(f"/offers/{offer['id']}/acceptance").status_code == 409
    assert associate.put("/presence", {"away": True, "reason": "Lunch"}).json["here"] is False
    jobs.offer()
    assert associate.get("/offers").json["items"] == []
    assert associate.put("/presence", {"away": False}).json["here"] is True


def test_people_are_lent_and_covered(administrator: Any, call: Any, tasks: list[str]) -> None:
    body = {"person": "bob", "group": "team", "until": later(days=1), "why": "Flu"}
    lent = administrator.post("/lendings", body)
    assert (lent.status_code, lent.json["group"]) == (201, "team")
    assert [each["person"] for each in administrator.get("/lendings").json["items"]] == ["bob"]
    assert administrator.delete(f"/lendings/{lent.json['id']}").status_code == 204
    ada = call("associate", name="ada")

    cover = ada.post("/covers", {"cover": "bob", "until": later(days=3), "note": "Thanks"})

    assert (cover.status_code, cover.json["person"]) == (201, "ada")
    assert len(ada.get("/covers").json["items"]) == 1
    administrator.post("/user-task-assignments", {"tasks": tasks, "person": "ada", "why": "x"})
    jobs.follow()
    assert administrator.get(f"/user-tasks/{tasks[0]}").json["assignee"] == "bob"
    assert ada.delete(f"/covers/{cover.json['id']}").status_code == 204
    assert ada.post("/lendings", body).status_code == 403


def test_a_task_is_passed_on_rests_and_falls_to_a_person(
    administrator: Any, call: Any, tasks: list[str]
) -> None:
    one, ada, bob = tasks[0], call("associate", name="ada"), call("associate", name="bob")
    ada.put(f"/user-tasks/{one}/claim")

    passed = ada.post(f"/user-tasks/{one}/delegation", {"person": "bob", "note": "Look"})
    assert (passed.status_code, passed.json["assignee"]) == (201, "bob")
    rests = bob.put(f"/user-tasks/{one}/follow-up", {"at": later(days=2)})
    assert rests.json["followUpAt"] is not None
    assert bob.delete(f"/user-tasks/{one}/follow-up").status_code == 204
    assert bob.delete(f"/user-tasks/{one}/delegation").status_code == 204
    findings = {"message": "No account number", "findings": {"customer": "K-1"}}
    assert ada.post(f"/user-tasks/{one}/findings", findings).status_code == 201

    handings = ada.get(f"/user-tasks/{one}/handings").json["items"]
    assert [each["kind"] for each in handings] == ["given_up", "handed_back", "delegated"]
    assert handings[0]["findings"] == {"customer": "K-1"}
    assert administrator.post("/user-tasks/next").json["id"] in tasks[1:]


def test_people_note_their_absences(administrator: Any, call: Any, clock_at: Any) -> None:
    clock_at()
    ada = call("associate")
    with transaction() as session:
        add_person(session, "a associate", roles=["associate"], by=SYSTEM)

    made = ada.post("/absences", {"first": "2026-01-06", "start": "12:00", "stop": "24:00"})

    assert (made.status_code, made.json["hours"]) == (201, ["09:00-12:00"])
    seen = administrator.get("/absences", person="a associate").json
    assert seen["items"] == ada.get("/absences").json["items"] == [made.json]
    for body, status in (
        ({"first": "2026-01-06"}, 409),
        ({"first": "2026-01-01"}, 422),
        ({"first": "2026-01-08", "start": "8"}, 422),
        ({"first": "2026-01-08", "person": "lea"}, 403),
    ):
        assert ada.post("/absences", body).status_code == status
    assert ada.delete("/absences/a associate/soon").status_code == 422
    assert ada.delete("/absences/a associate/2026-01-06").status_code == 204
    assert ada.delete("/absences/a associate/2026-01-06").status_code == 404


def test_dates_beyond_reach_are_refused_with_the_limits(
    administrator: Any, tasks: list[str]
) -> None:
    wanted = {"tasks": tasks[:1], "why": "?"}
    for due_at, said in (
        ("9999-12-31T00:00:00Z", "between 1970 and 2199"),
        ("2150-01-01T00:00:00Z", "2150-01-01 is out of reach"),
    ):
        refused = administrator.post("/user-task-due-dates", {**wanted, "dueAt": due_at})
        assert refused.status_code == 422
        assert said in refused.text
    assert administrator.get("/user-tasks", dueBefore="9999-01-01T00:00:00Z").status_code == 422
    days = [{"first": "9999-12-30", "last": "9999-12-31"}]
    refused = administrator.put("/calendars/far", {"basedOn": "office", "days": days})
    assert (refused.status_code, "between 1970 and 2199" in refused.text) == (422, True)
