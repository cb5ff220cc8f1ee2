"""The day against what it usually is: the same weekday of the last weeks, slot by slot.

What is usual by now is the mean of those days by the same time; the rest of the day is expected to
go as it usually goes from now on. Days on which the office was closed tell nothing of open ones,
nor do days before the first task of the installation.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, cast, extract, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core import clock
from core.calendars import Calendar
from core.ids import first_id
from engine.models import UserTask
from work.floor import measures
from work.floor.measures import Day

WEEKS = 4
SLOT_SECONDS = 900
#: Fewer days to compare with are too few to call anything usual without saying so.
ENOUGH = 3
#: While days are lacking they are looked for again after this: history may be brought in.
AGAIN = timedelta(minutes=1)

#: Tasks by slot of the day, by class.
Slots = Mapping[UUID, Mapping[int, int]]


@dataclass(frozen=True)
class Past:
    """What came and what was done on one day."""

    date: date
    arrived: Slots
    done: Slots


@dataclass
class Memory:
    """Days that are over do not change: they are read once in a process."""

    today: date | None = None
    days: tuple[Past, ...] = ()
    read_at: datetime | None = None

    def serves(self, day: Day, at: datetime) -> bool:
        """Whether nothing has to be read; while weeks are lacking they may still come."""
        if self.today != day.date or self.read_at is None:
            return False
        return len(self.days) == WEEKS or at < self.read_at + AGAIN


@dataclass(frozen=True)
class Line:
    """One kind of event over the day; numbers of tasks."""

    so_far: int
    #: None without days to compare with.
    usual_by_now: float | None
    usual_all_day: float | None
    forecast: int | None
    #: Running totals at the end of each slot: of today up to now, and as usual.
    course: tuple[float, ...]
    usual_course: tuple[float, ...]
    #: The numbers of the days that were compared with.
    by_day: tuple[int, ...]


@dataclass(frozen=True)
class Plan:
    """The day against what it usually is."""

    #: The days that were compared with, the latest first.
    days: tuple[date, ...]
    arrived: Line
    done: Line
    #: Open tasks that are to be expected at the end of the day.
    open_tonight: int | None
    #: How far the day is, from 0 to 1.
    part: float

    @property
    def is_thin(self) -> bool:
        """Whether there is too little history to rely on."""
        return len(self.days) < ENOUGH


def of_day(session: Session, day: Day) -> Past:
    """What came and was done on a day, by class and slot."""
    return Past(
        day.date,
        _slots(session, UserTask.created_at, day, measures.arrived(day)),
        _slots(session, UserTask.completed_at, day, measures.done(day)),
    )


def past(session: Session, office: Calendar, today: Day, memory: Memory) -> tuple[Past, ...]:
    """The same weekday of the last weeks, the latest first."""
    now = clock.now()
    if not memory.serves(today, now):
        memory.days, memory.today = _read(session, office, today), today.date
        memory.read_at = now
    return memory.days


def against(
    today: Past,
    days: Sequence[Past],
    class_ids: Collection[UUID],
    open_now: int,
    at: datetime,
    day: Day,
) -> Plan:
    """The plan of some classes."""
    gone = (at - day.start).total_seconds() / SLOT_SECONDS
    length = round((day.end - day.start).total_seconds() / SLOT_SECONDS)
    arrived = _line(today.arrived, [each.arrived for each in days], class_ids, gone, length)
    done = _line(today.done, [each.done for each in days], class_ids, gone, length)
    tonight = None
    if arrived.forecast is not None and done.forecast is not None:
        come, go = arrived.forecast - arrived.so_far, done.forecast - done.so_far
        tonight = max(0, open_now + come - go)
    dates = tuple(each.date for each in days)
    return Plan(dates, arrived, done, tonight, min(1.0, gone / length))


def _read(session: Session, office: Calendar, today: Day) -> tuple[Past, ...]:
    first = session.scalar(select(UserTask.created_at).order_by(UserTask.id).limit(1))
    works = _works(office, today)
    found = []
    for week in range(1, WEEKS + 1):
        day = today.before(7 * week)
        if first is not None and first < day.start and _works(office, day) == works:
            found.append(_of_past_day(session, day))
    return tuple(found)


def _of_past_day(session: Session, day: Day) -> Past:
    arrived = (*measures.arrived(day), UserTask.id < first_id(day.end + measures.SLACK))
    return Past(
        day.date,
        _slots(session, UserTask.created_at, day, arrived),
        _slots(session, UserTask.completed_at, day, measures.done(day)),
    )


def _works(office: Calendar, day: Day) -> bool:
    return bool(office.opening.shifts_on(day.date))


def _slots(
    session: Session,
    moment: InstrumentedAttribute[Any],
    day: Day,
    conditions: Sequence[ColumnElement[bool]],
) -> dict[UUID, dict[int, int]]:
    seconds = cast(extract("epoch", moment), BigInteger) - int(day.start.timestamp())
    each = (
        select(UserTask.class_id.label("class_id"), (seconds // SLOT_SECONDS).label("slot"))
        .where(*conditions)
        .subquery()
    )
    query = select(each.c.class_id, each.c.slot, func.count()).group_by(
        each.c.class_id, each.c.slot
    )
    found: dict[UUID, dict[int, int]] = {}
    for class_id, slot, number in session.execute(query):
        found.setdefault(class_id, {})[slot] = number
    return found


def _line(
    today: Slots, days: Sequence[Slots], class_ids: Collection[UUID], gone: float, length: int
) -> Line:
    now = _together(today, class_ids, length)
    so_far = sum(now)
    course = _running(now[: int(gone) + 1])
    if not days:
        return Line(so_far, None, None, None, tuple(course), (), ())
    sums = [0] * length
    by_day = []
    for each in days:
        slots = _together(each, class_ids, length)
        by_day.append(sum(slots))
        sums = [total + number for total, number in zip(sums, slots, strict=True)]
    usual = [number / len(days) for number in sums]
    whole = int(gone)
    by_now = sum(usual[:whole]) + (usual[whole] * (gone - whole) if whole < length else 0)
    all_day = sum(usual)
    forecast = so_far + round(all_day - by_now)
    return Line(
        so_far,
        by_now,
        all_day,
        forecast,
        tuple(course),
        tuple(_running(usual)),
        tuple(by_day),
    )


def _together(found: Slots, class_ids: Collection[UUID], length: int) -> list[int]:
    slots = [0] * length
    for class_id in found.keys() & set(class_ids):
        for slot, number in found[class_id].items():
            # A day of the past may have had an hour more.
            slots[min(slot, length - 1)] += number
    return slots


def _running(numbers: Sequence[float]) -> list[float]:
    total, found = 0.0, []
    for number in numbers:
        total += number
        found.append(total)
    return found
