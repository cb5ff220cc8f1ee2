"""Moving one instance: lock its row, let the runtime work, store everything in one transaction.

instance = progress.get_for_update(session, instance_id)
runtime = progress.runtime_of(session, instance)
runtime.complete(token, variables, at=at)
progress.record_progress(session, instance, runtime, at=at)
"""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ScalarSelect, delete, exists, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer_group
from sqlalchemy.orm.exc import StaleDataError

from core import clock, metrics, tracing
from core.ids import follow, new_id
from core.outbox import ring
from core.values import to_json
from engine import definitions, projections
from engine.bpmn.codec import UnreadableState
from engine.bpmn.journal import Thrown
from engine.bpmn.large_values import Read
from engine.bpmn.parser import Program
from engine.bpmn.runtime import Runtime
from engine.errors import (
    BusinessKeyTaken,
    InstanceChanged,
    InstanceNotFound,
    VariablesInvalid,
    VariablesTooLarge,
)
from engine.models import Definition, LargeValue, LogEntry, Message, ProcessInstance
from engine.waiting_messages import TOO_LARGE, refuse, take_waiting
from engine.webhooks import events

log = logging.getLogger(__name__)

#: What the variables of one instance may take, as JSON.
MAX_VARIABLES_BYTES = 1_000_000
MAX_NAME_LENGTH = 200
#: Waiting messages that one step may take in.
MAX_MESSAGES_PER_STEP = 100
#: A message that an instance throws waits this long for its receiver.
THROWN_TIME_TO_LIVE = timedelta(hours=1)
RING_AGAIN = timedelta(seconds=10)
#: Instances that one sweep rings for.
BATCH = 200


@dataclass(frozen=True)
class Step:
    """What a step did beyond its own case: names of messages and signals."""

    #: Thrown, for others to hear.
    sent: tuple[str, ...]
    #: That had been waiting for somebody to hear them.
    heard: tuple[str, ...]


class StartKeyTaken(Exception):
    """An instance with that start key runs already."""


def get_for_update(session: Session, instance_id: UUID | ScalarSelect[UUID]) -> ProcessInstance:
    """The instance, locked until the end of the transaction. Raises InstanceNotFound.

    A query may stand for the id: whoever knows a row of the instance need not ask for it first.
    """
    query = (
        select(ProcessInstance)
        .where(ProcessInstance.id == instance_id)
        .options(undefer_group("run"))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    instance = session.scalar(query)
    if instance is None:
        raise InstanceNotFound(instance_id=str(instance_id))
    return instance


def runtime_of(session: Session, instance: ProcessInstance) -> Runtime:
    """The running form of an instance."""
    # Rows are made after the log entries of their step: what is logged from now on comes later.
    last = max((each["row"] for each in instance.waits if each["row"]), default=None)
    if last is not None:
        follow(UUID(last))
    program = definitions.program_by_id(session, instance.definition_id, instance.called)
    return Runtime.restore(program, instance.runtime_state, _large_values_of(session, instance.id))


def rewound(session: Session, instance: ProcessInstance, state: bytes, *, at: datetime) -> Runtime:
    """The running form of an instance as it was in an earlier state of it."""
    runtime = runtime_of(session, instance)
    runtime.rewind(state, _large_values_of(session, instance.id), at=at)
    return runtime


def begin(
    session: Session,
    definition: Definition,
    *,
    at: datetime,
    by: str,
    business_key: str | None = None,
    variables: Mapping[str, Any] | None = None,
    element: str | None = None,
    message: str | None = None,
    start_key: str | None = None,
) -> ProcessInstance:
    """Start an instance and run it to its first waits. Raises StartKeyTaken, BusinessKeyTaken."""
    called = definitions.called_by(session, definition)
    program = definitions.program(session, definition, called)
    given = require_variables(variables)
    if business_key is not None and program.reads_business_key:
        given = {"businessKey": business_key, **given}
    runtime = Runtime.start(program, given, at=at, element=element, message=message, by=by)
    instance = ProcessInstance(
        definition_id=definition.id,
        key=definition.key,
        version=definition.version,
        business_key=business_key,
        unique_key=business_key if has_unique_key(program) else None,
        state="active",
        runtime_state=b"",
        waits=[],
        called=called,
        incidents=0,
        start_key=start_key,
        started_at=at,
        started_by=by,
    )
    _insert(session, instance)
    record_progress(session, instance, runtime, at=at)
    return instance


def record_progress(
    session: Session,
    instance: ProcessInstance,
    runtime: Runtime,
    *,
    at: datetime,
) -> Step:
    """Run what needs nobody, then store state, rows, log and messages together.

    Raises VariablesTooLarge before anything is changed, and InstanceChanged when somebody else
    stored a step in between.
    """
    with tracing.span("advance", process=instance.key, instance_id=str(instance.id)):
        heard = _advance(session, instance, runtime, at)
        sent = store(session, instance, runtime, at=at)
        return Step(tuple(sent), tuple(heard))


def store(
    session: Session,
    instance: ProcessInstance,
    runtime: Runtime,
    *,
    at: datetime,
) -> list[str]:
    """Store an instance as it is, without running it further; the names of what it threw.

    Raises as `record_progress` does.
    """
    require_size(runtime.size)
    entries = log_entries(session, instance, runtime)
    thrown = runtime.take_thrown()
    _throw(session, instance, thrown, at)
    projections.project(session, instance, runtime, at)
    events.announce(session, instance, entries)
    if entries and runtime.program.has_slas:
        instance.clocks_at = at
    if runtime.ended:
        _end(session, instance, at)
    store_state(session, instance, runtime)
    save(session)
    return [each.name for each in thrown]


def store_state(session: Session, instance: ProcessInstance, runtime: Runtime) -> None:
    """Keep the state of an instance, and its large values apart from it."""
    instance.runtime_state, new, gone = runtime.dump_apart()
    if new:
        rows = [
            {"instance_id": instance.id, "ref": ref, "content": content}
            for ref, content in new.items()
        ]
        session.execute(insert(LargeValue), rows)
    if gone:
        where = LargeValue.instance_id == instance.id, LargeValue.ref.in_(gone)
        session.execute(delete(LargeValue).where(*where))


def large_values(
    session: Session, instance: ProcessInstance, references: Collection[str]
) -> dict[str, bytes]:
    """Large values of an instance by reference."""
    if not references:
        return {}
    query = select(LargeValue.ref, LargeValue.content).where(
        LargeValue.instance_id == instance.id, LargeValue.ref.in_(references)
    )
    return {row.ref: row.content for row in session.execute(query)}


def restore_large_values(
    session: Session, instance: ProcessInstance, values: Mapping[str, bytes]
) -> None:
    """Put back large values of an instance that were deleted."""
    rows = [{"instance_id": instance.id, "ref": ref, "content": values[ref]} for ref in values]
    if rows:
        session.execute(insert(LargeValue), rows)


def _large_values_of(session: Session, instance_id: UUID) -> Read:
    """Loads a large value of an instance."""

    def read(ref: str) -> bytes:
        content = session.scalar(
            select(LargeValue.content).where(
                LargeValue.instance_id == instance_id, LargeValue.ref == ref
            )
        )
        if content is None:
            raise UnreadableState(reason=f"its large value {ref} is lost")
        return content

    return read


def log_entries(
    session: Session, instance: ProcessInstance, runtime: Runtime
) -> list[dict[str, Any]]:
    """Write down what the runtime did since it was last asked; the rows that were written."""
    rows = [
        {
            "id": new_id(),
            "instance_id": instance.id,
            "key": instance.key,
            "version": instance.version,
            "at": entry.at,
            "process_key": entry.process_key,
            "element_id": entry.element_id,
            "name": entry.name,
            "kind": entry.kind,
            "lifecycle": entry.lifecycle,
            "token": entry.token or None,
            "lane": entry.lane,
            "loop_index": entry.loop_index,
            "previous_element": entry.previous_element,
            "previous_at": entry.previous_at,
            "by": entry.by,
            "flow": entry.flow,
            "called_by": entry.called_by or None,
            "variables": to_json(entry.variables) if entry.variables else None,
            "local_variables": to_json(entry.local_variables) if entry.local_variables else None,
            "decision": entry.decision,
            "contested": list(entry.contested) or None,
        }
        for entry in runtime.take_entries()
    ]
    if rows:
        # Most rows of a step are these: one statement, and no objects for them.
        session.connection().execute(insert(LogEntry), rows)
        completed = sum(row["lifecycle"] == "complete" for row in rows)
        metrics.count("steps", completed, key=instance.key)
    return rows


def ring_due(session: Session) -> None:
    """Ring again for instances that have more to do."""
    now = clock.now()
    query = select(ProcessInstance).where(
        ProcessInstance.continue_at <= now, ProcessInstance.state == "active"
    )
    query = query.order_by(ProcessInstance.continue_at).limit(BATCH)
    for instance in session.scalars(query.with_for_update(skip_locked=True)):
        instance.continue_at = now + RING_AGAIN
        ring(session, "engine.jobs.advance", instance.id)
    session.flush()


def has_due(session: Session) -> bool:
    """Whether `ring_due` would find anything."""
    due = exists().where(
        ProcessInstance.continue_at <= clock.now(), ProcessInstance.state == "active"
    )
    return bool(session.scalar(select(due)))


def save(session: Session) -> None:
    """Write what is pending. Raises InstanceChanged when a revision is no longer the one read."""
    try:
        session.flush()
    except StaleDataError as error:
        raise InstanceChanged from error


def require_variables(variables: Mapping[str, Any] | None) -> dict[str, Any]:
    """Variables as they are taken in. Raises VariablesInvalid, VariablesTooLarge."""
    if variables is None:
        return {}
    names_fit = isinstance(variables, Mapping) and all(
        isinstance(name, str) and 0 < len(name) <= MAX_NAME_LENGTH for name in variables
    )
    if not names_fit:
        raise VariablesInvalid(limit=MAX_NAME_LENGTH)
    require_size(len(orjson.dumps(to_json(dict(variables)))))
    return dict(variables)


def has_unique_key(program: Program) -> bool:
    """Whether the model lets only one open instance have a business key."""
    rule = program.model.settings.business_key
    return rule is not None and rule.unique


def _insert(session: Session, instance: ProcessInstance) -> None:
    if instance.start_key is None and instance.unique_key is None:
        session.add(instance)
        session.flush()
        return
    try:
        with session.begin_nested():
            session.add(instance)
    except IntegrityError as error:
        # Both databases name the index or its columns.
        if "unique_key" in str(error.orig):
            taken = BusinessKeyTaken(business_key=instance.business_key, key=instance.key)
            raise taken from error
        raise StartKeyTaken from error


def _advance(
    session: Session, instance: ProcessInstance, runtime: Runtime, at: datetime
) -> list[str]:
    """Run to the next waits, taking in messages that were already waiting for them: their names."""
    instance.continue_at = None
    asked = {each["token"] for each in instance.waits}
    heard: list[str] = []
    for _ in range(MAX_MESSAGES_PER_STEP):
        if not runtime.advance(at=at):
            _yield(session, instance, runtime, at)
            break
        name = _hear(session, instance, runtime, asked, at)
        if name is None:
            break
        heard.append(name)
    return heard


def _yield(session: Session, instance: ProcessInstance, runtime: Runtime, at: datetime) -> None:
    """Let others have their turn; the next worker goes on."""
    instance.continue_at = at + RING_AGAIN
    ring(session, "engine.jobs.advance", instance.id)
    log.info(
        "an instance had more to do than one step may",
        extra={"instance_id": str(instance.id), "elements_run": runtime.elements_run},
    )


def _hear(
    session: Session, instance: ProcessInstance, runtime: Runtime, asked: set[str], at: datetime
) -> str | None:
    """Hand one message that was already there to a token that has just begun to wait: its name.

    One that is too large fails alone: what the step is about goes on.
    """
    for wait in runtime.waits():
        if wait.kind == "message" and wait.token not in asked:
            message = take_waiting(session, wait, at)
            while message is not None and not _has_room(runtime, message):
                refuse(session, instance, message, TOO_LARGE, at)
                message = take_waiting(session, wait, at)
            if message is not None:
                runtime.deliver(wait.token, message.variables, at=at)
                return message.name
    return None


def _has_room(runtime: Runtime, message: Message) -> bool:
    return runtime.size + len(orjson.dumps(message.variables)) <= MAX_VARIABLES_BYTES


def require_size(size: int) -> None:
    """Raise VariablesTooLarge for more than the variables of an instance may take."""
    if size > MAX_VARIABLES_BYTES:
        raise VariablesTooLarge(limit=MAX_VARIABLES_BYTES, size=size)


def _throw(session: Session, instance: ProcessInstance, thrown: list[Thrown], at: datetime) -> None:
    for each in thrown:
        message = Message(
            id=new_id(),
            kind=each.kind,
            name=each.name,
            correlation_key=each.correlation_key,
            variables=to_json(each.variables or {}),
            state="thrown",
            thrown_by=instance.id,
            ring_at=at + RING_AGAIN,
            created_at=at,
            created_by="system",
        )
        session.add(message)
        ring(session, "engine.jobs.publish_message", message.id)
        events.announce_message(session, instance, each, at)


def _end(session: Session, instance: ProcessInstance, at: datetime) -> None:
    instance.state, instance.ended_at, instance.continue_at = "completed", at, None
    projections.close_all(session, instance, at)
