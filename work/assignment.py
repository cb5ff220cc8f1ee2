"""Claiming by choice, as far as the queue lets people choose."""

from uuid import UUID

from sqlalchemy.orm import Session

from core.people import Actor, Role
from engine import user_tasks
from engine.models import UserTask
from work import sorting
from work.errors import PullOnly
from work.models.queue import EVERYBODY


def claim(session: Session, task_id: UUID, *, by: Actor) -> UserTask:
    """Reserve a task that somebody has chosen from a list.

    Raises PullOnly where associates get work in order only, and what `user_tasks.claim` raises.
    """
    task = user_tasks.get(session, task_id, by=by)
    if task.assignee is None:
        require_choice(session, task, by)
    return user_tasks.claim(session, task_id, by=by)


def require_choice(session: Session, task: UserTask, by: Actor) -> None:
    """Raise PullOnly when `by` may not choose a task that nobody has."""
    if is_pull_only(session, task, by):
        raise PullOnly


def is_pull_only(session: Session, task: UserTask, by: Actor) -> bool:
    """Whether `by` gets this task by "get next" only."""
    group = min(task.groups, default=EVERYBODY)
    is_pull = sorting.queue_of(session, group).mode == "pull"
    return is_pull and not by.has(Role.TEAM_LEADER, Role.OPERATOR)
