"""Incidents: seeing what is stuck, trying again, or going on by hand. Who and why is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, func, or_, select
from sqlalchemy.orm import Session

from core import clock
from core.outbox import ring
from core.people import Actor
from core.permissions import allow
from engine import failed_starts, kept_messages, log, progress, projections
from engine.errors import CannotResolve, ErrorNotCaught, IncidentNotFound
from engine.mending import UNEXPLAINED
from engine.models import Incident, ProcessInstance, ServiceTask, Timer
from engine.projections.elements import element_of
from engine.projections.incidents import SERVICE_LEVEL
from engine.projections.service_tasks import prepare
from engine.visibility import instances_seen_by

#: Incidents of one cause that one call retries.
MAX_RETRIED = 500


@dataclass(frozen=True)
class Cause:
    """How many open incidents share a cause, and one of them."""

    cause: str
    count: int
    first_at: datetime
    example: Incident


def get(session: Session, incident_id: UUID, *, by: Actor) -> Incident:
    """One incident that `by` may see: those without a case only who sees all cases.

    Raises IncidentNotFound.
    """
    allow(by, "incident.see")
    query = select(Incident).outerjoin(ProcessInstance, Incident.instance_id == ProcessInstance.id)
    incident = session.scalar(query.where(Incident.id == incident_id, instances_seen_by(by)))
    if incident is None:
        raise IncidentNotFound(incident_id=str(incident_id))
    return incident


def find(
    session: Session,
    *,
    by: Actor,
    state: str | None = "open",
    cause: str | None = None,
    instance_id: UUID | None = None,
    key: str | None = None,
    element_id: str | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Incident]:
    """Incidents that `by` may see, oldest first. `state` is "open", "resolved" or None for both."""
    allow(by, "incident.see")
    query = select(Incident).outerjoin(ProcessInstance, Incident.instance_id == ProcessInstance.id)
    query = query.where(instances_seen_by(by))
    if state is not None:
        is_open = Incident.resolved_at.is_(None)
        query = query.where(is_open if state == "open" else ~is_open)
    wanted = {
        Incident.cause: cause,
        Incident.instance_id: instance_id,
        Incident.key: key,
        Incident.element_id: element_id,
    }
    query = query.where(*(column == value for column, value in wanted.items() if value is not None))
    if after is not None:
        query = query.where(Incident.id > after)
    return list(session.scalars(query.order_by(Incident.id).limit(limit)))


def causes(session: Session, *, by: Actor, limit: int = 50) -> list[Cause]:
    """Open incidents grouped by cause, the most frequent first."""
    allow(by, "incident.see")
    count = func.count().label("count")
    query = (
        # PostgreSQL has no least of several uuids.
        select(
            Incident.cause,
            count,
            func.min(Incident.created_at),
            func.min(cast(Incident.id, String)),
        )
        .outerjoin(ProcessInstance, Incident.instance_id == ProcessInstance.id)
        .where(Incident.resolved_at.is_(None), instances_seen_by(by))
        .group_by(Incident.cause)
        .order_by(count.desc(), Incident.cause)
        .limit(limit)
    )
    rows = session.execute(query).all()
    return [
        Cause(cause, number, first_at, session.get_one(Incident, UUID(example)))
        for cause, number, first_at, example in rows
    ]


def retry(session: Session, incident_id: UUID, *, by: Actor, reason: str | None = None) -> Incident:
    """Try again what failed. Raises IncidentNotFound, IncidentClosed, InstanceSuspended."""
    allow(by, "incident.resolve")
    incident, instance = _lock(session, incident_id, by)
    if instance is not None:
        instance.require_running()
    _close(session, incident, instance, "retried", by, reason)
    _retry(session, incident, instance)
    return incident


def retry_cause(
    session: Session, cause: str, *, by: Actor, reason: str | None = None
) -> list[Incident]:
    """Try again everything that failed for one cause, up to MAX_RETRIED; suspended ones stay."""
    allow(by, "incident.resolve")
    # In the order of their instances: all who lock several instances lock them in this order.
    query = (
        select(Incident.id)
        .outerjoin(ProcessInstance, Incident.instance_id == ProcessInstance.id)
        .where(
            Incident.cause == cause,
            Incident.resolved_at.is_(None),
            or_(Incident.instance_id.is_(None), ProcessInstance.state == "active"),
            instances_seen_by(by),
        )
        .order_by(Incident.instance_id, Incident.id)
        .limit(MAX_RETRIED)
    )
    retried = []
    for incident_id in session.scalars(query).all():
        incident, instance = _lock(session, incident_id, by)
        # An earlier one of the same instance may have ended it.
        if incident.is_open and (instance is None or instance.state == "active"):
            _close(session, incident, instance, "retried", by, reason)
            _retry(session, incident, instance)
            retried.append(incident)
    return retried


def resolve(
    session: Session,
    incident_id: UUID,
    *,
    variables: Mapping[str, Any] | None = None,
    error_code: str | None = None,
    reason: str,
    by: Actor,
) -> Incident:
    """Go on by hand: leave the element with `variables`, or throw `error_code` there.

    A start timer that failed starts no case this time. Raises IncidentNotFound, IncidentClosed,
    InstanceSuspended, CannotResolve, ErrorNotCaught.
    """
    allow(by, "incident.resolve")
    given = progress.require_variables(variables)
    incident, instance = _lock(session, incident_id, by)
    if not reason or not reason.strip():
        raise CannotResolve(kind=incident.kind, reason="say why, in `reason`")
    if instance is None:
        return _leave_out(session, incident, given, error_code, by, reason)
    instance.require_running()
    can_be_skipped = incident.message_id is not None or incident.kind == SERVICE_LEVEL
    if incident.token is None and (not can_be_skipped or error_code is not None):
        raise CannotResolve(kind=incident.kind, reason="there is no token to move")
    now = clock.now()
    resolution = "skipped" if error_code is None else "error_thrown"
    _close(session, incident, instance, resolution, by, reason)
    runtime = progress.runtime_of(session, instance)
    if incident.token is None:
        # A message that is dropped: what it should have brought is given by hand.
        runtime.set_variables(given, at=now, by=by.name)
    elif error_code is None:
        runtime.complete(incident.token, given, at=now, by=by.name)
    elif not runtime.throw_error(incident.token, error_code, reason, given, at=now):
        raise ErrorNotCaught(code=error_code, element=incident.element_id)
    if incident.service_task_id is not None:
        task = session.get_one(ServiceTask, incident.service_task_id)
        task.settle("completed", now, error=task.error)
        projections.forget(instance, task.id)
    progress.record_progress(session, instance, runtime, at=now)
    return incident


def _leave_out(
    session: Session,
    incident: Incident,
    variables: Mapping[str, Any],
    error_code: str | None,
    by: Actor,
    reason: str,
) -> Incident:
    if variables or error_code is not None:
        why = "no case was started: the start can be tried again or left out, without variables"
        raise CannotResolve(kind=incident.kind, reason=why)
    _close(session, incident, None, "skipped", by, reason)
    failed_starts.leave_out(session, incident)
    return incident


def _lock(
    session: Session, incident_id: UUID, by: Actor
) -> tuple[Incident, ProcessInstance | None]:
    """An incident and its case, locked; None for the case where none was started."""
    incident = get(session, incident_id, by=by)
    if incident.instance_id is None:
        session.refresh(incident, with_for_update=True)
        return incident, None
    instance = progress.get_for_update(session, incident.instance_id)
    session.refresh(incident)
    return incident, instance


def _close(
    session: Session,
    incident: Incident,
    instance: ProcessInstance | None,
    resolution: str,
    by: Actor,
    reason: str | None,
) -> None:
    now = clock.now()
    incident.resolve(resolution, by.name, now, reason)
    if instance is None:
        return
    instance.incidents -= 1
    log.note(
        session,
        instance,
        "incident",
        resolution,
        at=now,
        by=by.name,
        element_id=incident.element_id,
        name=incident.name,
        token=incident.token,
        details={"reason": reason} if reason else None,
    )


def _has_no_row(instance: ProcessInstance, incident: Incident) -> bool:
    """Whether what the token waited for was lost: it is to be made anew."""
    return incident.kind == UNEXPLAINED and not any(
        each["kind"] == "failed" for each in instance.waits if each["token"] == incident.token
    )


def _retry(session: Session, incident: Incident, instance: ProcessInstance | None) -> None:
    if instance is None:
        failed_starts.retry(session, incident)
        return
    now = clock.now()
    if incident.timer_id is not None:
        timer = session.get(Timer, incident.timer_id)
        if timer is not None:
            timer.held = False
        progress.save(session)
        return
    if incident.message_id is not None:
        kept_messages.deliver_again(session, incident.message_id)
        return
    if incident.kind == SERVICE_LEVEL:
        # Its clocks ask again.
        instance.clocks_at = now
        progress.save(session)
        return
    if incident.token is None:
        instance.continue_at = now
        ring(session, "engine.jobs.advance", instance.id)
        progress.save(session)
        return
    runtime = progress.runtime_of(session, instance)
    if incident.service_task_id is not None:
        task = session.get_one(ServiceTask, incident.service_task_id)
        element = element_of(runtime, task.process_key, task.element_id)
        prepare(session, instance, runtime, task, element, now)
        progress.save(session)
        return
    if incident.kind == projections.ASSIGNMENT or _has_no_row(instance, incident):
        projections.reopen(instance, incident.token)
    else:
        runtime.retry(incident.token, at=now)
    progress.record_progress(session, instance, runtime, at=now)
