"""Choosing a task: whether its queue lets people do so, asked in the turn that reads the task."""

import pytest

from core.people import SYSTEM
from engine.models import UserTaskCandidate
from tests.work.desk import LANE, arrive, associate, deploy
from work import assignment, completion, queue_settings
from work.errors import PullOnly
from work.models.queue import EVERYBODY
from work.queue_settings import Settings


def give_out(session, group=LANE, mode="pull"):
    queue_settings.put(session, group, Settings(mode=mode), by=SYSTEM)


@pytest.fixture(params=["claiming", "completing"])
def choose(request, session):
    """Chooses a task that nobody has."""
    if request.param == "claiming":
        return lambda task, by: assignment.claim(session, task.id, by=by)
    return lambda task, by: completion.complete(session, task.id, {}, by=by)


@pytest.mark.parametrize("mode", ["pull", "push"])
def test_what_is_given_out_is_not_chosen(session, choose, ada, lea, mode):
    deploy(session)
    task = arrive(session)
    give_out(session, mode=mode)

    with pytest.raises(PullOnly):
        choose(task, ada)

    assert task.is_open
    assert task.assignee is None
    assert choose(task, lea) is task


def test_a_change_of_the_mode_counts_at_once(session, choose, ada):
    deploy(session)
    first, second = arrive(session), arrive(session)
    choose(first, ada)
    give_out(session)
    with pytest.raises(PullOnly):
        choose(second, ada)

    give_out(session, mode="open")

    assert choose(second, ada).assignee == "ada"


def test_the_first_of_its_groups_is_the_queue(session, choose):
    deploy(session)
    task = arrive(session)
    task.candidates = [UserTaskCandidate(group_name=name) for name in ("north", "Zealand")]
    session.flush()
    ann = associate("ann", "north", "Zealand")
    give_out(session, "north")

    assert choose(task, ann).assignee == "ann"


def test_another_group_of_a_task_keeps_nobody_from_choosing(session, choose):
    deploy(session)
    task = arrive(session)
    task.candidates = [UserTaskCandidate(group_name=name) for name in ("north", "Zealand")]
    session.flush()
    give_out(session, "Zealand")

    with pytest.raises(PullOnly):
        choose(task, associate("ann", "north", "Zealand"))


def test_work_for_everybody_has_a_queue_of_its_own(session, choose, ada):
    deploy(session, lane=None)
    task = arrive(session)
    give_out(session)
    give_out(session, EVERYBODY)

    with pytest.raises(PullOnly):
        choose(task, ada)

    deploy(session, key="others")
    give_out(session, mode="open")
    assert choose(arrive(session, key="others"), ada).assignee == "ada"
