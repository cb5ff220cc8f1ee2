"""Who is here: people whose desk is open, who are not away, and whose calendar says work.

A desk tells every HEARTBEAT_SECONDS that it is open; nothing of what happens in it is looked at.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import String, and_, cast, exists, or_, select, update
from sqlalchemy.orm import Session

from core import calendars, clock
from core.calendars import BusinessCalendar, Calendar, CalendarDay
from core.people import Actor
from core.permissions import allow
from work.models import Worker
from work.models.team import Presence

#: How often a desk tells that it is open, and after how long it counts as closed.
HEARTBEAT_SECONDS = 30
GONE_AFTER = timedelta(seconds=90)
#: People that one round of offers looks at.
MAX_PEOPLE = 200
MAX_REASON = 200


def seen(session: Session, *, by: Actor) -> Presence:
    """A desk is open. Whoever has been away stays away until they say otherwise."""
    allow(by, "task.take")
    return _row(session, by.name)


def leave(session: Session, *, reason: str = "", by: Actor) -> Presence:
    """Take nothing for a while, by one's own word."""
    allow(by, "task.take")
    row = _row(session, by.name)
    row.away_since, row.away_reason = clock.now(), reason.strip()[:MAX_REASON]
    session.flush()
    return row


def come_back(session: Session, *, by: Actor) -> Presence:
    """Take work again."""
    allow(by, "task.take")
    row = _row(session, by.name)
    row.away_since = row.away_reason = None
    session.flush()
    return row


def of(session: Session, name: str) -> Presence | None:
    """What is known of somebody's desk; None when it never was open."""
    return session.get(Presence, name)


def is_here(row: Presence | None, now: datetime) -> bool:
    """Whether somebody's desk is open and they take work."""
    return row is not None and row.away_since is None and row.seen_at > now - GONE_AFTER


def here(session: Session) -> list[Presence]:
    """Who is here, those first who were offered nothing for longest."""
    now = clock.now()
    query = (
        select(Presence)
        .where(Presence.seen_at > now - GONE_AFTER, Presence.away_since.is_(None))
        .order_by(Presence.offered_at.asc().nulls_first(), Presence.name)
        .limit(MAX_PEOPLE)
    )
    return list(session.scalars(query))


def on_shift(session: Session, name: str, otherwise: Calendar | None = None) -> bool:
    """Whether it is somebody's time of work.

    By their own calendar, else by that of their site, else by another one.
    """
    site = select(Worker.site).where(Worker.name == name).scalar_subquery()
    of_site = and_(BusinessCalendar.person.is_(None), BusinessCalendar.name == site)
    query = select(BusinessCalendar.name).where(or_(BusinessCalendar.person == name, of_site))
    found = session.scalar(query.order_by(BusinessCalendar.person.nulls_last()).limit(1))
    calendar = calendars.named(session, found) if found else otherwise
    return calendar is None or calendar.is_open(clock.now())


def is_absent(session: Session, name: str, first: date, last: date) -> bool:
    """Whether one absence of whole days, noted for somebody, reaches from `first` to `last`."""
    query = exists().where(
        CalendarDay.calendar_id == BusinessCalendar.id,
        BusinessCalendar.person == name,
        CalendarDay.first <= first,
        CalendarDay.last >= last,
        cast(CalendarDay.shifts, String) == "[]",
    )
    return bool(session.scalar(select(query)))


def set_away(session: Session, name: str, reason: str) -> None:
    """Somebody did not answer: their work goes to others until they are back."""
    values = {"away_since": clock.now(), "away_reason": reason[:MAX_REASON]}
    session.execute(update(Presence).where(Presence.name == name).values(values))


def _row(session: Session, name: str) -> Presence:
    row = session.get(Presence, name)
    if row is None:
        row = Presence(name=name, seen_at=clock.now())
        session.add(row)
    row.seen_at = clock.now()
    session.flush()
    return row
