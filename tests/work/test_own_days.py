from zoneinfo import ZoneInfo

import pytest

from engine import user_tasks
from tests.work import desk
from work.own_days import own_days

BERLIN = ZoneInfo("Europe/Berlin")


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
