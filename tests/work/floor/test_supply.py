"""Hours by skill: what is left of the day, and what is asked of it."""

from datetime import timedelta

import pytest

from core.calendars import Day, Wanted, put
from core.people import SYSTEM, add_person
from tests.conftest import NOW
from tests.work.desk import LANE, arrive, associate, deploy
from work import skills, sorting
from work.floor import board, listing, snapshot
from work.models import WorkClass
from work.team import lending, presence

HOUR = 3600
#: The built-in office works from nine to five, and it is nine.
DAY = 8 * HOUR


@pytest.fixture
def gas(session, clock_at, root):
    """A team of two, of whom one knows gas, and two hours of work that takes it."""
    deploy(session)
    deploy(session, "gas", assignment={"skills": "gas:2"})
    for name in ("ada", "bob"):
        add_person(session, name, roles=["associate"], groups=[LANE], by=SYSTEM)
    add_person(session, "cleo", roles=["associate"], groups=["billing"], by=SYSTEM)
    skills.declare(session, "ada", {"gas": 2}, by=root)
    skills.declare(session, "cleo", {"gas": 3}, by=root)
    for _ in range(4):
        arrive(session, "gas", due=60)
    arrive(session, "gas", due=48 * 60)
    arrive(session, due=60)
    sorting.take_in(session)
    session.query(WorkClass).update({"handle_seconds": HOUR // 2})
    session.flush()


def needs(session, by):
    return {each.key: each for each in board.of(snapshot.take(session), by).needs}


def test_hours_are_those_of_the_calendar_and_work_that_of_today(session, gas, lea, clock_at):
    found = needs(session, lea)

    assert list(found) == ["", "gas:2"]
    assert (found[""].tasks, found[""].needed_seconds) == (5, 2.5 * HOUR)
    assert (found[""].people, found[""].has_seconds) == (2, 2 * DAY)
    assert (found["gas:2"].tasks, found["gas:2"].needed_seconds) == (4, 2 * HOUR)
    assert (found["gas:2"].people, found["gas:2"].has_seconds) == (1, DAY)
    assert found["gas:2"].spare_seconds == 6 * HOUR

    clock_at(hours=7)
    assert needs(session, lea)["gas:2"].spare_seconds == -HOUR
    clock_at(hours=9)
    assert needs(session, lea)["gas:2"].has_seconds == 0


def test_absences_own_hours_and_being_away_count(session, gas, lea, root):
    hours = ((("07:00", "12:00"),),) * 7
    put(session, "hours of ada", Wanted(based_on="office", person="ada", week=hours), by=root)
    assert needs(session, lea)["gas:2"].has_seconds == 3 * HOUR

    presence.leave(session, reason="Dentist", by=associate("ada"))
    assert needs(session, lea)["gas:2"].has_seconds == 0
    presence.come_back(session, by=associate("ada"))
    assert needs(session, lea)["gas:2"].has_seconds == 3 * HOUR

    absent = (Day(NOW.date(), NOW.date(), (), "Ill"),)
    wanted = Wanted(based_on="office", person="ada", week=hours, days=absent)
    put(session, "hours of ada", wanted, by=root)
    assert needs(session, lea)["gas:2"].has_seconds == 0


def test_a_shift_through_the_night_counts_for_the_part_that_lies_in_the_day(
    session, gas, lea, root
):
    hours = ((("22:00", "06:00"),),) * 7
    put(session, "hours of ada", Wanted(based_on="office", person="ada", week=hours), by=root)

    assert needs(session, lea)["gas:2"].has_seconds == 2 * HOUR


def test_lent_people_count_for_the_time_they_are_lent(session, gas, lea, clock_at):
    until = NOW + timedelta(hours=2)
    lending.lend(session, "cleo", LANE, until=until, why="Much gas", by=lea)

    found = needs(session, lea)["gas:2"]
    assert (found.people, found.has_seconds) == (2, DAY + 2 * HOUR)

    since, until = NOW + timedelta(hours=4), NOW + timedelta(hours=5)
    clock_at(hours=3)
    lending.follow(session)
    lending.lend(session, "cleo", LANE, since=since, until=until, why="Again", by=lea)
    found = needs(session, lea)["gas:2"]
    assert (found.people, found.has_seconds) == (2, 5 * HOUR + HOUR)


def test_few_people_are_not_told_apart(session, gas, lea, root):
    found = listing.able(session, "", by=lea)
    assert (found.people, found.seconds, found.each) == (2, 2 * DAY, None)

    for number in range(3):
        add_person(session, f"p{number}", roles=["associate"], groups=[LANE], by=SYSTEM)
    snapshot.forget(session)
    found = listing.able(session, "", by=lea)
    assert found.each is not None
    assert [(hand.name, seconds) for hand, seconds in found.each][:2] == [
        ("ada", DAY),
        ("bob", DAY),
    ]
    assert listing.able(session, "gas:2", by=lea).each is None


def test_who_has_the_skill_elsewhere_can_be_lent(session, gas, lea):
    assert [each.name for each in listing.lendable(session, LANE, "gas:2", by=lea)] == ["cleo"]
    assert [each.name for each in listing.lendable(session, "billing", by=lea)] == ["ada", "bob"]
