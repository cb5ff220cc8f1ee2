"""Calendars that are stored: finding, putting, removing, and asking them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.calendars.calendar import Calendar
from core.calendars.errors import (
    CalendarInUse,
    CalendarInvalid,
    CalendarNotFound,
    CalendarTaken,
)
from core.calendars.opening import Closure, Opening, Shift
from core.calendars.rows import OFFICE, BusinessCalendar, CalendarDay
from core.calendars.wanted import Day, Wanted, shifts_of
from core.people import MAX_NAME_LENGTH, Actor, require_name
from core.permissions import allow

T = TypeVar("T")

#: How long a chain of calendars that are based on one another may be.
MAX_CHAIN = 5
MAX_CALENDARS = 5_000

_NINE_TO_FIVE = shifts_of((("09:00", "17:00"),))
#: What `office` means until somebody puts a calendar of that name.
BUILT_IN = Opening("UTC", (_NINE_TO_FIVE,) * 5 + ((), ()))


def named(session: Session, name: str) -> Calendar:
    """The calendar of that name, ready to be asked. Raises CalendarNotFound."""
    row = _row(session, name)
    if row is None:
        return _built_in(name)
    return Calendar.of(name, shown(session, row), row.version)


def of_person(session: Session, person: str, otherwise: str = OFFICE) -> Calendar:
    """When one person works: their own calendar, else another one."""
    row = session.scalar(select(BusinessCalendar).where(BusinessCalendar.person == person))
    return named(session, otherwise) if row is None else named(session, row.name)


def find(
    session: Session, *, by: Actor, after: UUID | None = None, limit: int = 50
) -> list[BusinessCalendar]:
    """The calendars that are stored, oldest first."""
    allow(by, "calendar.see")
    query = select(BusinessCalendar).order_by(BusinessCalendar.id).limit(limit)
    if after is not None:
        query = query.where(BusinessCalendar.id > after)
    return list(session.scalars(query))


def get(session: Session, name: str, *, by: Actor) -> BusinessCalendar:
    """One stored calendar. Raises CalendarNotFound."""
    allow(by, "calendar.see")
    row = _row(session, name)
    if row is None:
        raise CalendarNotFound(name=name)
    return row


def put(session: Session, name: str, wanted: Wanted, *, by: Actor) -> BusinessCalendar:
    """Make a calendar, or make it another one. Due dates that follow it are computed anew.

    Raises NameInvalid, CalendarInvalid, CalendarNotFound for what it is based on, and CalendarTaken
    when the person has another one.
    """
    allow(by, "calendar.change")
    return _put(session, name, wanted, by)


def put_days(
    session: Session, person: str, days: Iterable[Day], *, based_on: str = OFFICE, by: Actor
) -> BusinessCalendar:
    """Put the days on which somebody works other hours than usual, all of them.

    One's own, or with the permission to change calendars. A calendar that is not there yet is based
    on another one. Raises NotAllowed, CalendarInvalid, CalendarNotFound.
    """
    if by.name != person:
        allow(by, "calendar.change")
    row = own_of(session, person)
    found = Wanted(based_on=based_on, person=person) if row is None else wanted_of(row)
    name = f"hours of {person}"[:MAX_NAME_LENGTH].strip() if row is None else row.name
    ordered = tuple(sorted(days, key=lambda day: day.first))
    return _put(session, name, replace(found, days=ordered), by)


def own_of(session: Session, person: str) -> BusinessCalendar | None:
    """The calendar that is somebody's own; None without."""
    query = select(BusinessCalendar).where(BusinessCalendar.person == person)
    return session.scalar(query)


def _put(session: Session, name: str, wanted: Wanted, by: Actor) -> BusinessCalendar:
    require_name(name)
    wanted.check()
    _require_free(session, name, wanted.person)
    row = _row(session, name)
    if row is None:
        row = BusinessCalendar(name=name, version=0)
        session.add(row)
    _fill(row, wanted)
    row.changed_at, row.changed_by = clock.now(), by.name
    session.flush()
    named(session, name)
    for each in (row, *_based_on(session, name)):
        each.version += 1
    session.flush()
    return row


def imagined(session: Session, name: str, wanted: Wanted) -> Opening:
    """What a calendar would say if it were put like that. Raises as `put` does."""
    wanted.check()
    row = BusinessCalendar(name=name, version=0)
    _fill(row, wanted)
    return shown(session, row)


def wanted_of(row: BusinessCalendar) -> Wanted:
    """A stored calendar as it was wanted, to be put again with a change."""
    week = None if row.week is None else tuple(_pairs(hours) for hours in row.week)
    days = tuple(Day(each.first, each.last, _pairs(each.shifts), each.reason) for each in row.days)
    return Wanted(
        row.title, row.based_on, row.person, row.zone, week, row.country, row.subdivision, days
    )


def remove(session: Session, name: str, *, by: Actor) -> None:
    """Remove a calendar that no other is based on. Raises CalendarNotFound, CalendarInUse."""
    row = get(session, name, by=by)
    allow(by, "calendar.change")
    users = [each.name for each in _based_on(session, name)]
    if users:
        raise CalendarInUse(name=name, users=", ".join(users[:5]))
    session.delete(row)
    session.flush()


def shown(session: Session, row: BusinessCalendar) -> Opening:
    """What a stored calendar says, together with those it is based on.

    Raises CalendarInvalid, CalendarNotFound.
    """
    chain = list(_chain(session, row))
    # Beneath the last one lies one that nobody stored, or nothing.
    base = _built_in(chain[-1].based_on).opening if chain[-1].based_on else None
    zone = _first((each.zone for each in chain), base.zone if base else None)
    weeks = (None if each.week is None else _week(each.week) for each in chain)
    week = _first(weeks, base.week if base else None)
    country, subdivision = next(
        ((each.country, each.subdivision or "") for each in chain if each.country is not None),
        ("", ""),
    )
    if zone is None or week is None:
        raise CalendarInvalid(reason="nothing it is based on has a zone and hours")
    days = tuple(_closure(day) for each in reversed(chain) for day in each.days)
    return Opening(zone, week, country, subdivision, days)


def _fill(row: BusinessCalendar, wanted: Wanted) -> None:
    row.title, row.based_on, row.person = wanted.title or row.name, wanted.based_on, wanted.person
    row.zone, row.country, row.subdivision = wanted.zone, wanted.country, wanted.subdivision
    row.week = None if wanted.week is None else [_texts(hours) for hours in wanted.week]
    row.days = [
        CalendarDay(
            first=day.first, last=day.last, shifts=_texts(day.hours), reason=day.reason[:200]
        )
        for day in wanted.days
    ]


def _chain(session: Session, row: BusinessCalendar) -> Iterator[BusinessCalendar]:
    """The calendar, then what it is based on, and so on. Raises CalendarInvalid in a circle."""
    current: BusinessCalendar | None = row
    for _ in range(MAX_CHAIN):
        if current is None:
            return
        yield current
        current = _row(session, current.based_on) if current.based_on else None
    if current is not None:
        raise CalendarInvalid(reason=f"more than {MAX_CHAIN} are based on one another")


def _based_on(session: Session, name: str) -> list[BusinessCalendar]:
    """All that would change with a calendar, itself not among them."""
    rows = list(session.scalars(select(BusinessCalendar).limit(MAX_CALENDARS)))
    found: dict[str, BusinessCalendar] = {}
    names = {name}
    for _ in range(MAX_CHAIN):
        new = {row.name: row for row in rows if row.based_on in names and row.name != name}
        found |= new
        names = set(new)
    return list(found.values())


def _require_free(session: Session, name: str, person: str | None) -> None:
    if person is None:
        return
    query = select(BusinessCalendar.name).where(
        BusinessCalendar.person == person, BusinessCalendar.name != name
    )
    other = session.scalar(query)
    if other is not None:
        raise CalendarTaken(person=person, name=other)


def _built_in(name: str) -> Calendar:
    if name != OFFICE:
        raise CalendarNotFound(name=name)
    return Calendar.of(OFFICE, BUILT_IN, 0)


def _row(session: Session, name: str) -> BusinessCalendar | None:
    return session.scalar(select(BusinessCalendar).where(BusinessCalendar.name == name))


def _closure(day: CalendarDay) -> Closure:
    return Closure(day.first, day.last, shifts_of(day.shifts))


def _week(week: list[list[list[str]]]) -> tuple[tuple[Shift, ...], ...]:
    return tuple(shifts_of(hours) for hours in week)


def _first(found: Iterable[T | None], otherwise: T | None) -> T | None:
    return next((each for each in found if each is not None), otherwise)


def _pairs(shifts: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((start, stop) for start, stop in shifts)


def _texts(hours: tuple[tuple[str, str], ...]) -> list[list[str]]:
    return [list(each) for each in hours]
