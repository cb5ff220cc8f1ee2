"""Undoing the completion of a task, for a little while and while nothing came of it outside.

    completing  remember ──▶ the step ──▶ keep
    undoing     nothing followed? ──▶ the state before, its rows, and an entry of the log

The case is put back to the bytes that it was before, so nothing of the step has to be reversed one
by one; `projections.project` brings the rows in line as after any step. What cannot be taken back
(a call that a worker has, a message that went out) is looked for under the lock of the case, and of
the calls that wait: a worker either comes before, and is seen, or finds nothing to do.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core import clock
from core.ids import first_id, follow, new_id
from core.model import Json
from core.people import Actor
from core.permissions import may
from engine import log, progress, projections, undo_obstacles
from engine.bpmn.runtime import Runtime
from engine.errors import KeyTakenSince, NothingToUndo, NotYourCompletion, UndoOver
from engine.models import CompletionUndo, GuestLink, ProcessInstance, UserTask
from engine.webhooks import events

#: Rows that nobody can use any more are kept for this long, to say that the time is over.
KEPT_FOR = timedelta(hours=1)
#: Nobody may undo after longer than this, whatever the settings say.
MAX_GRACE = timedelta(minutes=30)


@dataclass(frozen=True)
class Grace:
    """How long a completion may be undone, and what is to come back then."""

    time: timedelta
    answers: Json = field(default_factory=dict)
    files: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Before:
    """A case just before a task of it is completed."""

    since: UUID
    #: Columns of `CompletionUndo`, as they were.
    values: Mapping[str, Any]
    large_values: Mapping[str, bytes]


@dataclass(frozen=True)
class Undone:
    """A task that is open again, and what was kept with its completion."""

    task: UserTask
    completed_by: str
    answers: Json
    files: tuple[UUID, ...]


def remember(
    session: Session, task: UserTask, instance: ProcessInstance, runtime: Runtime
) -> Before:
    """What `keep` needs of a case that is locked and about to be moved."""
    values = {
        "assignee": task.assignee,
        "claimed_by": task.claimed_by,
        "claimed_at": task.claimed_at,
        "state": instance.runtime_state,
        "waits": instance.waits,
    }
    large_values = progress.large_values(session, instance, runtime.references)
    return Before(new_id(), values, large_values)


def keep(
    session: Session,
    task: UserTask,
    instance: ProcessInstance,
    runtime: Runtime,
    before: Before,
    step: progress.Step,
    grace: Grace,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Keep a completion that was just stored, so that it can be undone."""
    gone = before.large_values.keys() - runtime.references
    row = {
        "id": new_id(),
        "task_id": task.id,
        "instance_id": instance.id,
        "by": by.name,
        "at": at,
        "until": at + min(grace.time, MAX_GRACE),
        "since": before.since,
        **before.values,
        "large_values": {ref: b64encode(before.large_values[ref]).decode() for ref in gone},
        "after": sha256(instance.runtime_state).digest(),
        "sent": list(step.sent),
        "heard": list(step.heard),
        "told_end": instance.has_ended and events.is_wanted(session, instance, events.ENDED),
        "answers": grace.answers,
        "files": [str(each) for each in grace.files],
    }
    session.execute(insert(CompletionUndo), [row])


def left(session: Session, task: UserTask, *, by: Actor) -> timedelta | None:
    """How long `by` may still undo the completion of a task; None when they cannot.

    Looks without locking: what it promises may be gone a moment later.
    """
    kept = _kept(session, task)
    now = clock.now()
    if kept is None or kept.until <= now or not _may(kept, task, by):
        return None
    instance = session.get_one(ProcessInstance, task.instance_id)
    if undo_obstacles.find(session, kept, instance) is not None:
        return None
    return kept.until - now


def last_of(session: Session, *, by: Actor, within: timedelta) -> UUID | None:
    """The task that `by` completed last, that long ago at most, and that may still be undone."""
    now = clock.now()
    # Ids are in the order of time: what is older is not looked at.
    query = (
        select(CompletionUndo.task_id)
        .where(CompletionUndo.id > first_id(now - within))
        .where(CompletionUndo.by == by.name, CompletionUndo.until > now)
        .order_by(CompletionUndo.id.desc())
    )
    return session.scalar(query.limit(1))


def undo(session: Session, task: UserTask, instance: ProcessInstance, *, by: Actor) -> Undone:
    """Put a case back to where it was before a task was completed; both are locked.

    Raises NothingToUndo, UndoOver, NotYourCompletion, InstanceSuspended, InstanceEnded and, with
    what followed, a CannotUndo; nothing is changed then.
    """
    kept = _kept(session, task)
    if kept is None:
        raise NothingToUndo
    if not _may(kept, task, by):
        raise NotYourCompletion
    now = clock.now()
    if kept.until <= now:
        raise UndoOver
    obstacle = undo_obstacles.find(session, kept, instance, is_locked=True)
    if obstacle is not None:
        raise obstacle
    _put_back(session, kept, task, instance, by, now)
    files = tuple(UUID(each) for each in kept.files)
    undone = Undone(task, kept.by, kept.answers, files)
    session.delete(kept)
    progress.save(session)
    return undone


def forget(session: Session) -> None:
    """Delete what has been of no use for an hour."""
    oldest = first_id(clock.now() - KEPT_FOR - MAX_GRACE)
    session.execute(delete(CompletionUndo).where(CompletionUndo.id < oldest))


def _kept(session: Session, task: UserTask) -> CompletionUndo | None:
    if task.state != "completed":
        return None
    query = select(CompletionUndo).where(CompletionUndo.task_id == task.id)
    return session.scalar(query.order_by(CompletionUndo.id.desc()).limit(1))


def _may(kept: CompletionUndo, task: UserTask, by: Actor) -> bool:
    return kept.by == by.name or may(by, "task.assign", task)


def _put_back(
    session: Session,
    kept: CompletionUndo,
    task: UserTask,
    instance: ProcessInstance,
    by: Actor,
    now: datetime,
) -> None:
    # What is written now tells of something later than all that it undoes.
    follow(kept.id)
    progress.restore_large_values(
        session, instance, {ref: b64decode(text) for ref, text in kept.large_values.items()}
    )
    runtime = progress.rewound(session, instance, kept.state, at=now)
    events.announce(session, instance, progress.log_entries(session, instance, runtime))
    _open_again(session, instance)
    task.reopen()
    task.assignee = kept.assignee
    task.claimed_by, task.claimed_at = kept.claimed_by, kept.claimed_at
    _withdraw_links(session, kept, by, now)
    projections.rewind(session, instance, kept.waits)
    log.note(
        session,
        instance,
        task.kind,
        "undo",
        at=now,
        by=by.name,
        element_id=task.element_id,
        name=task.name,
        token=task.token,
        undoes=kept.since,
    )
    if runtime.program.has_slas:
        instance.clocks_at = now
    # A message may have come meanwhile that the case waits for again.
    progress.record_progress(session, instance, runtime, at=now)


def _open_again(session: Session, instance: ProcessInstance) -> None:
    """Let a case that ended with the step be open. Raises KeyTakenSince."""
    if not instance.has_ended:
        return
    try:
        with session.begin_nested():
            instance.reopen()
    except IntegrityError as error:
        raise KeyTakenSince(business_key=instance.business_key) from error


def _withdraw_links(session: Session, kept: CompletionUndo, by: Actor, now: datetime) -> None:
    """Close the guest links that the step made; nobody has been sent them yet."""
    made = GuestLink.id.between(kept.since, kept.id)
    session.execute(
        update(GuestLink)
        .where(GuestLink.instance_id == kept.instance_id, made)
        .values(revoked_at=now, revoked_by=by.name)
    )
