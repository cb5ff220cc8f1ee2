"""Passing a task on and getting it back, and letting it rest until a date."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.errors import Conflict, Invalid
from core.model import Json
from core.people import Actor
from core.permissions import allow
from engine import log, user_tasks
from engine.errors import UserTaskClaimed
from engine.models import ProcessInstance, UserTask
from work import notifications
from work.models.team import Handing
from work.team import members

MAX_NOTE = 2_000
#: How far away a follow-up date may lie.
LONGEST = timedelta(days=732)


class NoteTooLong(Invalid):
    """A note has up to {limit} characters."""


class NobodyToHandBackTo(Conflict):
    """Nobody has handed this task on to you."""


class FollowUpInvalid(Invalid):
    """A follow-up date lies in the future, within two years."""


def delegate(
    session: Session, task_id: UUID, person: str, *, note: str = "", by: Actor
) -> UserTask:
    """Pass a task on with a note; whoever had it may get it back.

    Raises PersonUnknown, UserTaskClosed, NoteTooLong, and NotEligible for another site.
    """
    _require_note(note)
    task, _ = user_tasks.lock(session, task_id, by=by)
    members.require_site(session, task, person)
    giver = task.assignee or by.name
    task = user_tasks.hand_over(session, task_id, person, by=by)
    task.delegated_by = giver if giver != person else None
    task.reserved_for = None
    _keep(session, task, "delegated", giver, person, note, by)
    notifications.assigned(session, task, by=by)
    return task


def hand_back(session: Session, task_id: UUID, *, note: str = "", by: Actor) -> UserTask:
    """Give a task back to who handed it on. Raises NobodyToHandBackTo, PersonUnknown."""
    _require_note(note)
    task, _ = user_tasks.lock(session, task_id, by=by)
    taker = task.delegated_by
    if task.assignee != by.name or taker is None:
        raise NobodyToHandBackTo
    task = user_tasks.hand_over(session, task_id, taker, by=by)
    task.delegated_by = None
    _keep(session, task, "handed_back", by.name, taker, note, by)
    notifications.assigned(session, task, by=by)
    return task


def follow_up(
    session: Session, task_id: UUID, at: datetime, *, note: str = "", by: Actor
) -> UserTask:
    """Let a task rest until a date; then it comes back to who has it, or to its queue.

    Raises FollowUpInvalid, UserTaskClosed, UserTaskClaimed, NotACandidate.
    """
    _require_note(note)
    now = clock.now()
    if not now < at <= now + LONGEST:
        raise FollowUpInvalid
    task, instance = _lock_own(session, task_id, by)
    task.follow_up_at = at
    # It does not follow the calendar any more: somebody has set the day.
    task.schedule = {k: v for k, v in (task.schedule or {}).items() if k != "follow_up"} or None
    task.class_id = task.rank_at = None
    _log(session, instance, task, "follow_up", {"until": at.isoformat(), "note": note}, by)
    return task


def end_follow_up(session: Session, task_id: UUID, *, by: Actor) -> UserTask:
    """Bring a resting task back at once."""
    task, instance = _lock_own(session, task_id, by)
    task.follow_up_at = task.class_id = task.rank_at = None
    _log(session, instance, task, "follow_up", {"until": None}, by)
    return task


def handings(session: Session, task: UserTask) -> list[Handing]:
    """Who passed the task on to whom, and what they said, the latest first."""
    query = select(Handing).where(Handing.task_id == task.id).order_by(Handing.id.desc())
    return list(session.scalars(query.limit(50)))


def _lock_own(session: Session, task_id: UUID, by: Actor) -> tuple[UserTask, ProcessInstance]:
    """A task that `by` has, could take, or leads."""
    task, instance = user_tasks.lock(session, task_id, by=by)
    task.require_open()
    if task.assignee not in (None, by.name):
        if not by.has() and not task.is_led_by(by):
            raise UserTaskClaimed(assignee=task.assignee)
        allow(by, "task.assign", task)
    else:
        allow(by, "task.take", task)
    return task, instance


def _keep(
    session: Session, task: UserTask, kind: str, giver: str, taker: str, note: str, by: Actor
) -> None:
    session.add(
        Handing(
            task_id=task.id,
            kind=kind,
            giver=giver,
            taker=taker,
            at=clock.now(),
            by=by.name,
            note=note.strip(),
        )
    )
    session.flush()


def _log(
    session: Session,
    instance: ProcessInstance,
    task: UserTask,
    lifecycle: str,
    details: Json,
    by: Actor,
) -> None:
    log.note(
        session,
        instance,
        task.kind,
        lifecycle,
        at=clock.now(),
        by=by.name,
        element_id=task.element_id,
        name=task.name,
        token=task.token,
        details=details,
    )
    session.flush()


def _require_note(note: str) -> None:
    if len(note) > MAX_NOTE:
        raise NoteTooLong(limit=MAX_NOTE)
