"""Absences: days, or a part of one, on which somebody does not work.

They stand in the person's own calendar, so whatever asks for working time knows of them: offers,
due dates, service levels and the floor. Everybody notes their own, team leaders those of others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import calendars, clock
from core.calendars import OFFICE, BusinessCalendar, CalendarDay, Day, Opening, Shift
from core.errors import Conflict, Invalid, NotFound
from core.people import Actor, get_person
from core.permissions import allow
from work.models import Worker, WorkQueue
from work.team import acts, covers

#: How far ahead one begins, and how long one lasts.
AHEAD, LONGEST = timedelta(days=732), timedelta(days=366)
MAX_REASON = 200
#: How far a team's page looks ahead.
SOON = timedelta(days=7)


class AbsenceOver(Invalid):
    """{day} is over: an absence is noted from today on."""


class AbsenceBackwards(Invalid):
    """An absence ends after it begins: this one would end at {end} and begin at {begin}."""


class AbsenceTooFar(Invalid):
    """An absence begins within two years and lasts up to a year."""


class AbsenceTaken(Conflict):
    """Something is noted from {first} to {last} already: remove that first."""


class AbsenceInParts(Invalid):
    """Times belong to a single day, both from and to. Note several days each by itself."""


class AbsenceOffHours(Invalid):
    """Nothing is worked on {day} between {start} and {stop} anyway."""


class AbsenceTimeInvalid(Invalid):
    """A time is written like 13:30."""


class AbsenceNotFound(NotFound):
    """There is no absence that begins on {day}."""


@dataclass(frozen=True)
class Wish:
    """An absence as somebody asks for it: whole days, or with times a part of one day."""

    first: date
    last: date
    start: str = ""
    stop: str = ""
    reason: str = ""

    @property
    def is_part(self) -> bool:
        return bool(self.start or self.stop)

    def check(self, today: date) -> None:
        """Raise what is wrong with it, whoever it is for."""
        if self.last < self.first:
            raise AbsenceBackwards(end=self.last.isoformat(), begin=self.first.isoformat())
        if self.first < today:
            raise AbsenceOver(day=self.first.isoformat())
        if self.first > today + AHEAD or self.last > self.first + LONGEST:
            raise AbsenceTooFar
        if self.is_part:
            if not (self.start and self.stop) or self.first != self.last:
                raise AbsenceInParts
            if _minute(self.stop) <= _minute(self.start):
                raise AbsenceBackwards(end=self.stop, begin=self.start)


def find(session: Session, person: str, *, by: Actor) -> list[Day]:
    """Days from today on with other hours than usual, the first first: one's own, or as leader."""
    if by.name != person:
        allow(by, "worker.change")
    row = calendars.own_of(session, person)
    today = _opening(session, person, row).today()
    return [] if row is None else [day for day in _days(row) if day.last >= today]


def note(session: Session, person: str, wish: Wish, *, cover: str = "", by: Actor) -> Day:
    """Note that somebody does not work then, and who does their work meanwhile.

    One's own, or as team leader. Raises PersonNotFound, NotAllowed, AbsenceBackwards, AbsenceOver,
    AbsenceTooFar, AbsenceInParts, AbsenceTimeInvalid, AbsenceOffHours, AbsenceTaken, and what
    `covers.name` raises.
    """
    if by.name != person:
        allow(by, "calendar.change")
    get_person(session, person)
    row = calendars.own_of(session, person)
    usual = _opening(session, person, row)
    wish.check(usual.today())
    days = _days(row) if row is not None else ()
    for day in days:
        if day.first <= wish.last and wish.first <= day.last:
            raise AbsenceTaken(first=day.first.isoformat(), last=day.last.isoformat())
    new = Day(wish.first, wish.last, usual.hours_left(wish), wish.reason.strip()[:MAX_REASON])
    calendars.put_days(session, person, (*days, new), based_on=usual.name, by=by)
    acts.record(session, "absence", new.reason, by=by, concerning=person)
    if cover:
        since, until = usual.span_of(wish)
        covers.name(session, person, cover, since=since, until=until, note=new.reason, by=by)
    return new


def end(session: Session, person: str, first: date, *, by: Actor) -> None:
    """Somebody works then after all. Raises AbsenceNotFound, NotAllowed."""
    if by.name != person:
        allow(by, "calendar.change")
    row = calendars.own_of(session, person)
    days = _days(row) if row is not None else ()
    left = tuple(day for day in days if day.first != first)
    if row is None or len(left) == len(days):
        raise AbsenceNotFound(day=first.isoformat())
    calendars.put_days(session, person, left, by=by)
    acts.record(session, "absence.end", "", by=by, concerning=person)


def soon(session: Session, people: Sequence[str]) -> dict[str, Day]:
    """The absence of today, or the next one of the coming week, by person."""
    today = clock.now().date()
    query = (
        select(BusinessCalendar.person, CalendarDay)
        .join(CalendarDay, CalendarDay.calendar_id == BusinessCalendar.id)
        .where(BusinessCalendar.person.in_(people))
        .where(CalendarDay.last >= today, CalendarDay.first <= today + SOON)
        .order_by(CalendarDay.first.desc())
    )
    return {
        person: Day(row.first, row.last, _pairs(row.shifts), row.reason)
        for person, row in session.execute(query)
        if person is not None
    }


@dataclass(frozen=True)
class _Usual:
    """When somebody works, as their calendar says or the one that holds for them."""

    name: str
    opening: Opening

    def today(self) -> date:
        return clock.now().astimezone(ZoneInfo(self.opening.zone)).date()

    def hours_left(self, wish: Wish) -> tuple[tuple[str, str], ...]:
        """What is still worked on a day that is taken off in part. Raises AbsenceOffHours."""
        if not wish.is_part:
            return ()
        start, stop = _minute(wish.start), _minute(wish.stop)
        usual = tuple(self.opening.shifts_on(wish.first))
        left = tuple(piece for shift in usual for piece in _without(shift, start, stop))
        if left == usual:
            raise AbsenceOffHours(day=wish.first.isoformat(), start=wish.start, stop=wish.stop)
        return tuple(shift.texts() for shift in left)

    def span_of(self, wish: Wish) -> tuple[datetime, datetime]:
        """From its first moment to its last one."""
        zone = ZoneInfo(self.opening.zone)
        begin = wall_time.fromisoformat(wish.start) if wish.is_part else wall_time(0)
        end = wall_time(23, 59, 59)
        if wish.is_part and wish.stop != "24:00":
            end = wall_time.fromisoformat(wish.stop)
        since, until = (
            datetime.combine(day, at, zone).astimezone(UTC)
            for day, at in ((wish.first, begin), (wish.last, end))
        )
        return since, until


def _opening(session: Session, person: str, row: BusinessCalendar | None) -> _Usual:
    """Their own calendar, else that of their site, of their first queue, or of the office."""
    if row is not None:
        return _Usual(row.name, calendars.shown(session, row))
    name = _site_calendar(session, person) or _queue_calendar(session, person) or OFFICE
    return _Usual(name, calendars.named(session, name).opening)


def _site_calendar(session: Session, person: str) -> str | None:
    site = select(Worker.site).where(Worker.name == person).scalar_subquery()
    query = select(BusinessCalendar.name).where(
        BusinessCalendar.name == site, BusinessCalendar.person.is_(None)
    )
    return session.scalar(query)


def _queue_calendar(session: Session, person: str) -> str | None:
    names = [group.name for group in get_person(session, person).groups]
    query = (
        select(BusinessCalendar.name)
        .join(WorkQueue, WorkQueue.calendar == BusinessCalendar.name)
        .where(WorkQueue.group_name.in_(names))
    )
    return session.scalar(query.order_by(WorkQueue.group_name).limit(1))


def _without(shift: Shift, start: int, stop: int) -> list[Shift]:
    """What is left of a shift when some minutes of its day are taken out."""
    pieces = ((shift.start, min(shift.stop, start)), (max(shift.start, stop), shift.stop))
    return [Shift(begin, end) for begin, end in pieces if begin < end]


def _minute(text: str) -> int:
    try:
        at = wall_time.fromisoformat("23:59" if text == "24:00" else text)
    except ValueError:
        raise AbsenceTimeInvalid from None
    return 1440 if text == "24:00" else at.hour * 60 + at.minute


def _days(row: BusinessCalendar) -> tuple[Day, ...]:
    return calendars.wanted_of(row).days


def _pairs(shifts: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((start, stop) for start, stop in shifts)
