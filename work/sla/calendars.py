"""Clocks that are open follow a change of their calendar, as due dates of tasks do."""

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from core import calendars
from core.calendars import BusinessCalendar
from engine.models import ProcessInstance
from work.models import SlaClock
from work.sla import keeping

#: Clocks that one transaction brings up to date.
BATCH = 200


def has_stale(session: Session) -> bool:
    """Whether any open clock was computed by an older version of its calendar."""
    return bool(session.scalar(select(exists().where(_is_stale()))))


def follow(session: Session) -> int:
    """Compute the next open clocks by the calendars of this moment; how many there were."""
    stale = (
        select(SlaClock)
        .join(BusinessCalendar, BusinessCalendar.name == SlaClock.calendar)
        .join(ProcessInstance, ProcessInstance.id == SlaClock.instance_id)
        .where(_is_stale())
        .order_by(SlaClock.instance_id, SlaClock.id)
        .limit(BATCH)
        # The cases and not only the clocks: who moves a case changes its clocks.
        .with_for_update(of=(ProcessInstance, SlaClock), skip_locked=True)
    )
    found = list(session.scalars(stale))
    for clock in found:
        keeping.compute(clock, calendars.named(session, clock.calendar))
        keeping.date_task(session, clock)
    session.flush()
    return len(found)


def is_used(session: Session, name: str) -> bool:
    """Whether an open clock counts in a calendar."""
    counts = exists().where(SlaClock.stopped_at.is_(None), SlaClock.calendar == name)
    return bool(session.scalar(select(counts)))


def _is_stale() -> ColumnElement[bool]:
    return and_(
        SlaClock.stopped_at.is_(None),
        SlaClock.calendar == BusinessCalendar.name,
        SlaClock.calendar_version < BusinessCalendar.version,
    )
