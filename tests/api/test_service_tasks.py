import pytest

from tests.api.drawings import EXTERNAL

LEASE = {"topics": ["credit"], "max": 5, "leaseSeconds": 30, "worker": "w1"}


@pytest.fixture
def waiting(administrator, clock_at):
    """An instance that waits for a worker on the topic `credit`."""
    administrator.deploy(external_bpmn=EXTERNAL)
    body = {"key": "external", "variables": {"amount": 120}}
    return administrator.post("/process-instances", body).json


def test_a_worker_leases_and_completes(waiting, integrator, administrator):
    (lease,) = integrator.post("/service-task-leases", LEASE).json
    taken = integrator.post("/service-task-leases", LEASE).json
    path = f"/service-tasks/{lease['id']}/completion"

    done = integrator.post(path, {"variables": {"score": 7}})

    assert set(lease) == {
        "id",
        "topic",
        "instanceId",
        "elementId",
        "variables",
        "attempt",
        "idempotencyKey",
        "leaseUntil",
    }
    assert (lease["topic"], lease["elementId"], lease["attempt"]) == ("credit", "check", 1)
    assert taken == []
    assert (done.status_code, done.json["state"]) == (201, "completed")
    ended = administrator.get(f"/process-instances/{waiting['id']}").json
    assert (ended["state"], ended["variables"]["score"]) == ("completed", 7)
    assert integrator.post(path, {"variables": {}}).status_code == 409


def test_a_lease_can_be_made_longer(waiting, integrator, clock_at):
    (lease,) = integrator.post("/service-task-leases", LEASE).json

    longer = integrator.put(f"/service-tasks/{lease['id']}/lease", {"leaseSeconds": 300})

    assert longer.status_code == 200
    assert longer.json == {"id": lease["id"], "leaseUntil": "2026-01-05T09:05:00Z"}


def test_a_failure_is_tried_again_when_the_worker_says(waiting, integrator, clock_at):
    (lease,) = integrator.post("/service-task-leases", LEASE).json
    body = {"message": "bureau is down", "retryIn": "PT5M"}

    failed = integrator.post(f"/service-tasks/{lease['id']}/failure", body)

    assert (failed.status_code, failed.json["state"]) == (201, "open")
    assert integrator.post("/service-task-leases", LEASE).json == []
    clock_at(minutes=6)
    (again,) = integrator.post("/service-task-leases", LEASE).json
    assert again["attempt"] == 2
    assert again["idempotencyKey"] == lease["idempotencyKey"]


def test_an_error_that_nothing_catches_is_an_incident(waiting, integrator, operator):
    (lease,) = integrator.post("/service-task-leases", LEASE).json

    integrator.post(f"/service-tasks/{lease['id']}/error", {"code": "NO_CREDIT", "message": "no"})

    (incident,) = operator.get("/incidents").json["items"]
    assert (incident["elementId"], incident["kind"]) == ("check", "error")


@pytest.mark.parametrize(
    "change",
    [{"topics": []}, {"max": 0}, {"leaseSeconds": 0}, {"worker": ""}, {"topics": "credit"}],
)
def test_a_lease_that_makes_no_sense_is_refused(integrator, change):
    assert integrator.post("/service-task-leases", {**LEASE, **change}).status_code == 422


def test_a_lease_that_was_never_given_is_not_there(integrator):
    path = "/service-tasks/00000000-0000-0000-0000-000000000000"

    assert integrator.post(f"{path}/completion").status_code == 404
    assert integrator.post(f"{path}/failure", {"message": "x"}).status_code == 404
    assert integrator.post(f"{path}/error", {"code": "x"}).status_code == 404
    assert integrator.put(f"{path}/lease").status_code == 404
