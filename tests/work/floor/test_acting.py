"""What is done from the floor to all the tasks behind a number."""

import pytest

from tests.work.desk import arrive, deploy
from work import queues, sorting
from work.floor import acting, board, snapshot
from work.floor.acting import NothingToChange, OnlyOpenTasks
from work.floor.measures import Asked
from work.team import acts
from work.team.acts import WhyMissing

HOUR = 60


@pytest.fixture(autouse=True)
def claims(session, clock_at):
    deploy(session)


def test_what_is_at_risk_is_weighed_and_stays_in_the_numbers(session, lea, ada):
    risky = [arrive(session, due=3 * HOUR) for _ in range(2)]
    arrive(session, due=99 * HOUR)
    sorting.take_in(session)

    changed = acting.change_all(session, Asked("at_risk"), "urgent", why="Before noon", by=lea)

    assert sorted(changed.done) == sorted(each.id for each in risky)
    assert all(each.priority == "urgent" and each.class_id for each in risky)
    found = board.of(snapshot.take(session), lea)
    assert (found.totals.open, found.totals.at_risk) == (3, 2)
    (act,) = acts.find(session, by=lea)
    assert (act.act, act.why, act.tasks) == ("prioritise", "Before noon", 2)


def test_what_is_put_first_is_given_first(session, lea, ada):
    first, _ = arrive(session, due=90 * HOUR), arrive(session, due=-HOUR)
    sorting.take_in(session)

    acting.change(session, [first.id], "first", why="The mayor asked", by=lea)

    assert queues.give_next(session, by=ada).task is first
    acting.change(session, [first.id], "not_first", why="Not any more", by=lea)
    assert first.pinned_at is None


def test_only_open_tasks_with_a_reason_are_changed(session, lea):
    with pytest.raises(OnlyOpenTasks):
        acting.change_all(session, Asked("done"), "urgent", why="?", by=lea)
    with pytest.raises(NothingToChange):
        acting.change_all(session, Asked("late"), "urgent", why="?", by=lea)
    arrive(session, due=-HOUR)
    sorting.take_in(session)
    snapshot.forget(session)
    with pytest.raises(WhyMissing):
        acting.change_all(session, Asked("late"), "urgent", why=" ", by=lea)
