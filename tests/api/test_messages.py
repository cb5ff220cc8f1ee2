import pytest

from tests.build import process

PAYMENT = process("payment").receive_task("paid", "paid", correlation="=order").end()
RECALL = process("recall").start(message="recall").user_task("call").end()
ALARM = process("alarm").catch("heard", signal="alarm").end()


@pytest.fixture
def deployed(administrator):
    for drawing in (PAYMENT, RECALL, ALARM):
        assert administrator.deploy(drawing_bpmn=drawing).status_code == 201
    return administrator


def test_a_message_goes_on_with_the_instance_that_waits_for_its_key(deployed, integrator):
    ids = [
        deployed.post("/process-instances", {"key": "payment", "variables": {"order": order}})
        for order in ("A", "B")
    ]
    body = {"name": "paid", "correlationKey": "B", "variables": {"amount": 5}}

    response = integrator.post("/messages", body)

    assert response.status_code == 202
    assert response.json["delivered"] == [ids[1].json["id"]]
    assert (response.json["started"], response.json["waiting"]) == ([], False)
    ended = deployed.get(f"/process-instances/{ids[1].json['id']}").json
    assert (ended["state"], ended["variables"]["amount"]) == ("completed", 5)


def test_a_message_starts_what_it_starts(deployed, integrator):
    response = integrator.post("/messages", {"name": "recall"})

    (started,) = response.json["started"]
    assert deployed.get(f"/process-instances/{started}").json["key"] == "recall"


def test_a_message_waits_for_its_time_to_live(deployed, integrator):
    body = {"name": "paid", "correlationKey": "C"}

    gone = integrator.post("/messages", body)
    kept = integrator.post("/messages", {**body, "timeToLive": "PT1H"})
    started = deployed.post("/process-instances", {"key": "payment", "variables": {"order": "C"}})

    assert (gone.json["waiting"], kept.json["waiting"]) == (False, True)
    assert started.json["state"] == "completed"


def test_a_signal_reaches_everybody(deployed, integrator):
    ids = {deployed.post("/process-instances", {"key": "alarm"}).json["id"] for _ in range(2)}

    response = integrator.post("/signals", {"name": "alarm", "variables": {"loud": True}})

    assert response.status_code == 202
    assert set(response.json) == {"delivered", "started"}
    assert set(response.json["delivered"]) == ids
