"""The day against the same weekday of past weeks."""

from datetime import timedelta

import pytest

from core.calendars import Day, Wanted, put
from core.people import SYSTEM, add_person
from tests.conftest import NOW
from tests.work.desk import arrive, deploy
from tests.work.floor.history import like, same_day
from work import sorting
from work.floor import board, listing, snapshot
from work.floor.measures import Asked
from work.floor.plan import Memory

MIDNIGHT = NOW - timedelta(hours=9)
WEEK = timedelta(days=7)


@pytest.fixture
def task(session, clock_at):
    deploy(session)
    task = arrive(session, due=9_000)
    sorting.take_in(session)
    return task


def planned(session, by):
    return board.of(snapshot.take(session), by).plan


def test_without_history_nothing_is_usual(session, task, olga):
    plan = planned(session, olga)

    assert (plan.days, plan.is_thin) == ((), True)
    assert (plan.arrived.so_far, plan.arrived.usual_by_now, plan.open_tonight) == (1, None, None)


def test_usual_is_the_mean_of_the_same_weekday_by_the_same_time(session, task, olga, clock_at):
    like(session, task, MIDNIGHT - 6 * WEEK, MIDNIGHT - 5 * WEEK)
    for weeks in (1, 2, 3, 4):
        same_day(session, task, MIDNIGHT - weeks * WEEK, [1, 8, 8.5, 15], [7, 16, 17, 18])
    # Other weekdays, and the week before those, do not count.
    same_day(session, task, MIDNIGHT - timedelta(days=8), [8] * 9, [8] * 9)
    same_day(session, task, MIDNIGHT - 5 * WEEK, [8] * 9, [8] * 9)

    plan = planned(session, olga)

    assert len(plan.days) == 4
    assert not plan.is_thin
    assert (plan.arrived.usual_by_now, plan.arrived.usual_all_day) == (3, 4)
    assert (plan.done.usual_by_now, plan.done.usual_all_day) == (1, 4)
    # One came today, and one more is to come; three will be done.
    assert (plan.arrived.so_far, plan.arrived.forecast) == (1, 2)
    assert (plan.done.so_far, plan.done.forecast) == (0, 3)
    assert plan.open_tonight == 0
    assert plan.arrived.usual_course[-1] == 4
    assert plan.arrived.course[-1] == 1
    for what, line in (("arrived", plan.arrived), ("done", plan.done)):
        lists = [listing.find(session, Asked(what, date=day), by=olga) for day in plan.days]
        assert tuple(each.count for each in lists) == line.by_day == (4, 4, 4, 4)
    clock_at(hours=6, minutes=7.5)
    assert planned(session, olga).arrived.usual_by_now == 3.5


def test_little_history_is_said_to_be_little(session, task, olga):
    same_day(session, task, MIDNIGHT - WEEK, [1], [7])
    like(session, task, MIDNIGHT - WEEK - timedelta(hours=1), MIDNIGHT - WEEK)

    plan = planned(session, olga)

    assert (len(plan.days), plan.is_thin) == (1, True)


def test_days_on_which_the_office_was_closed_tell_nothing(session, task, olga, root):
    like(session, task, MIDNIGHT - 6 * WEEK, MIDNIGHT - 5 * WEEK)
    closed = (MIDNIGHT - 2 * WEEK).date()
    wanted = Wanted(
        zone="UTC", week=((("09:00", "17:00"),),) * 7, days=(Day(closed, closed, (), "Feast"),)
    )
    put(session, "office", wanted, by=root)

    assert closed not in planned(session, olga).days
    assert len(planned(session, olga).days) == 3


def test_the_plan_is_of_the_teams_that_somebody_leads(session, task, olga, lea):
    deploy(session, "loans", lane="credit")
    loan = arrive(session, "loans")
    sorting.take_in(session)
    like(session, task, MIDNIGHT - 6 * WEEK, MIDNIGHT - 5 * WEEK)
    for weeks in (1, 2, 3):
        same_day(session, loan, MIDNIGHT - weeks * WEEK, [8], [])
        same_day(session, task, MIDNIGHT - weeks * WEEK, [7], [])
    add_person(session, "ben", roles=["associate"], groups=["credit"], by=SYSTEM)

    assert planned(session, olga).arrived.usual_by_now == 1.5
    assert planned(session, lea).arrived.usual_by_now == 0.75


def test_history_that_is_brought_in_is_seen_within_a_minute(session, task, olga, clock_at):
    memory = Memory()
    assert not snapshot.take(session, memory).past
    for weeks in (1, 2, 3, 4):
        same_day(session, task, MIDNIGHT - weeks * WEEK, [8], [7])
    like(session, task, MIDNIGHT - 6 * WEEK, MIDNIGHT - 5 * WEEK)

    clock_at(seconds=30)
    assert not snapshot.take(session, memory).past
    clock_at(seconds=61)
    assert len(snapshot.take(session, memory).past) == 4

    # Days that are over do not change: once all are there, they are not read again.
    same_day(session, task, MIDNIGHT - WEEK, [9], [])
    clock_at(minutes=10)
    [last, *_] = snapshot.take(session, memory).past
    assert sum(sum(slots.values()) for slots in last.arrived.values()) == 1
