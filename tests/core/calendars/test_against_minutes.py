"""Calendar arithmetic against counting minutes: five years, clock changes, nights, any hours."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendars import Calendar, Closure, Opening, Shift
from tests.core.calendars.minutes import Minutes, start_of

OFFICE = (Shift.of("08:30", "12:00"), Shift.of("12:45", "17:15"))
SHORT = (Shift.of("08:30", "14:00"),)
NIGHT = (Shift.of("22:00", "06:00"),)
#: Begins and ends within hours that clock changes skip and repeat.
EDGE = (Shift.of("01:15", "02:30"), Shift.of("02:40", "03:20"))

FIVE_YEARS = {
    "office in Berlin": Opening(
        "Europe/Berlin",
        (*(OFFICE,) * 4, SHORT, (), ()),
        "DE",
        "BY",
        (
            Closure(date(2024, 12, 24), date(2024, 12, 31)),
            Closure(date(2025, 3, 1), date(2025, 3, 1), SHORT),
        ),
    ),
    "nights on Lord Howe": Opening("Australia/Lord_Howe", (*(NIGHT,) * 5, (), EDGE)),
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", FIVE_YEARS)
def test_five_years_agree_minute_by_minute(name: str) -> None:
    opening = FIVE_YEARS[name]
    calendar, minutes = Calendar(name, opening), Minutes(opening, start_of(2023), start_of(2028))
    table = calendar.table(start_of(2025))
    first = int(minutes.first.timestamp())

    # Every minute: the table and the wall say the same, so each sum over them does.
    wrong = [
        index
        for index, is_open in enumerate(minutes.open)
        if table.is_open(first + index * 60) != bool(is_open)
    ]
    assert wrong == []
    chance = random.Random(7)
    for _ in range(300):
        at = start_of(2024) + timedelta(minutes=chance.randrange(1440 * 365 * 3))
        work = chance.randrange(1, 4_000)
        assert calendar.add_seconds(at, work * 60) == minutes.add(at, work)
        assert calendar.add_seconds(at, -work * 60) == minutes.subtract(at, work)
        later = at + timedelta(minutes=chance.randrange(60_000))
        assert calendar.between(at, later) == minutes.between(at, later) * 60


shifts = st.builds(
    lambda start, length: Shift(start, min(start + length, 2880)),
    st.integers(0, 1439),
    st.integers(1, 1440),
)
weeks = st.tuples(*[st.lists(shifts, max_size=3).map(tuple)] * 7).filter(any)
zones = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata",
     "America/St_Johns", "Africa/Casablanca", "Pacific/Chatham", "Asia/Tehran"]
)  # fmt: skip
#: Weeks around clock changes of 2025, north and south.
weeks_of_change = st.sampled_from(
    [datetime(2025, month, day, tzinfo=UTC) for month, day in
     [(3, 7), (3, 28), (4, 4), (10, 3), (10, 24), (10, 31), (6, 1)]]
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(weeks, zones, weeks_of_change, st.integers(0, 5_000), st.integers(1, 2_000))
def test_any_hours_agree_around_changes_of_the_clock(week, zone, week_of_change, offset, work):
    opening = Opening(zone, week)
    calendar = Calendar("any", opening)
    begin = week_of_change - timedelta(days=9)
    minutes = Minutes(opening, begin, begin + timedelta(days=25))
    at = week_of_change + timedelta(minutes=offset)
    open_after = minutes.between(at, begin + timedelta(days=25))
    open_before = minutes.between(begin, at)

    if work <= open_after:
        assert calendar.add_seconds(at, work * 60) == minutes.add(at, work)
    if work <= open_before:
        assert calendar.add_seconds(at, -work * 60) == minutes.subtract(at, work)
    later = at + timedelta(minutes=work)
    assert calendar.between(at, later) == minutes.between(at, later) * 60


@settings(max_examples=60, deadline=None)
@given(weeks, zones, st.integers(-10_000_000, 10_000_000), st.integers(0, 5_000_000))
def test_adding_and_measuring_are_each_others_inverse(week, zone, offset, seconds):
    calendar = Calendar("any", Opening(zone, week))
    at = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(seconds=offset)

    later = calendar.add_seconds(at, seconds)
    earlier = calendar.add_seconds(at, -seconds)

    assert calendar.between(at, later) == seconds
    assert calendar.between(earlier, at) == seconds
    assert calendar.add_seconds(calendar.add_seconds(at, seconds), 3_600) == calendar.add_seconds(
        at, seconds + 3_600
    )
