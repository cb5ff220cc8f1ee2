"""Cases that wait longer than expected, over HTTP."""

from core.db import transaction
from tests.build import process
from tests.radar import look


def test_what_waits_too_long_is_listed_with_its_reason(administrator, operator, client, clock_at):
    drawing = process("p").user_task("approve", settings='<work:expect wait="PT1H"/>').end()
    administrator.deploy(p_bpmn=drawing)
    case = administrator.post("/process-instances", {"key": "p", "businessKey": "B-1"}).json
    clock_at(hours=2)
    with transaction() as session:
        look(session)

    page = operator.get("/stalls").json
    told = client.get("/metrics").text
    assert "backoffice_stalls 1.0" in told
    assert "backoffice_stall_round_seconds 0.0" in told

    [stall] = page["items"]
    assert page["next"] is None
    assert (stall["instanceId"], stall["businessKey"]) == (case["id"], "B-1")
    assert (stall["elementId"], stall["basis"]) == ("approve", "model")
    assert stall["reason"] == "Nobody has taken it."
    assert stall["expectedUntil"] == clock_at(hours=1).isoformat().replace("+00:00", "Z")
    assert operator.get("/stalls", key="q").json["items"] == []
    assert len(operator.get("/stalls", instanceId=case["id"]).json["items"]) == 1


def test_associates_do_not_see_it(associate):
    assert associate.get("/stalls").status_code == 403
