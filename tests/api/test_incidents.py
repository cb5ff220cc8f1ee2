import pytest
from sqlalchemy import select

from core.db import transaction
from engine import timers
from engine.models import Timer
from tests.api.drawings import EXTERNAL
from tests.build import process

LEASE = {"topics": ["credit"], "worker": "w1"}


@pytest.fixture
def incident(administrator, integrator):
    """The incident of a service task whose error nothing catches."""
    administrator.deploy(external_bpmn=EXTERNAL)
    administrator.post("/process-instances", {"key": "external"})
    (lease,) = integrator.post("/service-task-leases", LEASE).json
    integrator.post(f"/service-tasks/{lease['id']}/error", {"code": "NO_CREDIT"})
    (incident,) = administrator.get("/incidents").json["items"]
    return incident


def test_an_incident_says_what_failed_and_why(incident):
    assert (incident["key"], incident["elementId"]) == ("external", "check")
    assert "NO_CREDIT" in incident["message"]
    assert incident["cause"]
    assert incident["resolvedAt"] is None


def test_one_incident_is_tried_again(incident, operator, integrator):
    retried = operator.post(f"/incidents/{incident['id']}/retries")
    again = operator.post(f"/incidents/{incident['id']}/retries")

    assert (retried.status_code, retried.json["resolution"]) == (201, "retried")
    assert again.status_code == 409
    assert len(integrator.post("/service-task-leases", LEASE).json) == 1


def test_all_of_one_cause_are_tried_again(incident, operator):
    response = operator.post(f"/incident-causes/{incident['cause']}/retries")

    assert response.status_code == 201
    assert response.json == {"retried": [incident["id"]]}
    assert operator.get("/incidents").json["items"] == []


def test_the_reason_of_a_retry_is_kept_in_the_log(incident, operator):
    log = f"/process-instances/{incident['instanceId']}/log"

    retried = operator.post(f"/incidents/{incident['id']}/retries", {"reason": "bureau is back"})
    by_cause = operator.post("/incident-causes/none/retries", {"reason": "bureau is back"})

    assert (retried.status_code, by_cause.status_code) == (201, 201)
    (entry,) = [each for each in operator.get(log).json["items"] if each["lifecycle"] == "retried"]
    assert (entry["kind"], entry["variables"]) == ("incident", {"reason": "bureau is back"})


def test_an_incident_is_skipped_with_the_missing_variables(incident, operator):
    path = f"/incidents/{incident['id']}/resolution"

    unclear = operator.post(path, {"variables": {}, "errorCode": "X", "reason": "y"})
    unfounded = operator.post(path, {"variables": {}})
    skipped = operator.post(path, {"variables": {"score": 5}, "reason": "asked by phone"})

    assert (unclear.status_code, unfounded.status_code) == (422, 422)
    assert (skipped.status_code, skipped.json["resolution"]) == (201, "skipped")
    instance = operator.get(f"/process-instances/{incident['instanceId']}").json
    assert (instance["state"], instance["variables"]) == ("completed", {"score": 5})
    assert instance["incidents"] == 0


def test_an_error_thrown_at_an_incident_must_be_caught(incident, operator):
    body = {"errorCode": "NO_CREDIT", "reason": "try"}

    refused = operator.post(f"/incidents/{incident['id']}/resolution", body)

    assert (refused.status_code, refused.json["error"]) == (422, "ErrorNotCaught")
    assert len(operator.get("/incidents").json["items"]) == 1


def test_team_leaders_see_and_operators_resolve(incident, call):
    leader = call("team_leader")

    assert leader.get("/incidents").status_code == 200
    assert leader.post(f"/incidents/{incident['id']}/retries").status_code == 403


def test_causes_are_listed_with_their_counts_and_incidents_with_what_was_tried(incident, operator):
    [cause] = operator.get("/incident-causes").json["items"]

    assert (cause["cause"], cause["count"]) == (incident["cause"], 1)
    assert cause["message"] == incident["message"]
    assert "payload" in incident


def test_the_log_says_who_tried_again_even_without_a_reason(incident, operator):
    operator.post(f"/incidents/{incident['id']}/retries")

    log = operator.get(f"/process-instances/{incident['instanceId']}/log", limit=200).json["items"]
    [retried] = [each for each in log if each["lifecycle"] == "retried"]
    assert retried["by"] == "a operator"
    assert retried["variables"] == {"reason": "asked over the API, without a reason"}


def test_a_start_timer_that_fails_is_an_incident_without_an_instance(
    administrator, operator, client
):
    drawing = process("nightly").start(timer="R/PT24H").user_task("check").end()
    administrator.deploy(nightly_bpmn=bytes(drawing))
    with transaction() as session:
        timers.give_up(session, session.scalar(select(Timer.id)), "The file is gone.")

    (incident,) = operator.get("/incidents", key="nightly").json["items"]
    waiting = client.get("/metrics").text
    retried = operator.post(f"/incidents/{incident['id']}/retries", {"reason": "it is back"})

    assert (incident["kind"], incident["instanceId"]) == ("start", None)
    assert incident["message"] == "The file is gone."
    assert "backoffice_incidents_open 1.0" in waiting
    assert (retried.json["resolution"], retried.json["reason"]) == ("retried", "it is back")
