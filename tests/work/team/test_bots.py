from datetime import date

import pytest

from core import calendars
from core.calendars import Day, Wanted
from core.people import SYSTEM, Actor, Role, add_person, make_token
from core.permissions import NotAllowed
from engine import user_tasks
from tests.work.desk import LANE, arrive, deploy
from work import queues, skills
from work.team import bots, delegation
from work.team.bots import BotPaused, FindingsInvalid


@pytest.fixture(autouse=True)
def claims(session, clock_at):
    deploy(session)
    add_person(session, "ada", roles=["associate"], groups=[LANE], by=SYSTEM)
    make_token(session, "robot", roles=["associate"], groups=[LANE], by=SYSTEM)


@pytest.fixture
def robot():
    return Actor("robot", frozenset({Role.ASSOCIATE}), frozenset({LANE}), kind="token")


def test_what_a_bot_cannot_do_falls_to_a_person_with_its_findings(session, robot, ada):
    task = queues.give_next(session, by=robot) or arrive(session)
    task = queues.give_next(session, by=robot).task

    bots.give_up(session, task.id, "Cannot read page 2", {"customer": "K-1"}, by=robot)

    assert queues.give_next(session, by=robot) is None
    given = queues.give_next(session, by=ada)
    assert given.task is task
    (handing,) = delegation.handings(session, task)
    assert (handing.giver, handing.note) == ("robot", "Cannot read page 2")
    assert handing.findings == {"customer": "K-1"}


def test_people_do_not_give_up_like_bots(session, robot, ada):
    task = arrive(session)
    user_tasks.claim(session, task.id, by=ada)

    with pytest.raises(NotAllowed):
        bots.give_up(session, task.id, "Too hard", by=ada)
    user_tasks.release(session, task.id, by=ada)
    task = queues.give_next(session, by=robot).task
    with pytest.raises(FindingsInvalid):
        bots.give_up(session, task.id, " ", by=robot)


def test_a_bot_works_in_its_hours(session, robot, lea):
    closed = Wanted(
        based_on="office", person="robot", days=(Day(date(2026, 1, 5), date(2026, 1, 5)),)
    )
    calendars.put(session, "of robot", closed, by=lea)
    arrive(session)

    assert queues.give_next(session, by=robot) is None
    calendars.remove(session, "of robot", by=lea)
    assert queues.give_next(session, by=robot) is not None


def test_a_bot_that_fails_too_often_gets_no_more_until_somebody_looked(session, robot, lea):
    skills.declare(session, "robot", {}, error_limit=0.2, by=lea)
    for number in range(bots.COUNTED_FROM):
        arrive(session)
        task = queues.give_next(session, by=robot).task
        if number < 7:
            user_tasks.complete(session, task.id, {}, by=robot)
        else:
            bots.give_up(session, task.id, "Cannot read it", by=robot)
    arrive(session)

    with pytest.raises(BotPaused) as caught:
        queues.give_next(session, by=robot)
    assert caught.value.context == {"failed": 3, "count": 10}


def test_steps_may_be_for_people_only(session, robot, ada):
    deploy(session, "hands", assignment={"skills": "person"})
    task = arrive(session, "hands")

    assert queues.give_next(session, by=robot) is None
    assert queues.give_next(session, by=ada).task is task
