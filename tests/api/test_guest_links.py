"""Guest links over HTTP; what they open is tested with the screens."""

import pytest

from tests.api.drawings import APPROVAL, APPROVAL_FORM
from tests.build import process
from tests.forms.build import source, text


@pytest.fixture
def task(administrator, integrator):
    """The path of an open user task with a form, of a case that the integrator started."""
    administrator.deploy(approval_bpmn=APPROVAL, approval_form=APPROVAL_FORM)
    body = {"key": "approval", "variables": {"limit": 500, "comment": ""}}
    instance = integrator.post("/process-instances", body).json
    (task,) = administrator.get("/user-tasks", instanceId=instance["id"]).json["items"]
    return f"/user-tasks/{task['id']}"


def test_a_link_is_made_listed_and_withdrawn(task, integrator, client):
    body = {"expiresIn": "P3D", "label": "Kim", "reusable": True}

    made = integrator.post(f"{task}/guest-links", body)

    assert made.status_code == 201
    link = made.json
    assert (link["state"], link["label"], link["reusable"]) == ("open", "Kim", True)
    assert link["url"].startswith("http://127.0.0.1:8000/guest/")
    path = link["url"].removeprefix("http://127.0.0.1:8000")
    assert client.get(path).status_code == 200
    assert integrator.get(f"{task}/guest-links").json == [link]
    assert integrator.delete(f"/guest-links/{link['id']}").status_code == 204
    assert integrator.delete(f"/guest-links/{link['id']}").status_code == 204
    (gone,) = integrator.get(f"{task}/guest-links").json
    assert (gone["state"], gone["url"]) == ("revoked", None)
    assert client.get(path).status_code == 410


@pytest.mark.parametrize(
    "body", [{"expiresIn": "P500D"}, {"expiresIn": "soon"}, {"label": "x" * 201}, {"more": 1}]
)
def test_a_link_that_makes_no_sense_is_refused(task, integrator, body):
    assert integrator.post(f"{task}/guest-links", body).status_code == 422


def test_only_those_with_a_hand_in_the_task_make_links(task, call):
    other = call("integrator", name="another system")

    assert other.post(f"{task}/guest-links").status_code == 404
    assert call("analyst").post(f"{task}/guest-links").status_code == 404


def test_a_link_to_a_start_form_starts_a_case(administrator, analyst, associate, client):
    drawing = process("joining").start(form="sign_up").user_task("greet").end()
    form = source(text("name", validate={"required": True}), id="sign_up")
    made = administrator.deploy(joining_bpmn=drawing, sign_up_form=form).json
    definition = next(each["id"] for each in made["definitions"] if each["kind"] == "process")
    path = f"/process-definitions/{definition}/guest-links"

    link = analyst.post(path).json

    assert (link["instanceId"], link["taskId"], link["key"]) == (None, None, "joining")
    guest = link["url"].removeprefix("http://127.0.0.1:8000")
    sent = client.post(guest, data={"answers": '{"name": "Kim"}'})
    assert sent.status_code == 303
    (case,) = administrator.get("/process-instances", key="joining").json["items"]
    assert case["startedBy"].startswith("guest:")
    assert associate.post(path).status_code == 403
