"""SLA clocks over the API."""

from typing import Any

from core.db import transaction
from tests.work.sla.claims import claims, point, sla, turn


def begin(administrator: Any) -> str:
    promise = sla(point("reminder"), name="Settle", target="P2D")
    administrator.deploy(claims_bpmn=claims(promise))
    case = administrator.post("/process-instances", {"key": "claims", "variables": {"no": "7"}})
    with transaction() as session:
        turn(session)
    return str(case.json["id"])


def test_the_clocks_of_a_case_say_how_it_goes(administrator: Any, clock_at: Any) -> None:
    case = begin(administrator)
    clock_at(hours=1)

    (clock,) = administrator.get(f"/process-instances/{case}/sla-clocks").json["items"]

    assert (clock["goes"], clock["leftSeconds"]) == ("on_track", 15 * 3600)
    assert clock["dueAt"] == "2026-01-06T17:00:00Z"
    assert [each["kind"] for each in clock["points"]] == ["reminder", "atRisk", "breach"]
    assert administrator.get(f"/sla-clocks/{clock['id']}").json == clock


def test_clocks_are_listed_by_how_they_go(administrator: Any, call: Any, clock_at: Any) -> None:
    case = begin(administrator)
    clock_at(days=3)
    with transaction() as session:
        turn(session)

    late = administrator.get("/sla-clocks", goes="breached", state="open").json["items"]

    assert [each["instanceId"] for each in late] == [case]
    assert late[0]["leftSeconds"] < 0
    assert administrator.get("/sla-clocks", goes="paused").json["items"] == []
    assert administrator.get("/sla-clocks", goes="soon").status_code == 422
    # An associate of another group sees nothing of it.
    assert call("associate", groups=("others",)).get("/sla-clocks").json["items"] == []
    strange = "00000000-0000-7000-8000-000000000000"
    assert administrator.get(f"/sla-clocks/{strange}").json["error"] == "SlaClockNotFound"
