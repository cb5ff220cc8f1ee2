"""Claiming by choice, as far as the queue lets people choose."""

from uuid import UUID

from sqlalchemy.orm import Session

from core.people import Actor, Role
from engine import user_tasks
from engine.models import UserTask
from work import notifications, sorting
from work.errors import KeptForOther, PullOnly
from work.models.queue import EVERYBODY


def claim(session: Session, task_id: UUID, *, by: Actor) -> UserTask:
    """Reserve a task that somebody has chosen from a list.

    Raises PullOnly where associates get work in order only, KeptForOther, and what
    `user_tasks.claim` raises.
    """
    task = user_tasks.get(session, task_id, by=by)
    if task.assignee is None:
        require_choice(session, task, by)
    task = user_tasks.claim(session, task_id, by=by)
    task.reserved_for = None
    session.flush()
    return task


def hand_over(session: Session, task_id: UUID, person: str, *, by: Actor) -> UserTask:
    """Make somebody else the assignee, and tell them. Raises as `user_tasks.hand_over` does."""
    task = user_tasks.hand_over(session, task_id, person, by=by)
    notifications.assigned(session, task, by=by)
    return task


def require_choice(session: Session, task: UserTask, by: Actor) -> None:
    """Raise PullOnly, or KeptForOther, when `by` may not choose a task that nobody has."""
    if task.reserved_for not in (None, by.name) and not by.has(Role.TEAM_LEADER, Role.OPERATOR):
        raise KeptForOther(person=task.reserved_for)
    if task.reserved_for is None and is_pull_only(session, task, by):
        raise PullOnly


def is_pull_only(session: Session, task: UserTask, by: Actor) -> bool:
    """Whether `by` gets this task by "get next" only."""
    group = min(task.groups, default=EVERYBODY)
    is_given_out = sorting.queue_of(session, group).mode != "open"
    return is_given_out and not by.has(Role.TEAM_LEADER, Role.OPERATOR)
