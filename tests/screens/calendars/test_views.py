import pytest

from tests.browsing import signed_in

WEEK = {f"week_{day}": "08:00-12:00, 13:00-17:00" for day in range(5)} | {
    "week_5": "",
    "week_6": "",
}
BERLIN = {
    "is_new": "on",
    "name": "berlin",
    "title": "Berlin",
    "zone": "Europe/Berlin",
    "country": "de",
    "own_week": "on",
    **WEEK,
    "day_first": ["2026-01-07"],
    "day_last": [""],
    "day_hours": [""],
    "day_reason": ["Stocktaking"],
}


@pytest.fixture
def lea(app, clock_at):
    return signed_in(app, "lea", "team_leader")


def test_office_is_there_from_the_start(lea):
    page = lea.page("/calendars")

    assert "office" in page
    assert "As it came" in page
    assert "09:00–17:00" in lea.page("/calendars/office")
    assert lea.get("/calendars/nowhere").status_code == 404


def test_the_next_days_are_shown_before_anything_is_saved(lea):
    shown = " ".join(lea.post("/calendars", **BERLIN, preview="on").text.split())

    assert "08:00–12:00, 13:00–17:00" in shown
    assert "<dt>Tue, Jan 6</dt> <dd>08:00" in shown
    assert "<dt>Wed, Jan 7</dt> <dd>Closed <span" in shown
    assert lea.get("/calendars/berlin").status_code == 404
    assert lea.post("/calendars", **BERLIN).status_code == 303
    assert "Stocktaking" in lea.page("/calendars/berlin")


@pytest.mark.parametrize(
    "wrong",
    [
        {"week_0": "8 to 5"},
        {"zone": "Nowhere"},
        {"day_first": ["soon"]},
        {"name": "a/b"},
        {"country": "XX"},
    ],
)
def test_what_cannot_be_is_refused_and_kept_as_typed(lea, wrong):
    refused = lea.post("/calendars", **{**BERLIN, **wrong})

    assert refused.status_code == 422
    assert 'value="Berlin"' in refused.text


def test_a_calendar_that_nothing_uses_is_removed(lea):
    lea.post("/calendars", **BERLIN)

    assert lea.post("/calendars/berlin/removal").status_code == 303
    assert lea.get("/calendars/berlin").status_code == 404
    assert lea.get("/calendars/+new").status_code == 200


def test_associates_do_not_change_calendars(app, lea):
    ada = signed_in(app, "ada", "associate")

    assert "Save" not in ada.page("/calendars/office")
    assert ada.post("/calendars", **BERLIN).status_code == 403
