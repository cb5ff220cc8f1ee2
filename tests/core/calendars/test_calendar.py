from datetime import UTC, date, datetime, timedelta

import pytest

from core.calendars import Calendar, CalendarInvalid, CalendarNeverOpens, Closure, Opening, Shift

WORKDAYS = (*((Shift.of("09:00", "17:00"),),) * 5, (), ())
BERLIN = Opening("Europe/Berlin", WORKDAYS, "DE", "BE")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture
def office() -> Calendar:
    return Calendar("office", BERLIN)


def test_hours_of_work_go_on_after_the_weekend(office):
    friday = at("2026-11-20T16:00+01:00")

    assert office.add(friday, timedelta(hours=2)) == at("2026-11-23T10:00+01:00")


def test_a_day_is_a_working_day(office):
    assert office.add(at("2026-11-19T11:00+01:00"), timedelta(days=2)) == at(
        "2026-11-23T11:00+01:00"
    )
    assert office.seconds_of(timedelta(days=1, hours=1)) == 9 * 3600
    assert office.seconds_of(timedelta(hours=-1)) == -3600


def test_written_durations_keep_hours_as_hours(office):
    assert office.seconds_of_text("PT40H") == 40 * 3600
    assert office.seconds_of_text("P5DT30M") == 40 * 3600 + 1800
    assert office.seconds_of_text("-PT1H") == -3600
    for wrong in ("", "P", "PT", "P1Y", "2 days", "P1.5D"):
        with pytest.raises(CalendarInvalid):
            office.seconds_of_text(wrong)


def test_holidays_are_free(office):
    new_years_eve = at("2026-12-31T16:00+01:00")

    assert office.add(new_years_eve, timedelta(hours=1)) == at("2026-12-31T17:00+01:00")
    assert office.add(new_years_eve, timedelta(hours=2)) == at("2027-01-04T10:00+01:00")
    assert not office.is_open(at("2026-12-25T10:00+01:00"))


def test_nights_are_as_long_as_the_clock_makes_them():
    nights = Calendar("nights", Opening("Europe/Berlin", ((Shift.of("22:00", "06:00"),),) * 7))

    def length(day: str) -> float:
        noon = at(f"{day}T12:00+01:00")
        return nights.between(noon, noon + timedelta(days=1)) / 3600

    assert (length("2026-03-28"), length("2026-10-24"), length("2026-11-10")) == (7, 9, 8)


def test_a_shift_belongs_to_the_day_it_begins_on():
    closed = Closure(date(2026, 11, 11), date(2026, 11, 11))
    week = ((Shift.of("22:00", "06:00"),),) * 7
    nights = Calendar("nights", Opening("UTC", week, days=(closed,)))

    assert nights.is_open(at("2026-11-11T03:00Z"))
    assert not nights.is_open(at("2026-11-11T23:00Z"))
    assert not nights.is_open(at("2026-11-12T03:00Z"))


def test_special_days_have_hours_of_their_own():
    saturday = Closure(date(2026, 11, 21), date(2026, 11, 21), (Shift.of("10:00", "12:00"),))
    calendar = Calendar("office", Opening("UTC", WORKDAYS, days=(saturday,)))

    assert calendar.next_open(at("2026-11-20T18:00Z")) == at("2026-11-21T10:00Z")
    assert calendar.next_open(at("2026-11-21T11:00Z")) == at("2026-11-21T11:00Z")


def test_nothing_added_changes_nothing_even_in_the_night(office):
    night = at("2026-11-20T03:00Z")

    assert office.add(night, timedelta(0)) == night


def test_far_away_moments_are_found(office):
    years = office.between(at("1990-01-01T00:00Z"), at("2026-01-01T00:00Z"))

    assert 30 * 250 * 8 * 3600 < years < 36 * 262 * 8 * 3600
    assert office.add(at("2026-01-01T00:00Z"), timedelta(days=2_500)).year == 2035


def test_a_calendar_that_never_opens_says_so():
    never = Calendar("never", Opening("UTC", ((),) * 7))

    assert never.between(at("2026-01-01T00:00Z"), at("2027-01-01T00:00Z")) == 0
    assert not never.is_open(at("2026-01-01T00:00Z"))
    for question in (lambda: never.add(at("2026-01-01T00:00Z"), timedelta(hours=1)),
                     lambda: never.add(at("2026-01-01T00:00Z"), timedelta(hours=-1)),
                     lambda: never.next_open(at("2026-01-01T00:00Z"))):  # fmt: skip
        with pytest.raises(CalendarNeverOpens):
            question()


@pytest.mark.parametrize("hours", [("8", "9"), ("08:60", "09:00"), ("24:00", "06:00"), ("x", "y")])
def test_hours_that_no_clock_shows_are_refused(hours):
    with pytest.raises(CalendarInvalid):
        Shift.of(*hours)


def test_shifts_are_written_as_they_were_read():
    for pair in (("08:00", "17:30"), ("22:00", "06:00"), ("00:00", "24:00"), ("18:00", "24:00")):
        assert Shift.of(*pair).texts() == pair


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "Mars/Olympus"},
        {"week": WORKDAYS[:5]},
        {"country": "XX"},
        {"country": "DE", "subdivision": "XX"},
    ],
)
def test_wrong_openings_are_refused(wrong):
    with pytest.raises(CalendarInvalid):
        Opening(**{"zone": "UTC", "week": WORKDAYS, **wrong})


def test_an_absence_ends_after_it_begins():
    with pytest.raises(CalendarInvalid):
        Closure(date(2026, 11, 2), date(2026, 11, 1))


def test_calendars_of_the_same_hours_are_the_same_object():
    assert Calendar.of("office", BERLIN, 1) is Calendar.of("office", BERLIN, 1)
    assert datetime(2026, 1, 1, tzinfo=UTC)
