from zoneinfo import ZoneInfo

import pytest

from core.people import SYSTEM, add_person
from core.permissions import NotAllowed
from engine import user_tasks
from tests.work import desk
from work import notifications
from work.days import TeamTooSmall, days_of_person, days_of_team, own_days
from work.team import acts
from work.team.acts import WhyMissing

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def team(session):
    """Ada, Bob, and so many more of their group."""

    def add(count):
        for name in ("ada", "bob", "cid", "dot", "eve")[:count]:
            add_person(session, name, roles=["associate"], groups=[desk.LANE], by=SYSTEM)

    return add


@pytest.fixture(autouse=True)
def process(session, clock_at):
    desk.deploy(session)


def test_today_stands_beside_what_was_usual(session, ada, bob, clock_at):
    def complete(by, minutes, due=None, **at):
        clock_at(**at)
        task = desk.arrive(session, due=due)
        user_tasks.claim(session, task.id, by=by)
        clock_at(**{**at, "minutes": at.get("minutes", 0) + minutes})
        user_tasks.complete(session, task.id, {}, by=by)

    complete(ada, 10, days=-7)
    complete(ada, 30, days=-7)
    complete(ada, 40, days=-1)
    complete(bob, 99, days=0)
    complete(ada, 20, due=30)
    complete(ada, 20, due=10)

    found = own_days(session, BERLIN, by=ada)

    assert (found.today.done, found.today.with_due, found.today.in_time) == (2, 2, 1)
    assert found.today.hand_seconds == 20 * 60
    assert [day.done for day in found.before] == [2, 1]
    assert found.usual_done == 1.5
    assert found.usual_hand_seconds == 30 * 60


def test_who_has_done_nothing_has_nothing_to_compare(session, ada):
    found = own_days(session, BERLIN, by=ada)

    assert (found.today.done, found.usual_done, found.usual_hand_seconds) == (0, None, None)


def test_leaders_look_at_teams_of_five_as_a_whole(session, ada, bob, lea, team, clock_at):
    for by in (ada, bob):
        task = desk.arrive(session)
        user_tasks.claim(session, task.id, by=by)
        user_tasks.complete(session, task.id, {}, by=by)

    with pytest.raises(TeamTooSmall):
        days_of_team(session, desk.LANE, BERLIN, by=lea)
    team(5)

    assert days_of_team(session, desk.LANE, BERLIN, by=lea).today.done == 2
    with pytest.raises(NotAllowed):
        days_of_team(session, "billing", BERLIN, by=lea)
    with pytest.raises(NotAllowed):
        days_of_team(session, desk.LANE, BERLIN, by=ada)


def test_who_looks_at_one_person_says_why_and_they_are_told(session, ada, lea, team, clock_at):
    team(1)
    with pytest.raises(WhyMissing):
        days_of_person(session, "ada", BERLIN, why=" ", by=lea)
    assert acts.find(session, by=lea) == []

    found = days_of_person(session, "ada", BERLIN, why="You asked for advice", by=lea)

    assert found.today.done == 0
    (act,) = acts.find(session, by=lea)
    assert (act.act, act.concerning, act.why) == ("look", "ada", "You asked for advice")
    (told,) = notifications.of(session, "ada")
    assert (told.kind, told.by) == ("looked", "lea")
    with pytest.raises(NotAllowed):
        days_of_person(session, "ada", BERLIN, why="Curious", by=ada)
