"""Start timers that could start no case: the incident belongs to the process, for no case is there.

The timer is held meanwhile. A retry lets it fire again; leaving the start out
waits for the next one.
"""

import logging
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from core import clock, metrics
from engine.bpmn import timers as times
from engine.models import Definition, Incident, Timer
from engine.projections.incidents import MAX_MESSAGE_LENGTH, cause_of
from engine.webhooks import events

log = logging.getLogger(__name__)

KIND = "start"


def hold(session: Session, timer: Timer, message: str) -> None:
    """Hold a start timer that fails, with an incident. Nothing where it is held already."""
    session.refresh(timer, with_for_update=True)
    if timer.held:
        return
    definition = session.get_one(Definition, timer.definition_id)
    log.error("start timer %s of %s fails: %s", timer.id, definition.key, message)
    timer.held = True
    session.add(
        Incident(
            key=definition.key,
            element_id=timer.element_id,
            timer_id=timer.id,
            kind=KIND,
            message=message[:MAX_MESSAGE_LENGTH],
            cause=cause_of(definition.key, timer.element_id, KIND, message),
            created_at=clock.now(),
        )
    )
    metrics.count("incidents", key=definition.key, kind=KIND)
    details = {"elementId": timer.element_id, "name": None, "by": None, "message": message}
    at = clock.now()
    events.announce_start_incident(session, definition, events.INCIDENT_CREATED, details, at)
    session.flush()


def retry(session: Session, incident: Incident) -> None:
    """Let the timer fire again. Nothing where a newer version has taken its place."""
    timer = _timer(session, incident)
    if timer is not None:
        timer.held = False
        _announce_resolved(session, incident, timer)
    session.flush()


def leave_out(session: Session, incident: Incident) -> None:
    """Do without the case that was to start; the timer waits for its next moment, if it has one."""
    timer = _timer(session, incident)
    if timer is not None:
        _announce_resolved(session, incident, timer)
        due = times.Due(timer.due_at, timer.cycle, timer.left)
        following = times.next_due(due, clock.now())
        if following is None:
            session.delete(timer)
        else:
            timer.held, timer.due_at, timer.left = False, following.at, following.left
    session.flush()


def close_obsolete(session: Session, gone: Select[UUID], at: datetime) -> None:
    """Close the incidents of start timers, given as a query for their ids, that go."""
    session.execute(
        update(Incident)
        .where(Incident.timer_id.in_(gone), Incident.resolved_at.is_(None))
        .values(resolution="obsolete", resolved_by="system", resolved_at=at)
    )


def _announce_resolved(session: Session, incident: Incident, timer: Timer) -> None:
    definition = session.get_one(Definition, timer.definition_id)
    details = {
        "elementId": incident.element_id,
        "name": None,
        "by": incident.resolved_by,
        "resolution": incident.resolution,
    }
    at = clock.now()
    events.announce_start_incident(session, definition, events.INCIDENT_RESOLVED, details, at)


def _timer(session: Session, incident: Incident) -> Timer | None:
    query = select(Timer).where(Timer.id == incident.timer_id).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))
