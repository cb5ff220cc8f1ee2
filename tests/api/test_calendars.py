"""Calendars over the API."""

from typing import Any

BERLIN = {
    "title": "Berlin",
    "zone": "Europe/Berlin",
    "week": [["08:00-12:00", "13:00-17:00"]] * 5 + [[], []],
    "country": "DE",
    "days": [{"first": "2026-12-24", "last": "2026-12-31", "reason": "closed"}],
}


def test_a_calendar_is_put_read_listed_and_removed(administrator: Any) -> None:
    put = administrator.put("/calendars/berlin", BERLIN)

    assert (put.status_code, put.json["name"], put.json["version"]) == (200, "berlin", 1)
    read = administrator.get("/calendars/berlin").json
    assert read["week"] == BERLIN["week"]
    assert read["days"][0]["hours"] == []
    assert [each["name"] for each in administrator.get("/calendars").json["items"]] == ["berlin"]
    assert administrator.delete("/calendars/berlin").status_code == 204
    assert administrator.get("/calendars/berlin").status_code == 404


def test_wrong_calendars_are_refused_with_the_reason(administrator: Any) -> None:
    for wrong in (
        {**BERLIN, "zone": "Mars"},
        {**BERLIN, "week": [["8-9"]] * 7},
        {**BERLIN, "week": [["08:00-09:00"]]},
        {**BERLIN, "country": "XX"},
        {**BERLIN, "days": [{"first": "2026-12-24", "last": "2026-12-01"}]},
        {},
    ):
        answer = administrator.put("/calendars/berlin", wrong)
        assert answer.status_code == 422, answer.json
    assert administrator.put("/calendars/team", {"basedOn": "nothing"}).status_code == 404
