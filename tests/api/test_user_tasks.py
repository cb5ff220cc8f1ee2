from concurrent.futures import ThreadPoolExecutor

import pytest

from core.db import transaction
from core.people import SYSTEM, add_person
from tests.api.conftest import Caller
from tests.api.drawings import APPROVAL, APPROVAL_FORM, PLAIN


@pytest.fixture
def started(administrator):
    """Starts the process with a form, or the one without."""
    administrator.deploy(approval_bpmn=APPROVAL, approval_form=APPROVAL_FORM)
    administrator.deploy(plain_bpmn=PLAIN)

    def start(key):
        body = {"key": key, "variables": {"limit": 500, "comment": ""}}
        instance = administrator.post("/process-instances", body).json
        (task,) = administrator.get("/user-tasks", instanceId=instance["id"]).json["items"]
        return f"/user-tasks/{task['id']}"

    return start


def test_a_task_is_handed_over_to_who_works_with_a_token(started, call, operator):
    path = started("plain")
    ada, grace = call("associate", name="ada"), call("associate", name="grace")

    given = operator.put(f"{path}/assignee", {"person": "ada"})

    assert (given.status_code, given.json["assignee"]) == (200, "ada")
    assert grace.post(f"{path}/completion").status_code == 409
    assert ada.post(f"{path}/completion").status_code == 201


def test_one_task_carries_its_form_and_values(started, associate):
    task = associate.get(started("approval")).json

    assert (task["state"], task["elementId"], task["assignee"]) == ("open", "approve", None)
    assert task["form"]["id"] == "approval"
    assert task["values"] == {"limit": 500, "comment": "", "amount": None}


def test_a_task_without_a_form_has_the_variables(started, associate):
    task = associate.get(started("plain")).json

    assert task["form"] is None
    assert task["values"] == {"limit": 500, "comment": ""}


def test_a_task_is_claimed_and_released(started, associate, call):
    path = started("plain")
    other = call("associate", name="somebody else")

    claimed = associate.put(f"{path}/claim")
    again = associate.put(f"{path}/claim")
    taken = other.put(f"{path}/claim")
    released = associate.delete(f"{path}/claim")

    assert (claimed.status_code, claimed.json["assignee"]) == (200, "a associate")
    assert again.status_code == 200
    assert (taken.status_code, taken.json["error"]) == (409, "UserTaskClaimed")
    assert released.status_code == 204
    assert other.put(f"{path}/claim").status_code == 200


def test_a_task_is_handed_over_by_those_who_may(app, started, associate, operator):
    path = started("plain")
    with transaction() as session:
        add_person(session, "ada", roles=["associate"], by=SYSTEM)

    given = operator.put(f"{path}/assignee", {"person": "ada"})

    assert (given.status_code, given.json["assignee"]) == (200, "ada")
    assert operator.put(f"{path}/assignee", {"person": "nobody"}).status_code == 422
    assert operator.put(f"{path}/assignee", {}).status_code == 422
    assert associate.put(f"{path}/assignee", {"person": "ada"}).status_code == 403


def test_completing_takes_the_answers_and_moves_on(started, associate, administrator):
    path = started("approval")

    done = associate.post(f"{path}/completion", {"variables": {"comment": "fine", "amount": 400}})

    assert done.status_code == 201
    assert (done.json["state"], done.json["completedBy"]) == ("completed", "a associate")
    instance = administrator.get(f"/process-instances/{done.json['instanceId']}").json
    assert instance["state"] == "completed"
    assert instance["variables"] == {"limit": 500, "comment": "fine", "amount": 400}


def test_wrong_answers_are_named_and_change_nothing(started, associate):
    path = started("approval")

    refused = associate.post(f"{path}/completion", {"variables": {"amount": 501, "evil": 1}})

    assert (refused.status_code, refused.json["error"]) == (422, "FormInvalid")
    assert refused.json["context"]["fields"] == {
        "comment": "This is required.",
        "amount": "Enter 500 or less.",
    }
    assert associate.get(path).json["state"] == "open"
    assert associate.get(path).json["assignee"] is None


def test_a_task_without_a_form_takes_any_variables(started, associate, administrator):
    done = associate.post(f"{started('plain')}/completion", {"variables": {"a": {"b": [1.5]}}})

    path = f"/process-instances/{done.json['instanceId']}/variables"
    assert administrator.get(path).json["a"] == {"b": [1.5]}


def test_a_task_is_completed_once(started, associate, call):
    path = started("approval")
    body = {"variables": {"comment": "fine"}}
    associate.post(f"{path}/completion", body)

    again = associate.post(f"{path}/completion", body)
    wrong = associate.post(f"{path}/completion", {"variables": {}})

    assert (again.status_code, again.json["error"]) == (409, "UserTaskClosed")
    assert wrong.status_code == 409


def test_a_task_that_somebody_else_claimed_is_not_completed(started, associate, call):
    path = started("plain")
    call("associate", name="somebody else").put(f"{path}/claim")

    refused = associate.post(f"{path}/completion", {"variables": {}})

    assert (refused.status_code, refused.json["error"]) == (409, "UserTaskClaimed")


def test_two_people_who_complete_at_once_are_one_201_and_one_409(app, started, token):
    path = started("plain")
    callers = [Caller(app.test_client(), token("associate", name=name)) for name in ("a", "b")]

    def complete(caller):
        with app.app_context():
            return caller.post(f"{path}/completion", {"variables": {}}).status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(complete, callers))

    assert statuses == [201, 409]


def test_tasks_are_found_by_what_is_known_of_them(started, associate):
    started("plain")

    def found(**query):
        return len(associate.get("/user-tasks", **query).json["items"])

    assert found(state="open", key="plain") == 1
    assert found(state="completed") == 0
    assert found(assignee="nobody") == 0
    assert found(group="nobody") == 0
    assert found(dueBefore="2030-01-01T00:00:00Z") == 0


def test_a_task_that_is_not_there_is_404(associate):
    path = "/user-tasks/00000000-0000-0000-0000-000000000000"

    assert associate.get(path).status_code == 404
    assert associate.post(f"{path}/completion", {"variables": {}}).status_code == 404


def test_a_completion_is_undone_for_a_while(started, associate, call):
    path = started("approval")
    other = call("associate", name="somebody else")
    associate.post(f"{path}/completion", {"variables": {"comment": "x"}})

    refused = other.delete(f"{path}/completion")
    undone = associate.delete(f"{path}/completion")
    again = associate.delete(f"{path}/completion")

    assert refused.status_code in (403, 404)
    assert (undone.status_code, undone.json["state"]) == (200, "open")
    assert (undone.json["assignee"], undone.json["completedBy"]) == (None, None)
    assert (again.status_code, again.json["error"]) == (409, "NothingToUndo")
    assert associate.get(path).json["values"]["comment"] == ""
