"""Firing timers: those that instances wait for, and those that start processes."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core import clock, feel, metrics
from engine import definitions, progress, projections
from engine.bpmn import timers as times
from engine.bpmn.model import Element
from engine.models import Definition, Timer
from engine.projections.incidents import open_incident

log = logging.getLogger(__name__)


def due(session: Session, limit: int) -> list[UUID]:
    """Timers that are due, oldest first."""
    query = select(Timer.id).where(~Timer.held, Timer.due_at <= clock.now())
    return list(session.scalars(query.order_by(Timer.due_at, Timer.id).limit(limit)))


def fire(session: Session, timer_id: UUID) -> bool:
    """Fire a timer if it is still due. False when there is nothing to do."""
    timer = session.get(Timer, timer_id)
    if timer is None:
        return False
    if timer.instance_id is None:
        return _start(session, timer_id)
    instance = progress.get_for_update(session, timer.instance_id)
    now = clock.now()
    found = session.get(Timer, timer_id, populate_existing=True)
    if found is None or found.held or found.due_at > now:
        return False
    if instance.is_suspended:
        found.held = True
        return False
    assert found.token is not None
    token = found.token
    projections.forget(instance, timer_id)
    session.delete(found)
    runtime = progress.runtime_of(session, instance)
    metrics.observe("timer_lateness_seconds", (now - timer.due_at).total_seconds())
    runtime.fire_timer(token, at=now)
    progress.record_progress(session, instance, runtime, at=now)
    return True


def give_up(session: Session, timer_id: UUID, message: str) -> None:
    """Hold a timer whose firing fails, with an incident, so that it keeps no other one waiting."""
    timer = session.get(Timer, timer_id)
    if timer is None:
        return
    timer.held = True
    if timer.instance_id is None:
        log.error("start timer %s of %s fails: %s", timer_id, timer.definition_id, message)
        return
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
    session.execute(
        delete(Timer).where(Timer.instance_id.is_(None), Timer.definition_id.in_(versions))
    )
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
    progress.begin(session, definition, at=now, by="system", element=timer.element_id)
    following = times.next_due(times.Due(timer.due_at, timer.cycle, timer.left), now)
    if following is None:
        session.delete(timer)
    else:
        timer.due_at, timer.left = following.at, following.left
    session.flush()
    return True
