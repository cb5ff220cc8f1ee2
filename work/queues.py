"""Getting the next item: the head of the class that it costs most to leave waiting.

One query reads the first item of each class that somebody may do; `work.priorities` compares them;
the item is then locked together with its case, skipping what others hold. So the cost depends on
the number of classes and not of items, and no two people ever get the same one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, literal_column, or_, select
from sqlalchemy.orm import Session

from core import clock
from core.calendars import Calendar
from core.model import Json
from core.people import Actor
from core.permissions import allow
from engine import user_tasks
from engine.models import ProcessInstance, UserTask
from engine.visibility import excludes
from work import priorities, skills, sorting
from work.errors import HandsFull
from work.models import Dispatch, WorkClass, WorkClassGroup, WorkQueue
from work.priorities import AFFINITY, Head
from work.sorting import OPEN

#: Tasks that are sorted in before the next one is chosen; sweeps sort the others.
TAKE_IN = 50
#: Cases somebody did last, in which they are asked first.
CASES_REMEMBERED = 20
_ACTIVE: ColumnElement[str] = literal_column("'active'")
_COMPLETED: ColumnElement[str] = literal_column("'completed'")


@dataclass(frozen=True)
class Given:
    """An item somebody was given, and why."""

    task: UserTask
    dispatch: Dispatch


@dataclass(frozen=True)
class _Candidate:
    """A head that somebody may take: of a class, or one task of a case they know."""

    class_id: UUID
    queue: WorkQueue
    head: Head
    #: Where its class is looked at from: late items lie before this moment.
    since: datetime | None = None
    task_id: UUID | None = None


def give_next(session: Session, *, by: Actor) -> Given | None:
    """Claim for `by` what they should do next; None when nothing waits for them.

    Raises HandsFull, and NotAllowed for those who do not take tasks.
    """
    allow(by, "task.take")
    sorting.take_in(session, TAKE_IN)
    worker = skills.of(session, by.name)
    classes = _eligible(session, by, worker.skills if worker else {})
    queues = {name: sorting.queue_of(session, name) for name in {each.queue for each in classes}}
    _require_free_hands(session, by, queues.values(), worker.in_hand_limit if worker else None)
    candidates = _candidates(session, classes, queues, by)
    while candidates:
        index = priorities.choose([each.head for each in candidates]).index
        found = _lock(session, candidates[index], by)
        if found is not None:
            return _give(session, *found, candidates, index, by)
        # Others hold all of it, or took the last one.
        del candidates[index]
    return None


def last_dispatch(session: Session, task: UserTask) -> Dispatch | None:
    """Why somebody was given a task, when it was given out."""
    query = select(Dispatch).where(Dispatch.task_id == task.id).order_by(Dispatch.id.desc())
    return session.scalar(query.limit(1))


def _eligible(session: Session, by: Actor, has: dict[str, int]) -> list[Any]:
    """The classes whose groups and skills `by` has."""
    in_group = exists().where(
        WorkClassGroup.class_id == WorkClass.id, WorkClassGroup.group_name.in_(sorted(by.groups))
    )
    columns = (
        WorkClass.id,
        WorkClass.queue,
        WorkClass.skills,
        WorkClass.weight,
        WorkClass.handle_seconds,
        WorkClass.look_ahead_seconds,
        WorkClass.affinity,
    )
    query = select(*columns).where(or_(WorkClass.is_for_all, in_group)).order_by(WorkClass.id)
    return [row for row in session.execute(query) if skills.suffice(has, row.skills)]


def _require_free_hands(session: Session, by: Actor, queues: Any, own_limit: int | None) -> None:
    limit = own_limit or max((queue.in_hand_limit for queue in queues), default=None)
    if limit is None:
        return
    in_hand = select(func.count()).where(UserTask.assignee == by.name, UserTask.state == OPEN)
    count = session.scalar(in_hand) or 0
    if count >= limit:
        raise HandsFull(count=count, limit=limit)


def _candidates(
    session: Session, classes: Sequence[Any], queues: dict[str, WorkQueue], by: Actor
) -> list[_Candidate]:
    now = clock.now()
    calendars = {name: sorting.calendar_of(session, queue) for name, queue in queues.items()}
    by_id = {row.id: row for row in classes}
    found = [
        _candidate(by_id[class_id], rank_at, queues, calendars, now)
        for class_id, rank_at in _heads(session, list(by_id), by)
    ]
    late = [c.class_id for c in found if c.queue.recovery and c.head.left_seconds < 0]
    found += [
        _candidate(by_id[class_id], rank_at, queues, calendars, now, since=now)
        for class_id, rank_at in _heads(session, late, by, since=now)
    ]
    known = [row.id for row in classes if row.affinity == "case"]
    found += [
        _candidate(by_id[class_id], rank_at, queues, calendars, now, task_id=task_id)
        for class_id, rank_at, task_id in _known_cases(session, known, by)
    ]
    return found


def _candidate(
    row: Any,
    rank_at: datetime,
    queues: dict[str, WorkQueue],
    calendars: dict[str, Calendar],
    now: datetime,
    *,
    since: datetime | None = None,
    task_id: UUID | None = None,
) -> _Candidate:
    queue = queues[row.queue]
    head = Head(
        row.weight * (AFFINITY if task_id else 1),
        row.handle_seconds,
        calendars[row.queue].between(now, rank_at),
        row.look_ahead_seconds,
        queue.guard_seconds if queue.recovery else None,
    )
    return _Candidate(row.id, queue, head, since, task_id)


def _heads(
    session: Session, class_ids: list[UUID], by: Actor, since: datetime | None = None
) -> list[tuple[UUID, datetime]]:
    """The place of the first item of each class that has one for `by`; from `since` on."""
    if not class_ids:
        return []
    first = (
        select(UserTask.rank_at)
        .where(UserTask.class_id == WorkClass.id, *_waiting(by, since))
        .where(
            exists().where(
                ProcessInstance.id == UserTask.instance_id, ProcessInstance.state == _ACTIVE
            )
        )
        .order_by(UserTask.rank_at, UserTask.id)
        .limit(1)
        .correlate(WorkClass)
        .scalar_subquery()
    )
    query = select(WorkClass.id, first).where(WorkClass.id.in_(class_ids)).order_by(WorkClass.id)
    return [(class_id, at) for class_id, at in session.execute(query) if at is not None]


def _known_cases(
    session: Session, class_ids: list[UUID], by: Actor
) -> list[tuple[UUID, datetime, UUID]]:
    """What waits in the cases that `by` did something in lately."""
    if not class_ids:
        return []
    done = (
        select(UserTask.instance_id)
        .where(UserTask.assignee == by.name, UserTask.state == _COMPLETED)
        .order_by(UserTask.id.desc())
        .limit(CASES_REMEMBERED)
    )
    cases = list(session.scalars(done))
    query = select(UserTask.class_id, UserTask.rank_at, UserTask.id).where(
        UserTask.instance_id.in_(cases), UserTask.class_id.in_(class_ids), *_waiting(by, None)
    )
    if not cases:
        return []
    return [(row.class_id, row.rank_at, row.id) for row in session.execute(query) if row.class_id]


def _waiting(by: Actor, since: datetime | None) -> list[ColumnElement[bool]]:
    """Items that wait for somebody, in the words of their index, and are not kept from `by`."""
    conditions = [
        UserTask.state == OPEN,
        UserTask.assignee.is_(None),
        UserTask.rank_at.is_not(None),
        ~excludes(by.name),
    ]
    return [*conditions, UserTask.rank_at >= since] if since is not None else conditions


def _lock(
    session: Session, candidate: _Candidate, by: Actor
) -> tuple[UserTask, ProcessInstance] | None:
    """The first item of a class, locked with its case; what others hold is passed over."""
    query = (
        select(UserTask, ProcessInstance)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .where(UserTask.class_id == candidate.class_id, *_waiting(by, candidate.since))
        .where(ProcessInstance.state == _ACTIVE)
        .order_by(UserTask.rank_at, UserTask.id)
        .limit(1)
        .with_for_update(of=(UserTask, ProcessInstance), skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if candidate.task_id is not None:
        query = query.where(UserTask.id == candidate.task_id)
    row = session.execute(query).first()
    return None if row is None else (row[0], row[1])


def _give(
    session: Session,
    task: UserTask,
    instance: ProcessInstance,
    candidates: Sequence[_Candidate],
    index: int,
    by: Actor,
) -> Given:
    chosen = candidates[index]
    user_tasks.claim_locked(session, task, instance, by=by)
    reason: Json = {
        "left_seconds": int(chosen.head.left_seconds),
        "handle_seconds": int(chosen.head.handle_seconds),
        "weight": chosen.head.weight / (AFFINITY if chosen.task_id else 1),
        "others": len({each.class_id for each in candidates} - {chosen.class_id}),
        "knows_the_case": chosen.task_id is not None,
        "recovery": chosen.queue.recovery,
    }
    dispatch = Dispatch(
        task_id=task.id,
        class_id=chosen.class_id,
        person=by.name,
        at=clock.now(),
        cost=priorities.cost_of_waiting(chosen.head),
        reason=reason,
        sentence=priorities.sentence(reason),
    )
    session.add(dispatch)
    session.flush()
    return Given(task, dispatch)
