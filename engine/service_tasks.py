"""Work for machines: leasing calls, settling them once, retrying, giving up with an incident.

    take ──▶ call (no transaction is open) ──▶ settle

A lease has a fresh token; an outcome that carries an older one is refused, so a late worker cannot
do a step twice. Workers over the API lease by topic and are fenced in the same way.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, Select, and_, exists, select, text, update
from sqlalchemy.orm import Session

from core import clock, metrics
from core.errors import BackOfficeError, Unavailable
from core.ids import new_id
from core.outbox import ring, unring
from core.people import Actor
from core.permissions import allow
from core.values import to_json
from engine import outcomes, progress
from engine.connectors.errors import NotDone
from engine.errors import LeaseInvalid, ServiceTaskNotFound
from engine.models import ProcessInstance, ServiceTask, ServiceTaskLease
from engine.models.service_task import WAITS_FOR_WORKER
from engine.projections.service_tasks import JOB, RING_AGAIN, give_up, offer

#: How long a worker may be silent before somebody else is asked; see engine/leases.py.
LEASE_SECONDS = 20.0
MAX_LEASE_SECONDS = 86_400
MAX_LEASED = 100
MAX_TOPICS = 50
#: Workers that may be lost over one call before a person must look.
MAX_LOST_LEASES = 5
#: Rows that one sweep rings for.
BATCH = 500


@dataclass(frozen=True)
class Call:
    """One attempt at a service task, as a worker gets it."""

    service_task_id: UUID
    instance_id: UUID
    connector: str
    request: Mapping[str, Any]
    idempotency_key: str
    attempt: int
    #: Proves that the lease is still ours.
    token: str
    #: The trace that the step before it was part of.
    traceparent: str | None = None


@dataclass(frozen=True)
class Lease:
    """One attempt at an external task; `id` is the lease's, new for each attempt."""

    id: UUID
    topic: str
    instance_id: UUID
    element_id: str
    variables: Mapping[str, Any]
    attempt: int
    idempotency_key: str
    lease_until: datetime


@dataclass(frozen=True)
class Answer:
    """What a connector returned: `response` is what outputs and error maps read."""

    response: Any


def take(
    session: Session,
    service_task_id: UUID,
    lease_seconds: float = LEASE_SECONDS,
    worker: str = "worker",
) -> Call | None:
    """Lease a service task. None when it is settled, not due, held or taken."""
    query = select(ServiceTask).where(ServiceTask.id == service_task_id)
    return _take(session, query, lease_seconds, worker)


def take_next(
    session: Session, lease_seconds: float = LEASE_SECONDS, worker: str = "worker"
) -> Call | None:
    """Lease the service task that has been due for longest. None when there is none."""
    query = select(ServiceTask).order_by(ServiceTask.not_before, ServiceTask.id).limit(1)
    return _take(session, query, lease_seconds, worker)


def keep(session: Session, call: Call, lease_seconds: float) -> bool:
    """Extend the lease of a call, from now on. False when it is no longer this call's."""
    until = clock.now() + timedelta(seconds=lease_seconds)
    # Nothing but this row: a step of the instance that runs meanwhile is not waited for.
    extended = session.execute(
        update(ServiceTask)
        .where(ServiceTask.id == call.service_task_id, ServiceTask.lease_token == call.token)
        .values(lease_until=until)
        .execution_options(synchronize_session=False)
    )
    return bool(cast("CursorResult[Any]", extended).rowcount)


def settle(session: Session, call: Call, result: Answer | BackOfficeError) -> None:
    """Record how a call ended: done, a BPMN error, to be retried later, or an incident.

    Raises LeaseLost or ServiceTaskClosed when the answer comes too late.
    """
    instance, task = _lock(session, call.service_task_id, call.instance_id)
    task.require_lease(call.token)
    outcomes.apply(session, instance, task, _outcome_of(call, result))


def reject(session: Session, call: Call, message: str) -> None:
    """Make an incident of an answer that cannot be stored. Raises as `settle` does."""
    instance, task = _lock(session, call.service_task_id)
    task.require_lease(call.token)
    give_up(session, instance, task, message, clock.now())
    progress.save(session)


def lease(
    session: Session,
    topics: Sequence[str],
    max: int,  # noqa: A002 (the word of the API)
    lease_seconds: float,
    worker: str,
    *,
    by: Actor,
) -> list[Lease]:
    """Lease up to `max` external tasks of the topics, oldest first. Raises LeaseInvalid."""
    allow(by, "service_task.lease")
    if (
        not 0 < len(topics) <= MAX_TOPICS
        or not 0 < max <= MAX_LEASED
        or not 0 < lease_seconds <= MAX_LEASE_SECONDS
    ):
        raise LeaseInvalid(topics=MAX_TOPICS, tasks=MAX_LEASED, seconds=MAX_LEASE_SECONDS)
    now = clock.now()
    query = select(ServiceTask).where(
        ServiceTask.topic.in_(topics),
        ServiceTask.state == "open",
        ServiceTask.lease_token.is_(None),
        ServiceTask.not_before <= now,
        ~ServiceTask.held,
    )
    query = query.order_by(ServiceTask.not_before, ServiceTask.id).limit(max)
    tasks = session.scalars(query.with_for_update(skip_locked=True)).all()
    leases = [
        _lease(session, task, worker, by, now, now + timedelta(seconds=lease_seconds))
        for task in tasks
    ]
    session.flush()
    return leases


def extend(session: Session, lease_id: UUID, lease_seconds: float, *, by: Actor) -> datetime:
    """Keep a lease for longer, from now on; the new end. Raises LeaseLost, ServiceTaskClosed."""
    allow(by, "service_task.lease")
    if not 0 < lease_seconds <= MAX_LEASE_SECONDS:
        raise LeaseInvalid(topics=MAX_TOPICS, tasks=MAX_LEASED, seconds=MAX_LEASE_SECONDS)
    _, task = _leased(session, lease_id)
    task.lease_until = clock.now() + timedelta(seconds=lease_seconds)
    session.flush()
    return task.lease_until


def complete(
    session: Session, lease_id: UUID, variables: Mapping[str, Any] | None, *, by: Actor
) -> ServiceTask:
    """Report that leased work is done. Raises LeaseLost or ServiceTaskClosed when it is late."""
    allow(by, "service_task.lease")
    given = progress.require_variables(variables)
    instance, task = _leased(session, lease_id)
    outcomes.apply(session, instance, task, {"response": given})
    return task


def fail(
    session: Session,
    lease_id: UUID,
    message: str,
    retry_in: timedelta | None = None,
    *,
    is_unsure: bool = False,
    by: Actor,
) -> ServiceTask:
    """Report that leased work failed: tried again after `retry_in`, or the element's own delay.

    `is_unsure` says that it may have taken effect: where it must not happen twice, nobody tries
    again then.
    """
    allow(by, "service_task.lease")
    instance, task = _leased(session, lease_id)
    seconds = None if retry_in is None else retry_in.total_seconds()
    outcome = {
        "failure": message,
        "is_final": False,
        "is_unsure": is_unsure,
        "retry_in": seconds,
    }
    outcomes.apply(session, instance, task, outcome)
    return task


def throw(
    session: Session,
    lease_id: UUID,
    code: str,
    message: str = "",
    variables: Mapping[str, Any] | None = None,
    *,
    by: Actor,
) -> ServiceTask:
    """Raise a BPMN error at a leased task; where nothing catches it, it becomes an incident."""
    allow(by, "service_task.lease")
    given = progress.require_variables(variables)
    instance, task = _leased(session, lease_id)
    outcomes.apply(session, instance, task, {"error": code, "message": message, "variables": given})
    return task


def apply_kept(session: Session, instance: ProcessInstance) -> None:
    """Settle what came in while the instance was suspended."""
    query = select(ServiceTask.id).where(
        ServiceTask.instance_id == instance.id,
        ServiceTask.state == "open",
        ServiceTask.outcome.is_not(None),
    )
    for task_id in session.scalars(query.order_by(ServiceTask.id)).all():
        task = session.get_one(ServiceTask, task_id)
        if not instance.has_ended and task.is_open and task.outcome is not None:
            outcomes.apply_kept(session, instance, task, task.outcome)


def hold(session: Session, instance: ProcessInstance) -> None:
    """Hand out no call of a suspended instance. Those that are out may still be answered."""
    for task in _tasks(session, instance, ServiceTask.state == "open"):
        task.held, task.ring_at = True, None


def unhold(session: Session, instance: ProcessInstance) -> None:
    """Offer the calls of an instance again."""
    now = clock.now()
    for task in _tasks(session, instance, and_(ServiceTask.held)):
        task.held = False
        if task.is_open and task.lease_token is None:
            offer(session, task, now)


def ring_due(session: Session) -> None:
    """Ring for calls that are due: those to be retried, and those whose ring was lost."""
    now = clock.now()
    due = select(ServiceTask.id).where(ServiceTask.ring_at <= now).order_by(ServiceTask.ring_at)
    rows = due.limit(BATCH).with_for_update(skip_locked=True).cte("due")
    rung = session.scalars(
        update(ServiceTask)
        .where(ServiceTask.id.in_(select(rows.c.id)))
        .values(ring_at=now + RING_AGAIN)
        .returning(ServiceTask.id)
        .execution_options(synchronize_session=False)
    )
    for service_task_id in rung.all():
        ring(session, JOB, service_task_id)


def ring_next(session: Session) -> None:
    """Ring for the call that has been due for longest, if there is one."""
    due = select(ServiceTask.id).where(text(WAITS_FOR_WORKER))
    due = due.where(ServiceTask.not_before <= clock.now())
    following = session.scalar(due.order_by(ServiceTask.not_before, ServiceTask.id).limit(1))
    if following is not None:
        ring(session, JOB, following)


def has_due(session: Session) -> bool:
    """Whether `ring_due` would find anything."""
    return bool(session.scalar(select(exists().where(ServiceTask.ring_at <= clock.now()))))


def expired(session: Session) -> list[UUID]:
    """Service tasks whose lease has run out."""
    query = select(ServiceTask.id).where(ServiceTask.lease_until <= clock.now())
    return list(session.scalars(query.order_by(ServiceTask.lease_until).limit(BATCH)))


def free(session: Session, service_task_id: UUID) -> None:
    """End a lease that has run out: its worker is dead, or so slow that it must not count.

    That uses up no attempt of the element; but what loses its worker again and again may be what
    kills it, and waits for a person after MAX_LOST_LEASES.
    """
    instance, task = _lock(session, service_task_id)
    now = clock.now()
    if not task.is_open or task.lease_until is None or task.lease_until > now:
        return
    metrics.count("leases_lost", why="ran out")
    task.lost_leases += 1
    if task.is_at_most_once:
        message = f"no answer within the lease of attempt {task.attempts}."
        outcomes.give_up_unsure(session, instance, task, message, now)
    elif task.lost_leases >= MAX_LOST_LEASES:
        message = (
            f"{task.lost_leases} workers fell silent in the middle of this call, the last of them"
            f" {task.worker}. Perhaps it is the call that ends them."
        )
        give_up(session, instance, task, message, now)
    else:
        task.reopen(now)
        offer(session, task, now)
    progress.save(session)


def _take(
    session: Session, query: Select[ServiceTask], lease_seconds: float, worker: str
) -> Call | None:
    now = clock.now()
    query = query.where(
        # As text: a plan that is kept must know that the index of these rows serves.
        text(WAITS_FOR_WORKER),
        ServiceTask.not_before <= now,
        ServiceTask.connector.is_not(None),
    )
    task = session.scalar(
        query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    )
    if task is None:
        return None
    assert task.connector is not None
    token = secrets.token_hex(16)
    task.lease(token, worker, now + timedelta(seconds=lease_seconds))
    session.flush()
    unring(session, JOB, task.id)
    return Call(
        service_task_id=task.id,
        instance_id=task.instance_id,
        connector=task.connector,
        request=task.request,
        idempotency_key=task.idempotency_key,
        attempt=task.attempts,
        token=token,
        traceparent=task.traceparent,
    )


def _lock(
    session: Session, service_task_id: UUID, instance_id: UUID | None = None
) -> tuple[ProcessInstance, ServiceTask]:
    if instance_id is None:
        query = select(ServiceTask.instance_id).where(ServiceTask.id == service_task_id)
        instance_id = session.scalar(query)
    if instance_id is None:
        raise ServiceTaskNotFound(service_task_id=str(service_task_id))
    instance = progress.get_for_update(session, instance_id)
    task = session.get_one(
        ServiceTask, service_task_id, populate_existing=True, with_for_update=True
    )
    return instance, task


def _leased(session: Session, lease_id: UUID) -> tuple[ProcessInstance, ServiceTask]:
    given = session.get(ServiceTaskLease, lease_id)
    if given is None:
        raise ServiceTaskNotFound(service_task_id=str(lease_id))
    instance, task = _lock(session, given.service_task_id)
    task.require_lease(str(lease_id))
    return instance, task


def _lease(
    session: Session,
    task: ServiceTask,
    worker: str,
    by: Actor,
    now: datetime,
    until: datetime,
) -> Lease:
    lease_id = new_id()
    task.lease(str(lease_id), worker, until)
    session.add(
        ServiceTaskLease(
            id=lease_id,
            service_task_id=task.id,
            worker=worker,
            leased_at=now,
            leased_by=by.name,
        )
    )
    return Lease(
        id=lease_id,
        topic=task.topic or "",
        instance_id=task.instance_id,
        element_id=task.element_id,
        variables=task.request,
        attempt=task.attempts,
        idempotency_key=task.idempotency_key,
        lease_until=until,
    )


def _outcome_of(call: Call, result: Answer | BackOfficeError) -> dict[str, Any]:
    if isinstance(result, Answer):
        return {"response": to_json(result.response)}
    return {
        "failure": str(result),
        "is_final": not isinstance(result, Unavailable),
        # A script changes nothing outside.
        "is_unsure": call.connector != "python" and _may_have_happened(result),
        "response": to_json(result.context.get("response")),
    }


def _may_have_happened(error: BackOfficeError) -> bool:
    if isinstance(error, NotDone):
        return False
    return isinstance(error, Unavailable) or bool(error.context.get("is_unsure"))


def _tasks(
    session: Session, instance: ProcessInstance, which: ColumnElement[bool]
) -> Sequence[ServiceTask]:
    query = select(ServiceTask).where(ServiceTask.instance_id == instance.id, which)
    return session.scalars(query.order_by(ServiceTask.id)).all()
