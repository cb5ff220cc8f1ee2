"""The arithmetic of clocks beside a reference that counts minute by minute."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendars import Calendar, Opening
from core.calendars.wanted import shifts_of
from work.models import SlaClock
from work.sla import keeping
from work.sla.timekeeping import Run, moment, shown

MINUTE = timedelta(minutes=1)
#: A weekend, then the night in which Berlin's clocks go forward, and the days after it.
FIRST = datetime(2026, 3, 27, 6, tzinfo=UTC)
MINUTES = 6 * 24 * 60
DAY, NIGHT, NEVER = (("08:00", "12:00"), ("13:00", "17:00")), (("22:00", "06:00"),), ()


def calendar(zone: str, hours: tuple[tuple[str, str], ...], weekend: bool) -> Calendar:
    week = (shifts_of(hours),) * 5 + (shifts_of(hours if weekend else NEVER),) * 2
    return Calendar("office", Opening(zone, week))


@st.composite
def stretches(draw) -> list[Run]:
    """A clock that pauses and resumes at whole minutes, and may stand still at the end."""
    count = draw(st.integers(1, 5))
    moments = draw(
        st.lists(st.integers(0, MINUTES), min_size=2 * count, max_size=2 * count).map(sorted)
    )
    runs = [
        Run(FIRST + start * MINUTE, FIRST + stop * MINUTE)
        for start, stop in zip(moments[::2], moments[1::2], strict=True)
    ]
    if draw(st.booleans()):
        runs[-1] = Run(runs[-1].start, None)
    return runs


calendars = st.builds(
    calendar,
    st.sampled_from(["UTC", "Europe/Berlin", "Australia/Lord_Howe"]),
    st.sampled_from([DAY, NIGHT]),
    st.booleans(),
)


def counted(times: Calendar, runs: list[Run], until: datetime) -> list[datetime]:
    """The beginnings of all minutes that the clock counts before a moment."""
    return [
        at
        for run in runs
        for at in _minutes(run.start, until if run.stop is None else min(run.stop, until))
        if times.is_open(at)
    ]


def _minutes(start: datetime, stop: datetime) -> list[datetime]:
    return [start + number * MINUTE for number in range(max(0, (stop - start) // MINUTE))]


@settings(max_examples=60, deadline=None)
@given(calendars, stretches(), st.integers(0, MINUTES))
def test_a_clock_shows_the_open_minutes_in_which_it_ran(times, runs, at):
    now = FIRST + at * MINUTE

    assert shown(times, runs, now) == 60 * len(counted(times, runs, now))


@settings(max_examples=60, deadline=None)
@given(calendars, stretches(), st.integers(1, 40 * 60))
def test_a_moment_is_the_first_at_which_a_clock_shows_so_much(times, runs, minutes):
    end = FIRST + 2 * MINUTES * MINUTE
    counted_minutes = counted(times, runs, end)
    expected = None
    if len(counted_minutes) >= minutes:
        expected = counted_minutes[minutes - 1] + MINUTE

    found = moment(times, runs, minutes * 60)

    if expected is not None:
        assert found == expected
    elif runs[-1].stop is not None:
        assert found is None
    else:
        assert found is not None
        assert found > end


@settings(max_examples=60, deadline=None)
@given(calendars, calendars, stretches(), st.integers(1, 20 * 60))
def test_a_clock_that_changes_its_calendar_shows_what_it_always_had_shown(
    before, after, runs, minutes
):
    """Nothing of the old calendar is left: what it shows is counted anew from its stretches."""
    moment(before, runs, minutes * 60)
    due = moment(after, runs, minutes * 60)

    if due is not None:
        assert shown(after, runs, due) == minutes * 60


@settings(max_examples=60, deadline=None)
@given(
    calendars,
    calendars,
    st.lists(st.integers(1, 600), max_size=7),
    st.integers(1, 20 * 60),
    st.integers(0, 7),
)
def test_a_clock_is_due_when_its_minutes_are_used_up(before, after, gaps, minutes, changed):
    """Pauses, resumes and a change of the calendar somewhere in between."""
    target = f"PT{minutes}M"
    clock = SlaClock(started_at=FIRST, state="running", target=target, points=[])
    clock.runs, clock.calendar, clock.calendar_version = [[FIRST.isoformat(), None]], "office", 0
    clock.target_seconds = minutes * 60
    times, at = before, FIRST
    for number, gap in enumerate(gaps):
        if number == changed:
            times = Calendar("office", after.opening, 1)
        at += gap * MINUTE
        if clock.is_running:
            clock.pause(at)
        else:
            clock.resume(at)
        keeping.compute(clock, times)
    times = Calendar("office", after.opening, 1)

    keeping.compute(clock, times)

    used = counted(times, clock.stretches, FIRST + 2 * MINUTES * MINUTE)
    if len(used) >= minutes:
        assert clock.due_at == used[minutes - 1] + MINUTE
    elif not clock.is_running:
        assert clock.due_at is None


def test_a_point_before_the_beginning_is_due_at_once():
    times = calendar("UTC", DAY, weekend=True)
    start = datetime(2026, 3, 27, 9, tzinfo=UTC)

    assert moment(times, [Run(start, None)], -60) == start


@pytest.mark.parametrize("seconds", [1, 3600])
def test_a_clock_that_stands_still_comes_to_nothing(seconds):
    times = calendar("UTC", DAY, weekend=True)
    start = datetime(2026, 3, 27, 9, tzinfo=UTC)

    assert moment(times, [Run(start, start)], seconds) is None
