"""What team leaders do with many tasks at once: put first, keep for somebody, reassign, weigh.

Each act is written into the case's log and into the book of acts, with who and why. A task that
cannot be changed stays as it is and is named with the reason; the others are changed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock, dates
from core.errors import BackOfficeError, Conflict, Forbidden, Invalid, NotFound
from core.people import Actor, is_active
from core.permissions import allow
from engine import log, user_tasks
from engine.errors import PersonUnknown
from engine.models import ProcessInstance, UserTask
from work import notifications
from work.models.team import Handing
from work.policies import PRIORITIES
from work.team import acts, members

#: Tasks that one act may name.
MAX_TASKS = 500

Change = Callable[[UserTask, ProcessInstance], None]


class TooManyTasks(Invalid):
    """Up to {limit} tasks can be changed at once."""


class PriorityUnknown(Invalid):
    """A priority is low, normal, high or urgent."""


@dataclass
class Changed:
    """Which tasks were changed, and why the others were not."""

    done: list[UUID] = field(default_factory=list)
    refused: dict[UUID, str] = field(default_factory=dict)


def pin(
    session: Session,
    task_ids: Sequence[UUID],
    *,
    person: str | None = None,
    why: str,
    by: Actor,
) -> Changed:
    """Put tasks before all others; with a person, keep them for that one.

    Those that were put first earlier stay before them.

    Raises WhyMissing, TooManyTasks, PersonUnknown.
    """
    if person is not None:
        members.actor_of(session, person)
    now = clock.now()

    def change(task: UserTask, _instance: ProcessInstance) -> None:
        if person is not None:
            members.require_eligible(session, task, person)
        task.pinned_at, task.pinned_by, task.reserved_for = now, by.name, person

    return _each(session, task_ids, "pin", change, why, by, concerning=person)


def unpin(session: Session, task_ids: Sequence[UUID], *, why: str, by: Actor) -> Changed:
    """Let tasks find their own places again, for everybody. Raises WhyMissing, TooManyTasks."""

    def change(task: UserTask, _instance: ProcessInstance) -> None:
        task.pinned_at = task.pinned_by = task.reserved_for = None

    return _each(session, task_ids, "unpin", change, why, by)


def reassign(
    session: Session, task_ids: Sequence[UUID], person: str | None, *, why: str, by: Actor
) -> Changed:
    """Make somebody the assignee of tasks; None gives them back to their queues.

    Raises WhyMissing, TooManyTasks, PersonUnknown.
    """
    now = clock.now()
    if person is not None and not is_active(session, person, now):
        raise PersonUnknown(person=person)

    def change(task: UserTask, _instance: ProcessInstance) -> None:
        giver = task.assignee
        if person is None:
            task.release()
        elif person in task.excluded:
            raise members.NotEligible(person=person, reason="it is kept from them")
        else:
            members.require_site(session, task, person)
            task.hand_over(person, by, at=now)
            notifications.assigned(session, task, by=by)
        task.reserved_for = task.delegated_by = None
        session.add(
            Handing(
                task_id=task.id,
                kind="reassigned",
                giver=giver or "",
                taker=person,
                at=now,
                by=by.name,
                note=why.strip(),
            )
        )

    lifecycle = "release" if person is None else "assign"
    return _each(session, task_ids, "reassign", change, why, by, person, lifecycle)


def prioritise(
    session: Session, task_ids: Sequence[UUID], priority: str, *, why: str, by: Actor
) -> Changed:
    """Weigh tasks: `low`, `normal`, `high` or `urgent`. They find new places in their queues.

    Raises PriorityUnknown, WhyMissing, TooManyTasks.
    """
    if priority != "normal" and priority not in PRIORITIES:
        raise PriorityUnknown

    def change(task: UserTask, _instance: ProcessInstance) -> None:
        task.priority = None if priority == "normal" else priority
        task.class_id = task.rank_at = None

    return _each(session, task_ids, "prioritise", change, why, by, concerning=priority)


def date(
    session: Session, task_ids: Sequence[UUID], due_at: datetime | None, *, why: str, by: Actor
) -> Changed:
    """Give tasks another due date, or none; from then on no calendar moves it.

    Raises WhyMissing, TooManyTasks, DateOutOfReach.
    """
    if due_at is not None:
        dates.require_near(due_at)

    def change(task: UserTask, _instance: ProcessInstance) -> None:
        task.due_at = due_at
        task.schedule = {k: v for k, v in (task.schedule or {}).items() if k != "due"} or None
        task.class_id = task.rank_at = None

    concerning = due_at.isoformat() if due_at is not None else None
    return _each(session, task_ids, "date", change, why, by, concerning=concerning)


def _each(
    session: Session,
    task_ids: Sequence[UUID],
    act: str,
    change: Change,
    why: str,
    by: Actor,
    concerning: str | None = None,
    lifecycle: str = "",
) -> Changed:
    why = acts.require_why(why)
    if len(task_ids) > MAX_TASKS:
        raise TooManyTasks(limit=MAX_TASKS)
    changed = Changed()
    for task_id in _in_order(session, task_ids):
        try:
            task, instance = user_tasks.lock(session, task_id, by=by)
            allow(by, "task.assign", task)
            task.require_open()
            change(task, instance)
        except (NotFound, Forbidden, Conflict, Invalid) as error:
            changed.refused[task_id] = _sentence(error)
            continue
        details = {"assignee": concerning, "why": why} if lifecycle else {"why": why}
        log.note(
            session,
            instance,
            task.kind,
            lifecycle or act,
            at=clock.now(),
            by=by.name,
            element_id=task.element_id,
            name=task.name,
            token=task.token,
            details=details,
        )
        changed.done.append(task_id)
    if changed.done:
        acts.record(session, act, why, by=by, concerning=concerning, tasks=len(changed.done))
    session.flush()
    return changed


def _in_order(session: Session, task_ids: Sequence[UUID]) -> list[UUID]:
    """As cases are locked by everybody: in one order, so that no two wait for each other."""
    wanted = list(dict.fromkeys(task_ids))
    query = select(UserTask.id, UserTask.instance_id).where(UserTask.id.in_(wanted))
    cases = {row.id: row.instance_id for row in session.execute(query)}
    return sorted(wanted, key=lambda each: (cases.get(each, each), each))


def _sentence(error: BackOfficeError) -> str:
    return str(error)
