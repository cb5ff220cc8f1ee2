import pytest

from tests.api.drawings import PLAIN
from tests.build import process


@pytest.fixture
def plain(administrator):
    """An instance of a process with one user task."""
    administrator.deploy(plain_bpmn=PLAIN)
    body = {"key": "plain", "businessKey": "K-1", "variables": {"amount": 120, "rate": 1.5}}
    return administrator.post("/process-instances", body).json


def test_an_instance_starts_and_says_where_it_stands(plain, administrator):
    tokens = administrator.get(f"/process-instances/{plain['id']}/tokens").json

    assert plain["state"] == "active"
    assert (plain["key"], plain["version"], plain["businessKey"]) == ("plain", 1, "K-1")
    assert plain["variables"] == {"amount": 120, "rate": 1.5}
    assert (plain["incidents"], plain["endedAt"]) == (0, None)
    assert [(token["elementId"], token["kind"]) for token in tokens] == [("look", "user_task")]
    assert tokens[0]["since"].endswith("Z")


def test_a_version_can_be_started_by_its_id(plain, administrator):
    body = {"definitionId": plain["definitionId"]}

    assert administrator.post("/process-instances", body).status_code == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"key": "plain", "definitionId": "00000000-0000-0000-0000-000000000000"}, 422),
        ({"key": "unknown"}, 404),
        ({"definitionId": "00000000-0000-0000-0000-000000000000"}, 404),
        ({"definitionId": "nonsense"}, 422),
        ({"key": "plain", "startElement": "nowhere"}, 422),
        ({"key": "plain", "variables": "none"}, 422),
        ({"key": "plain", "variables": {"n" * 201: 1}}, 422),
        ({"key": "plain", "businessKey": "k" * 201}, 422),
    ],
)
def test_a_start_that_makes_no_sense_starts_nothing(plain, administrator, body, status):
    assert administrator.post("/process-instances", body).status_code == status
    assert len(administrator.get("/process-instances").json["items"]) == 1


def test_what_is_null_counts_as_not_given(administrator):
    administrator.deploy(plain_bpmn=PLAIN)
    nothing = {"definitionId": None, "businessKey": None, "startElement": None}

    assert administrator.post("/process-instances", {"key": "plain", **nothing}).status_code == 201
    assert administrator.post("/process-instances", {"key": None, **nothing}).status_code == 422


def test_instances_are_found_by_what_is_known_of_them(plain, administrator):
    def found(**query):
        return len(administrator.get("/process-instances", **query).json["items"])

    assert found(businessKey="K-1", key="plain", state="active") == 1
    assert found(startedAfter="2020-01-01T00:00:00Z", startedBefore="2100-01-01") == 1
    assert found(startedBefore="2020-01-01T00:00:00+01:00") == 0
    assert found(state="completed") == 0
    assert found(variable="region:north") == 0
    assert found(variable=["region:north", "amount:5"]) == 0


def test_instances_are_found_by_several_variables_at_once(administrator):
    drawing = process("labelled").user_task("look")
    drawing.settings = '<work:label variable="region"/><work:label variable="amount"/>'
    administrator.deploy(labelled_bpmn=drawing.end())
    for amount in (5, 7):
        body = {"key": "labelled", "variables": {"region": "a:b", "amount": amount}}
        administrator.post("/process-instances", body)

    def found(list_of, *filters):
        response = administrator.get(f"/{list_of}", variable=list(filters))
        return response.status_code, len(response.json["items"])

    for list_of in ("process-instances", "user-tasks"):
        assert found(list_of, "region:a:b") == (200, 2)
        assert found(list_of, "region:a:b", "amount:7") == (200, 1)
        assert found(list_of, "amount:5", "amount:7") == (200, 0)
    assert administrator.get("/user-tasks", variable=["a:1", "b"]).status_code == 422


def test_a_page_of_instances_leads_to_the_next(plain, administrator):
    for _ in range(4):
        administrator.post("/process-instances", {"key": "plain"})

    seen, after = [], None
    for _ in range(3):
        query = {"limit": 2, **({"after": after} if after else {})}
        page = administrator.get("/process-instances", **query).json
        seen += [item["id"] for item in page["items"]]
        after = page["next"]

    assert len(set(seen)) == 5
    assert after is None


def test_variables_are_merged(plain, administrator):
    path = f"/process-instances/{plain['id']}/variables"

    patched = administrator.patch(path, {"amount": 130, "rate": None, "who": {"a": [1]}})

    assert patched.status_code == 200
    assert patched.json == {"amount": 130, "who": {"a": [1]}}
    assert administrator.get(path).json == patched.json


def test_members_of_a_variable_are_merged_too(plain, administrator):
    path = f"/process-instances/{plain['id']}/variables"
    administrator.patch(path, {"who": {"name": "Ada", "street": "Elm", "tags": [1]}})

    patched = administrator.patch(path, {"who": {"street": None, "tags": [2], "city": {"a": None}}})

    assert patched.json["who"] == {"name": "Ada", "tags": [2], "city": {}}
    assert administrator.get(path).json == patched.json


def test_a_suspended_instance_waits_until_it_is_resumed(plain, administrator):
    path = f"/process-instances/{plain['id']}"

    suspended = administrator.put(f"{path}/suspension", {"reason": "to be checked"})
    again = administrator.put(f"{path}/suspension", {"reason": "to be checked"})
    resumed = administrator.delete(f"{path}/suspension")

    assert (suspended.status_code, suspended.json["state"]) == (200, "suspended")
    assert again.status_code == 409
    assert resumed.status_code == 204
    assert administrator.get(path).json["state"] == "active"


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": " "}, {"reason": None}])
def test_a_suspension_says_why(plain, administrator, body):
    path = f"/process-instances/{plain['id']}"

    refused = administrator.put(f"{path}/suspension", body)

    assert refused.status_code == 422
    assert refused.json["context"]["fields"] == {"reason": "Say why: the log keeps it."}
    assert administrator.get(path).json["state"] == "active"


def test_a_cancelled_instance_keeps_its_log(plain, administrator):
    path = f"/process-instances/{plain['id']}"

    cancelled = administrator.delete(path, {"reason": "sent twice"})
    again = administrator.delete(path, {"reason": "sent twice"})

    assert (cancelled.status_code, cancelled.data) == (204, b"")
    assert again.status_code == 409
    assert administrator.get(path).json["state"] == "cancelled"
    log = administrator.get(f"{path}/log").json["items"]
    assert (log[0]["kind"], log[0]["lifecycle"]) == ("process", "start")
    assert any(entry["lifecycle"] == "abort" for entry in log)


def test_the_log_is_read_page_by_page(plain, administrator):
    path = f"/process-instances/{plain['id']}/log"

    whole = administrator.get(path).json["items"]
    first = administrator.get(path, limit=1).json
    second = administrator.get(path, limit=1, after=first["next"]).json

    assert [first["items"][0]["id"], second["items"][0]["id"]] == [one["id"] for one in whole[:2]]


def test_the_log_names_what_both_sides_of_a_fork_wrote(administrator):
    drawing = process("forked").parallel_gateway("split").user_task("a").parallel_gateway("join")
    drawing.user_task("z").end()
    administrator.deploy(forked_bpmn=drawing.at("split").user_task("b").to("join").xml())
    started = administrator.post("/process-instances", {"key": "forked"}).json
    path = f"/process-instances/{started['id']}"

    tasks = administrator.get("/user-tasks", key="forked").json["items"]
    for task in sorted(tasks, key=lambda task: task["elementId"]):
        body = {"variables": {"x": task["elementId"], task["elementId"]: 1}}
        assert administrator.post(f"/user-tasks/{task['id']}/completion", body).status_code == 201

    log = administrator.get(f"{path}/log").json["items"]
    contested = [(each["elementId"], each["contested"]) for each in log if each["contested"]]
    assert contested == [("b", ["x"])]
    assert administrator.get(path).json["variables"]["x"] == "b"


def test_what_somebody_may_not_see_is_not_there(plain, associate, integrator):
    path = f"/process-instances/{plain['id']}"

    assert integrator.get(path).status_code == 404
    assert integrator.get(f"{path}/tokens").status_code == 404
    assert integrator.delete(path, {"reason": "x"}).status_code == 404
    assert associate.patch(f"{path}/variables", {"a": 1}).status_code == 403


def test_an_integrator_sees_what_it_started(administrator, integrator):
    administrator.deploy(plain_bpmn=PLAIN)

    started = integrator.post("/process-instances", {"key": "plain"})

    assert started.status_code == 201
    assert integrator.get(f"/process-instances/{started.json['id']}").status_code == 200


def test_an_instance_that_waits_for_nothing_ends_at_once(administrator):
    administrator.deploy(short_bpmn=process("short").script_task("s", "a + 1", result="b").end())

    ended = administrator.post("/process-instances", {"key": "short", "variables": {"a": 0.1}})

    assert ended.json["state"] == "completed"
    assert ended.json["variables"] == {"a": 0.1, "b": 1.1}
    assert ended.json["endedAt"]
