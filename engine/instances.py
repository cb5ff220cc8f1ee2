"""Process instances: starting, finding, changing, suspending and cancelling them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session, undefer_group

from core import clock
from core.people import Actor
from core.permissions import allow
from core.values import merge_patch
from engine import definitions, kept_messages, log, progress, projections, service_tasks
from engine.errors import BusinessKeyTooLong, InstanceNotFound, StartElementUnknown
from engine.models import (
    Definition,
    InstanceVariable,
    LogEntry,
    ProcessInstance,
    Timer,
)
from engine.progress import get_for_update, record_progress, runtime_of
from engine.projections.incidents import open_incident
from engine.projections.variables import as_text
from engine.visibility import instances_seen_by
from engine.webhooks import events

MAX_BUSINESS_KEY_LENGTH = 200
MAX_REASON_LENGTH = 2_000

__all__ = [
    "Visited",
    "advance",
    "cancel",
    "find",
    "get",
    "get_for_update",
    "give_up",
    "record_progress",
    "resume",
    "runtime_of",
    "set_variables",
    "start",
    "suspend",
    "tokens",
    "variables",
]


@dataclass(frozen=True)
class Visited:
    """An element that an instance came to, at that moment or later."""

    element_id: str
    since: datetime


@dataclass(frozen=True)
class Token:
    """Where an instance waits."""

    element_id: str
    name: str
    kind: str
    since: datetime


def start(
    session: Session,
    *,
    key: str | None = None,
    definition_id: UUID | None = None,
    business_key: str | None = None,
    variables: Mapping[str, Any] | None = None,
    element: str | None = None,
    by: Actor,
) -> ProcessInstance:
    """Start the latest version of `key`, or one version, and run it to its first waits.

    `element` names the start event where there are several. Raises DefinitionNotFound,
    StartElementUnknown, VariablesInvalid, VariablesTooLarge.
    """
    definition = _definition(session, key, definition_id)
    allow(by, "instance.start", definition)
    if business_key is not None and len(business_key) > MAX_BUSINESS_KEY_LENGTH:
        raise BusinessKeyTooLong(limit=MAX_BUSINESS_KEY_LENGTH)
    _require_start(session, definition, element)
    return progress.begin(
        session,
        definition,
        at=clock.now(),
        by=by.name,
        business_key=business_key,
        variables=variables,
        element=element,
    )


def get(session: Session, instance_id: UUID, *, by: Actor) -> ProcessInstance:
    """One instance that `by` may see. Raises InstanceNotFound."""
    allow(by, "instance.see")
    query = select(ProcessInstance).where(ProcessInstance.id == instance_id, instances_seen_by(by))
    instance = session.scalar(query.options(undefer_group("run")))
    if instance is None:
        raise InstanceNotFound(instance_id=str(instance_id))
    return instance


def find(
    session: Session,
    *,
    by: Actor,
    key: str | None = None,
    state: str | None = None,
    business_key: str | None = None,
    started_after: datetime | None = None,
    started_before: datetime | None = None,
    having: Sequence[tuple[str, Any]] = (),
    definition_id: UUID | None = None,
    with_incidents: bool = False,
    is_open: bool = False,
    text: str | None = None,
    version: int | None = None,
    visited: Visited | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[ProcessInstance]:
    """Instances that `by` may see, newest first; `after` is the last id of the page before.

    `text` is part of the business key, `is_open` leaves out what is completed or cancelled,
    `having` are values that searchable variables must have.
    """
    allow(by, "instance.see")
    wanted = {
        ProcessInstance.key: key,
        ProcessInstance.state: state,
        ProcessInstance.business_key: business_key,
        ProcessInstance.definition_id: definition_id,
        ProcessInstance.version: version,
    }
    query = select(ProcessInstance).where(instances_seen_by(by))
    query = query.where(*(column == value for column, value in wanted.items() if value is not None))
    if text is not None:
        query = query.where(ProcessInstance.business_key.icontains(text, autoescape=True))
    if is_open or state in ("active", "suspended"):
        # Said twice so that the index over open instances serves.
        query = query.where(ProcessInstance.ended_at.is_(None))
    if started_after is not None:
        query = query.where(ProcessInstance.started_at > started_after)
    if started_before is not None:
        query = query.where(ProcessInstance.started_at < started_before)
    if with_incidents:
        query = query.where(ProcessInstance.incidents > 0)
    for name, value in having:
        query = query.where(
            exists().where(
                InstanceVariable.instance_id == ProcessInstance.id,
                InstanceVariable.name == name,
                InstanceVariable.value == as_text(value),
            )
        )
    if visited is not None:
        query = query.where(_came_to(visited))
    if after is not None:
        query = query.where(ProcessInstance.id < after)
    return list(session.scalars(query.order_by(ProcessInstance.id.desc()).limit(limit)))


def _came_to(visited: Visited) -> ColumnElement[bool]:
    return exists().where(
        LogEntry.instance_id == ProcessInstance.id,
        LogEntry.key == ProcessInstance.key,
        LogEntry.element_id == visited.element_id,
        LogEntry.lifecycle == "start",
        LogEntry.at >= visited.since,
    )


def tokens(session: Session, instance: ProcessInstance) -> list[Token]:
    """Where the instance waits now: leaves only, in the order the tokens came there."""
    return [
        Token(
            element_id=each["element"],
            name=each["name"] or each["element"],
            kind=each["kind"],
            since=datetime.fromisoformat(each["since"]),
        )
        for each in instance.waits
        if each["leaf"]
    ]


def variables(session: Session, instance: ProcessInstance) -> dict[str, Any]:
    """The variables of the process scope."""
    return dict(runtime_of(session, instance).variables)


def set_variables(
    session: Session, instance_id: UUID, patch: Mapping[str, Any], *, by: Actor
) -> ProcessInstance:
    """Merge a patch into the variables of the process scope, member by member; None deletes.

    Raises InstanceNotFound, InstanceEnded, VariablesInvalid, VariablesTooLarge.
    """
    allow(by, "variables.change", get(session, instance_id, by=by))
    given = progress.require_variables(patch)
    instance = get_for_update(session, instance_id)
    instance.require_open()
    now = clock.now()
    runtime = runtime_of(session, instance)
    before = runtime.variables
    merged = {name: merge_patch(before.get(name), value) for name, value in given.items()}
    runtime.set_variables(merged, at=now, by=by.name)
    if instance.is_suspended:
        progress.store(session, instance, runtime, at=now)
    else:
        record_progress(session, instance, runtime, at=now)
    return instance


def cancel(session: Session, instance_id: UUID, reason: str, *, by: Actor) -> ProcessInstance:
    """End an instance before its end; all it waits for is closed. Raises InstanceEnded."""
    allow(by, "instance.cancel", get(session, instance_id, by=by))
    instance = get_for_update(session, instance_id)
    instance.require_open()
    now = clock.now()
    runtime = runtime_of(session, instance)
    runtime.cancel(at=now, by=by.name)
    events.announce(session, instance, progress.log_entries(session, instance, runtime))
    progress.store_state(session, instance, runtime)
    instance.cancel(by.name, reason[:MAX_REASON_LENGTH], now)
    instance.clocks_at = now if runtime.program.has_slas else None
    projections.close_all(session, instance, now)
    details = {"reason": reason}
    log.note(session, instance, "process", "cancel", at=now, by=by.name, details=details)
    progress.save(session)
    return instance


def suspend(session: Session, instance_id: UUID, reason: str, *, by: Actor) -> ProcessInstance:
    """Let nothing proceed: no steps, timers or calls. Raises InstanceEnded, InstanceSuspended."""
    allow(by, "instance.suspend", get(session, instance_id, by=by))
    instance = get_for_update(session, instance_id)
    now = clock.now()
    instance.suspend(by.name, reason[:MAX_REASON_LENGTH], now)
    service_tasks.hold(session, instance)
    _hold_timers(session, instance, held=True)
    log.note(
        session, instance, "process", "suspend", at=now, by=by.name, details={"reason": reason}
    )
    progress.save(session)
    return instance


def resume(session: Session, instance_id: UUID, reason: str = "", *, by: Actor) -> ProcessInstance:
    """Go on: answers and messages that came meanwhile are applied in order, then all is rung again.

    Raises InstanceEnded. Resuming an active instance changes nothing.
    """
    allow(by, "instance.suspend", get(session, instance_id, by=by))
    instance = get_for_update(session, instance_id)
    if not instance.is_suspended:
        instance.require_open()
        return instance
    instance.resume()
    details = {"reason": reason} if reason else None
    log.note(session, instance, "process", "resume", at=clock.now(), by=by.name, details=details)
    _hold_timers(session, instance, held=False)
    service_tasks.unhold(session, instance)
    service_tasks.apply_kept(session, instance)
    kept_messages.deliver_kept(session, instance.id)
    if instance.state == "active":
        # What became possible meanwhile: a condition that is true now, steps that were left over.
        runtime = runtime_of(session, instance)
        if runtime.program.has_slas:
            # What its clocks did not do to a suspended case, they do now.
            instance.clocks_at = clock.now()
        record_progress(session, instance, runtime, at=clock.now())
    return instance


def advance(session: Session, instance_id: UUID) -> None:
    """Go on with an active instance that had more to do than one step may. Else do nothing."""
    instance = get_for_update(session, instance_id)
    if instance.state == "active" and instance.continue_at is not None:
        record_progress(session, instance, runtime_of(session, instance), at=clock.now())


def give_up(session: Session, instance_id: UUID, message: str) -> None:
    """Make an incident of steps that cannot be stored, so that they are not tried for ever."""
    instance = get_for_update(session, instance_id)
    now = clock.now()
    instance.continue_at = None
    open_incident(
        session,
        instance,
        element_id=None,
        name=None,
        token=None,
        kind="advance",
        message=message,
        at=now,
    )
    progress.save(session)


def _definition(session: Session, key: str | None, definition_id: UUID | None) -> Definition:
    if definition_id is not None:
        return definitions.get(session, definition_id)
    return definitions.latest(session, "process", key or "")


def _require_start(session: Session, definition: Definition, element: str | None) -> None:
    if definition.kind != "process":
        raise StartElementUnknown(key=definition.key, element=element or "")
    if element is None:
        return
    starts = definitions.program(session, definition).model.starts
    if element not in {start.id for start in starts}:
        raise StartElementUnknown(key=definition.key, element=element)


def _hold_timers(session: Session, instance: ProcessInstance, *, held: bool) -> None:
    session.execute(update(Timer).where(Timer.instance_id == instance.id).values(held=held))
