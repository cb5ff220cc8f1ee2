"""What the points of a clock do when their moment has come: each once, under the case's lock."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, undefer_group

from core import clock as time
from core import metrics
from core.errors import BackOfficeError
from engine import progress
from engine.bpmn.errors import ElementFailed
from engine.bpmn.extensions import is_feel
from engine.bpmn.service_levels import AT_RISK, BREACH, Point
from engine.models import ProcessInstance
from work.models import SlaClock
from work.models import sla as states
from work.sla import acting, following, keeping, scopes, starting
from work.sla.starting import Variables
from work.sla.terms import Terms

log = logging.getLogger(__name__)

#: What the log of a case calls them.
LIFECYCLES = {"reminder": "reminder", AT_RISK: "at_risk", BREACH: "breach"}
_CONDITIONS = {AT_RISK: states.AT_RISK, BREACH: states.BREACHED}


def has_due(session: Session) -> bool:
    """Whether `fire` would find anything."""
    return bool(session.scalar(select(exists().where(SlaClock.next_at <= time.now()))))


def due(session: Session, limit: int = following.BATCH) -> list[UUID]:
    """Clocks with a point whose moment has come, the oldest first."""
    query = select(SlaClock.id).where(SlaClock.next_at <= time.now())
    return list(session.scalars(query.order_by(SlaClock.next_at, SlaClock.id).limit(limit)))


def fire(session: Session, *clock_ids: UUID) -> None:
    """Fire the points of clocks that are due, but where somebody else moves the case."""
    for each in clock_ids:
        _fire_one(session, each)


def give_up(session: Session, clock_id: UUID, message: str) -> None:
    """Hold a clock whose points cannot be fired, with an incident: others go on."""
    clock = session.get(SlaClock, clock_id)
    if clock is None:
        return
    clock.next_at = None
    instance = progress.get_for_update(session, clock.instance_id)
    starting.fail(session, instance, clock, message)
    progress.save(session)


def _fire_one(session: Session, clock_id: UUID) -> None:
    its = select(SlaClock.instance_id).where(SlaClock.id == clock_id).scalar_subquery()
    query = select(ProcessInstance).where(ProcessInstance.id == its)
    query = query.options(undefer_group("run")).execution_options(populate_existing=True)
    instance = session.scalar(query.with_for_update(skip_locked=True))
    if instance is None:
        return
    if instance.clocks_at is not None:
        # It may have gone on, or wait for somebody, since before that moment.
        following.follow_locked(session, instance)
    clock = session.get(SlaClock, clock_id, populate_existing=True)
    now = time.now()
    if clock is None or not clock.is_open or clock.next_at is None or clock.next_at > now:
        return
    if instance.is_suspended:
        # Its resume marks the case, and the clock is computed anew.
        clock.next_at = None
        session.flush()
        return
    _fire(session, instance, clock, now)


def _fire(session: Session, instance: ProcessInstance, clock: SlaClock, now: datetime) -> None:
    program = scopes.program_of(session, instance)
    model_points = scopes.sla_of(program, clock).points
    metrics.observe("sla_lateness_seconds", (now - (clock.next_at or now)).total_seconds())
    points, fired = [], []
    for point in clock.points:
        if point["fired_at"] is None and point["moment"] and _has_come(point, now):
            point = point | {"fired_at": now.isoformat()}
            fired.append(point)
        points.append(point)
    clock.points = points
    keeping.compute(clock, Terms(session).calendar(clock.calendar))
    for each in fired:
        clock.condition = _CONDITIONS.get(each["kind"], clock.condition)
        told = {"due": each["moment"], "at": each["at"]}
        keeping.note(session, instance, clock, LIFECYCLES[each["kind"]], now, told)
        metrics.count("sla_points", key=clock.key, kind=each["kind"])
        said = Point(each["kind"]) if each["index"] is None else model_points[each["index"]]
        if each["kind"] in _CONDITIONS:
            acting.tell(session, instance, clock, LIFECYCLES[each["kind"]])
        _act(session, instance, clock, said)
    session.flush()


def _has_come(point: dict[str, Any], now: datetime) -> bool:
    return datetime.fromisoformat(point["moment"]) <= now


def _act(session: Session, instance: ProcessInstance, clock: SlaClock, point: Point) -> None:
    """Do what a point says; what fails is told by an incident, the rest is done all the same."""
    actions: list[tuple[str | None, Callable[..., None]]] = [
        (point.priority, acting.prefer),
        (point.assign, acting.assign),
        (point.notify, acting.notify),
        # Last: it moves the case.
        (point.escalate, acting.escalate),
    ]
    for text, action in actions:
        if text is None:
            continue
        variables = Variables(session, instance, clock.token)
        try:
            with session.begin_nested():
                action(session, instance, clock, point.kind, _value(variables, text))
        except (BackOfficeError, ElementFailed) as error:
            log.info("a point of clock %s failed", clock.id, exc_info=True)
            session.refresh(instance)
            said = f"Its {point.kind} cannot {action.__name__} {text}: {error}"
            starting.fail(session, instance, clock, said)


def _value(variables: Variables, text: str) -> Any:
    """The value of a text; a list for one with several entries."""
    return variables.evaluate(text) if is_feel(text) else text
