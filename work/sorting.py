"""Sorting open tasks into classes, each at its place by due date.

The engine opens tasks without a class; an index holds just those, so finding them costs nothing
when there are none. `take_in` runs before each "get next" and in every sweep: nobody misses work.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, literal_column, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core import calendars, clock
from core.calendars import Calendar, CalendarNotFound
from engine.models import UserTask
from work import policies, stamp
from work.models import WorkClass, WorkClassGroup, WorkQueue
from work.models.queue import EVERYBODY

#: Tasks that one transaction sorts.
BATCH = 500
OPEN: ColumnElement[str] = literal_column("'open'")


def has_unsorted(session: Session) -> bool:
    """Whether `take_in` would find anything."""
    return bool(session.scalar(select(HAS_UNSORTED)))


def take_in(session: Session, limit: int = BATCH) -> int:
    """Sort open tasks that have no class; how many."""
    query = select(UserTask).where(*_UNSORTED).order_by(UserTask.id).limit(limit)
    tasks = list(session.scalars(query.with_for_update(skip_locked=True)))
    if tasks:
        classes = _classes(session, tasks)
        calendars_by_queue: dict[str, Calendar] = {}
        now = clock.now()
        for task in tasks:
            found = classes[signature(task)]
            task.class_id = found.id
            task.rank_at = _rank(session, task, found, calendars_by_queue, now)
        session.flush()
    return len(tasks)


def has_resting(session: Session) -> bool:
    """Whether `wake` would find anything."""
    return bool(session.scalar(select(exists().where(*_rested()))))


def wake(session: Session) -> None:
    """Let tasks return whose follow-up date has come."""
    session.execute(update(UserTask).where(*_rested()).values(class_id=None))


def queue_of(session: Session, group: str) -> WorkQueue:
    """The queue of a group; where nobody made one, one with the usual settings, not stored."""
    found = session.get(WorkQueue, group)
    if found is not None:
        return found
    usual = {
        column.name: column.default.arg
        for column in WorkQueue.__table__.columns
        if column.default is not None
    }
    return WorkQueue(group_name=group, **usual)


def calendar_of(session: Session, queue: WorkQueue) -> Calendar:
    """The calendar that a queue counts in; the office's when its own is gone."""
    try:
        return calendars.named(session, queue.calendar)
    except CalendarNotFound:
        return calendars.named(session, calendars.OFFICE)


def signature(task: UserTask) -> str:
    """What makes the class of a task: who may do it, what it is, and what it is worth."""
    parts = [
        sorted(task.groups),
        task.is_for_all,
        task.key,
        task.element_id,
        task.category,
        rounded(task.weight),
        sorted(task.skills or ()),
        task.affinity,
        # Few have one; without, a class keeps the name it has had.
        *([task.priority] if task.priority else ()),
        *([{"sites": sorted(task.sites)}] if task.sites else ()),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def rounded(weight: float | None) -> float | None:
    """A weight to one digit, so that amounts of money make few classes."""
    return None if weight is None else float(f"{weight:.0e}")


def _classes(session: Session, tasks: Iterable[UserTask]) -> dict[str, WorkClass]:
    wanted = {signature(task): task for task in tasks}
    query = select(WorkClass).where(WorkClass.signature.in_(wanted))
    found = {each.signature: each for each in session.scalars(query)}
    new = sorted(wanted.keys() - found.keys())
    for each in new:
        found[each] = _make(session, each, wanted[each])
    if new:
        stamp.renew(session)
    return found


def _make(session: Session, name: str, task: UserTask) -> WorkClass:
    groups = sorted(task.groups)
    made = WorkClass(
        signature=name,
        queue=groups[0] if groups else EVERYBODY,
        is_for_all=task.is_for_all,
        key=task.key,
        element_id=task.element_id,
        name=task.name,
        category=task.category,
        affinity=task.affinity,
        priority=task.priority,
        model_skills=sorted(task.skills or ()),
        model_sites=sorted(task.sites or ()) or None,
        model_weight=rounded(task.weight),
    )
    queue = queue_of(session, made.queue)
    rules = None
    if queue.rules is not None and queue.rules_problem is None:
        rules = policies.rules_of(session, queue)
    policies.settle(made, queue, rules)
    made.ruled_at = clock.now()
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
            session.add_all(WorkClassGroup(class_id=made.id, group_name=each) for each in groups)
    except IntegrityError:
        # Somebody else has just made it.
        return session.scalars(select(WorkClass).where(WorkClass.signature == name)).one()
    return made


def _rank(
    session: Session,
    task: UserTask,
    found: WorkClass,
    known: dict[str, Calendar],
    now: datetime,
) -> datetime | None:
    """Its place in its class: when it is due, or ought to be; None while it rests."""
    if task.follow_up_at is not None and task.follow_up_at > now:
        return None
    if task.due_at is not None:
        return task.due_at
    if found.queue not in known:
        known[found.queue] = calendar_of(session, queue_of(session, found.queue))
    try:
        return known[found.queue].add_seconds(task.created_at, found.target_seconds)
    except calendars.CalendarNeverOpens:
        return task.created_at + timedelta(seconds=found.target_seconds)


def _rested() -> tuple[ColumnElement[bool], ...]:
    return (
        UserTask.state == OPEN,
        UserTask.class_id.is_not(None),
        UserTask.rank_at.is_(None),
        UserTask.follow_up_at <= clock.now(),
    )


_UNSORTED = (UserTask.state == OPEN, UserTask.class_id.is_(None))
HAS_UNSORTED = exists().where(*_UNSORTED)
