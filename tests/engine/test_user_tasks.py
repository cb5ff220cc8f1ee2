"""User tasks: who is offered them, who gets them, and that exactly one completes each."""

from datetime import timedelta

import pytest

from engine import instances, user_tasks
from engine.errors import UserTaskClaimed, UserTaskNotFound
from tests.build import process


@pytest.fixture
def approve(session, start, ada):
    drawing = process("claim").user_task("approve", lane="customer_service", due="P2D").end()
    start(drawing, amount=120)
    [task] = user_tasks.find(session, by=ada)
    return task


def test_a_task_in_a_lane_is_offered_to_its_group(session, approve, ada, grace, clock_at):
    assert approve.groups == ("customer_service",)
    assert approve.due_at == clock_at() + timedelta(days=2)
    assert user_tasks.counts(session, ada) == user_tasks.Counts(mine=0, groups=1, late=0, seen=1)
    with pytest.raises(UserTaskNotFound):
        user_tasks.get(session, approve.id, by=grace)


def test_completing_the_last_user_task_ends_the_instance(session, approve, ada, clock_at):
    clock_at(minutes=7)

    user_tasks.complete(session, approve.id, {"approved": True}, by=ada)

    assert approve.assignee == approve.completed_by == "ada"
    assert approve.instance.ended_at == approve.completed_at
    assert instances.variables(session, approve.instance) == {"amount": 120, "approved": True}


def test_a_task_claimed_by_somebody_else_is_refused(session, approve, ada, bob):
    user_tasks.claim(session, approve.id, by=bob)

    with pytest.raises(UserTaskClaimed):
        user_tasks.complete(session, approve.id, {}, by=ada)

    assert approve.is_open
    assert not approve.instance.has_ended
