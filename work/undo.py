"""Undoing a mistaken completion: the case goes back, and what was typed is there again."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from core.db import undo_seconds
from core.people import Actor
from engine import undo as engine
from engine import user_tasks
from engine.models import UserTask
from work import completion, drafts, form_files, notifications


def left(session: Session, task: UserTask, *, by: Actor) -> timedelta | None:
    """How long `by` may still undo the completion of a task; None when they cannot."""
    return engine.left(session, task, by=by)


@dataclass(frozen=True)
class Recent:
    """What somebody completed last, and for how long it can be undone."""

    task: UserTask
    left: timedelta


def recent(session: Session, *, by: Actor) -> Recent | None:
    """What `by` completed a moment ago; None when nothing of it can be undone."""
    task_id = engine.last_of(session, by=by, within=timedelta(seconds=undo_seconds()))
    task = session.get(UserTask, task_id) if task_id is not None else None
    remaining = left(session, task, by=by) if task is not None else None
    return Recent(task, remaining) if task is not None and remaining is not None else None


def undo(session: Session, task_id: UUID, *, by: Actor) -> UserTask:
    """Put a case back to where it was before a task was completed.

    Whoever completed it finds their answers as a draft. Raises UserTaskNotFound, NothingToUndo,
    UndoOver, NotYourCompletion, InstanceSuspended, InstanceEnded and, with what followed, a
    CannotUndo.
    """
    task, instance = user_tasks.lock(session, task_id, by=by)
    undone = engine.undo(session, task, instance, by=by)
    form_files.take_back(session, undone.files)
    if completion.form_of(session, task.definition_id, task.element_id) is not None:
        drafts.bring_back(session, task_id, undone.completed_by, undone.answers)
    if undone.completed_by != by.name:
        notifications.notify(
            session,
            undone.completed_by,
            "undone",
            instance_id=instance.id,
            task_id=task_id,
            details={"task": task.name, "case": instance.business_key or ""},
            by=by,
        )
    return task
