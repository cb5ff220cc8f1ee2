"""Firing timers: those that instances wait for, and those that start processes."""

import time
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session, undefer_group

from core import clock, feel, metrics
from engine import definitions, failed_starts, progress, projections
from engine.bpmn import timers as times
from engine.bpmn.model import Element
from engine.models import Definition, ProcessInstance, Timer
from engine.projections.incidents import open_incident

#: One transaction fires no more timers after this, so that nobody waits for its locks for long.
BATCH_SECONDS = 0.5


def due(session: Session, limit: int) -> list[UUID]:
    """Timers that are due, oldest first."""
    query = select(Timer.id).where(~Timer.held, Timer.due_at <= clock.now())
    return list(session.scalars(query.order_by(Timer.due_at, Timer.id).limit(limit)))


def due_starts(session: Session, limit: int) -> list[UUID]:
    """Timers that are due to start a process, oldest first."""
    query = select(Timer.id).where(
        ~Timer.held, Timer.due_at <= clock.now(), Timer.instance_id.is_(None)
    )
    return list(session.scalars(query.order_by(Timer.due_at, Timer.id).limit(limit)))


def fire_due(session: Session, limit: int) -> int:
    """Fire the timers of instances that have been due for longest; how many were found.

    At most one of each instance, and none of an instance that somebody else is moving.
    """
    until = time.monotonic() + BATCH_SECONDS
    instances: dict[UUID, ProcessInstance] = {}
    for timer_id, instance in session.execute(_due_and_locked(limit)):
        if instance not in instances.values():
            instances[timer_id] = instance
    # Under the locks: what was fired or cancelled while they were waited for is not there now.
    query = select(Timer).where(Timer.id.in_(instances)).order_by(Timer.due_at, Timer.id)
    timers = session.scalars(query.execution_options(populate_existing=True))
    for timer in timers.all():
        if time.monotonic() > until:
            break
        _fire(session, instances[timer.id], timer)
    return len(instances)


def fire(session: Session, timer_id: UUID) -> bool:
    """Fire a timer if it is still due. False when there is nothing to do."""
    timer = session.get(Timer, timer_id)
    if timer is None:
        return False
    if timer.instance_id is None:
        return _start(session, timer_id)
    instance = progress.get_for_update(session, timer.instance_id)
    found = session.get(Timer, timer_id, populate_existing=True)
    return found is not None and _fire(session, instance, found)


def give_up(session: Session, timer_id: UUID, message: str) -> None:
    """Hold a timer whose firing fails, with an incident, so that it keeps no other one waiting."""
    timer = session.get(Timer, timer_id)
    if timer is None:
        return
    if timer.instance_id is None:
        failed_starts.hold(session, timer, message)
        return
    timer.held = True
    instance = progress.get_for_update(session, timer.instance_id)
    open_incident(
        session,
        instance,
        element_id=timer.element_id,
        name=None,
        token=timer.token,
        kind="timer",
        message=message,
        at=clock.now(),
        timer_id=timer.id,
    )
    progress.save(session)


def replace_starts(
    session: Session,
    definition: Definition,
    starts: Iterable[Element],
    at: datetime,
) -> None:
    """Let the timer start events of this version start the process, and no older one's."""
    versions = select(Definition.id).where(
        Definition.kind == "process", Definition.key == definition.key
    )
    older = Timer.instance_id.is_(None), Timer.definition_id.in_(versions)
    failed_starts.close_obsolete(session, select(Timer.id).where(*older), at)
    session.execute(delete(Timer).where(*older))
    for start, event in [(one, event) for one in starts for event in one.events]:
        if event.kind != "timer" or not event.expression:
            continue
        first = times.first_due(event.timer_kind, _value(event.expression), at)
        session.add(
            Timer(
                definition_id=definition.id,
                element_id=start.id,
                due_at=first.at,
                cycle=first.cycle,
                left=first.left,
                created_at=at,
            )
        )


def _due_and_locked(limit: int) -> Select[UUID, ProcessInstance]:
    return (
        select(Timer.id, ProcessInstance)
        .join(ProcessInstance, ProcessInstance.id == Timer.instance_id)
        .where(~Timer.held, Timer.due_at <= clock.now())
        .order_by(Timer.due_at, Timer.id)
        .limit(limit)
        # The instances and not the timers: who moves an instance deletes its timers.
        .with_for_update(of=ProcessInstance, skip_locked=True)
        .options(undefer_group("run"))
        .execution_options(populate_existing=True)
    )


def _fire(session: Session, instance: ProcessInstance, timer: Timer) -> bool:
    now = clock.now()
    if timer.held or timer.due_at > now:
        return False
    if instance.is_suspended:
        timer.held = True
        return False
    assert timer.token is not None
    token = timer.token
    projections.forget(instance, timer.id)
    session.delete(timer)
    runtime = progress.runtime_of(session, instance)
    metrics.observe("timer_lateness_seconds", (now - timer.due_at).total_seconds())
    runtime.fire_timer(token, at=now)
    progress.record_progress(session, instance, runtime, at=now)
    return True


def _value(text: str) -> Any:
    """What a start timer's text means: nothing runs yet, so an expression sees no variables."""
    return text if times.is_literal(text) else feel.compile(text)({})


def _start(session: Session, timer_id: UUID) -> bool:
    now = clock.now()
    query = select(Timer).where(Timer.id == timer_id, ~Timer.held, Timer.due_at <= now)
    timer = session.scalar(
        query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    )
    if timer is None or timer.definition_id is None:
        return False
    definition = definitions.get(session, timer.definition_id)
    metrics.observe("timer_lateness_seconds", (now - timer.due_at).total_seconds())
    progress.begin(session, definition, at=now, by="system", element=timer.element_id)
    following = times.next_due(times.Due(timer.due_at, timer.cycle, timer.left), now)
    if following is None:
        session.delete(timer)
    else:
        timer.due_at, timer.left = following.at, following.left
    session.flush()
    return True
