"""What the floor counts: one definition for the numbers and for the lists behind them.

A task counts from the moment it was sorted into its queue, a fraction of a second after it came.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from datetime import date as calendar_date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, case, func, literal_column, or_, select

from core.calendars import Calendar
from core.errors import Invalid
from core.ids import first_id
from engine.models import UserTask
from work.models import SlaClock
from work.models.sla import AT_RISK, BREACHED, CASE, TASK
from work.sla.finding import goes

#: Without a service level a task is at risk from so long before its due date, as in lists of tasks.
SOON = timedelta(hours=4)
#: Ids are made a moment before what they name.
SLACK = timedelta(minutes=1)
#: Age bands: came today, one or two days ago, three to seven, and before that.
BANDS = 4
_DAYS_BACK = (2, 7)

WAITING, IN_HAND, RESTING = range(3)
ON_TIME, RISKY, LATE, BROKEN = range(4)

#: What can be counted. "late" holds what is breached.
WHATS = (
    "arrived",
    "done",
    "open",
    "waiting",
    "in_hand",
    "resting",
    "at_risk",
    "late",
    "breached",
    "due_today",
)

_OPEN: ColumnElement[str] = literal_column("'open'")
_COMPLETED: ColumnElement[str] = literal_column("'completed'")
#: Days of other years have no midnight in every zone.
YEARS = range(1970, 9_999)
#: When a task must be done: its place in its queue, or its due date while it rests.
due: ColumnElement[datetime] = func.coalesce(UserTask.rank_at, UserTask.due_at)


class FloorAskedWrong(Invalid):
    """The floor does not count {name} = {value}."""


@dataclass(frozen=True)
class Day:
    """A day by the clock of the office, as moments in UTC."""

    date: calendar_date
    start: datetime
    end: datetime
    zone: ZoneInfo

    @classmethod
    def of(cls, day: calendar_date, zone: ZoneInfo) -> "Day":
        return cls(day, midnight(day, zone), midnight(day + timedelta(days=1), zone), zone)

    def before(self, days: int) -> "Day":
        """The day so many days earlier."""
        return Day.of(self.date - timedelta(days=days), self.zone)


@dataclass(frozen=True)
class Asked:
    """One number of the floor: what is counted, and of which part of the work."""

    what: str = "open"
    #: Name of a queue, of a group, or a skill such as `gas:2`; None: all.
    queue: str | None = None
    team: str | None = None
    skill: str | None = None
    #: One of the age bands, 0 for today.
    band: int | None = None
    #: What came or was done on another day than today.
    date: calendar_date | None = None

    def __post_init__(self) -> None:
        """Raises FloorAskedWrong."""
        if self.what not in WHATS:
            raise FloorAskedWrong(name="what", value=self.what)
        if self.band is not None and not 0 <= self.band < BANDS:
            raise FloorAskedWrong(name="band", value=self.band)
        if self.date is not None and (self.is_of_open or self.date.year not in YEARS):
            raise FloorAskedWrong(name="day", value=self.date)

    @property
    def is_of_open(self) -> bool:
        return self.what not in ("arrived", "done")


def midnight(day: calendar_date, zone: ZoneInfo) -> datetime:
    """When a day begins somewhere, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def today(office: Calendar, at: datetime) -> Day:
    """The day of the office calendar, in whose zone all see the same one."""
    zone = ZoneInfo(office.opening.zone)
    return Day.of(at.astimezone(zone).date(), zone)


def condition(asked: Asked, class_ids: Iterable[UUID], day: Day, at: datetime) -> Select[UserTask]:
    """The tasks of some classes behind a number, not ordered yet."""
    of_day = day if asked.date is None else Day.of(asked.date, day.zone)
    query = select(UserTask).where(UserTask.class_id.in_(list(class_ids)))
    if asked.what == "arrived":
        query = query.where(*arrived(of_day))
    elif asked.what == "done":
        query = query.where(*done(of_day))
    else:
        query = query.where(UserTask.state == _OPEN, *_of_open(asked.what, day, at))
    if asked.band is not None:
        query = query.where(band(day) == asked.band)
    return query


def arrived(day: Day) -> tuple[ColumnElement[bool], ...]:
    """Tasks that came on a day. Their ids tell it too, and those have an index."""
    return (
        UserTask.id >= first_id(day.start - SLACK),
        UserTask.created_at >= day.start,
        UserTask.created_at < day.end,
        UserTask.class_id.is_not(None),
    )


def done(day: Day) -> tuple[ColumnElement[bool], ...]:
    """Tasks that were completed on a day."""
    return (
        UserTask.state == _COMPLETED,
        UserTask.completed_at >= day.start,
        UserTask.completed_at < day.end,
        UserTask.class_id.is_not(None),
    )


def band(day: Day) -> ColumnElement[int]:
    """How old an open task is, as the number of its age band."""
    whens = [(UserTask.created_at >= day.start, 0)]
    for number, days in enumerate(_DAYS_BACK, 1):
        whens.append((UserTask.created_at >= day.before(days).start, number))
    return case(*whens, else_=BANDS - 1)


def hold(at: datetime) -> ColumnElement[int]:
    """Whether an open task rests, is in somebody's hand, or waits."""
    return case(
        (and_(UserTask.follow_up_at.is_not(None), UserTask.follow_up_at > at), RESTING),
        (UserTask.assignee.is_not(None), IN_HAND),
        else_=WAITING,
    )


def standing(at: datetime) -> ColumnElement[int]:
    """How an open task goes: BROKEN service level, LATE, RISKY or ON_TIME; the worst counts."""
    risky = (goes(AT_RISK), goes("likely_late"))
    return case(
        (_has_clock(goes(BREACHED)), BROKEN),
        (_due_before(at), LATE),
        (or_(_has_clock(or_(*risky)), _due_before(at + SOON)), RISKY),
        else_=ON_TIME,
    )


def is_due(day: Day) -> ColumnElement[bool]:
    """Open tasks that must be done by the end of the day, late ones among them."""
    return _due_before(day.end)


def counted(day: Day, at: datetime) -> Select[UUID, int, int, int, int, int]:
    """Open tasks by class, band, hold, standing and whether they are due today: how many."""
    each = (
        select(
            UserTask.class_id.label("class_id"),
            band(day).label("age_band"),
            hold(at).label("held"),
            standing(at).label("stands"),
            case((is_due(day), 1), else_=0).label("due_today"),
        )
        .where(UserTask.state == _OPEN, UserTask.class_id.is_not(None))
        .subquery()
    )
    keys = (each.c.class_id, each.c.age_band, each.c.held, each.c.stands, each.c.due_today)
    return select(*keys, func.count()).group_by(*keys)


def _of_open(what: str, day: Day, at: datetime) -> tuple[ColumnElement[bool], ...]:
    if what == "due_today":
        return (is_due(day),)
    if what in ("waiting", "in_hand", "resting"):
        held = {"waiting": WAITING, "in_hand": IN_HAND, "resting": RESTING}
        return (hold(at) == held[what],)
    if what == "late":
        return (standing(at) >= LATE,)
    stands = {"at_risk": RISKY, "breached": BROKEN}
    return (standing(at) == stands[what],) if what in stands else ()


def _due_before(at: datetime) -> ColumnElement[bool]:
    return and_(due.is_not(None), due < at)


def _has_clock(way: ColumnElement[bool]) -> ColumnElement[bool]:
    """Tasks with a clock that goes that way, their own or their case's: as sets, read once."""
    own = select(SlaClock.task_id).where(way, SlaClock.level == TASK, SlaClock.task_id.is_not(None))
    of_case = select(SlaClock.instance_id).where(way, SlaClock.level == CASE)
    return or_(UserTask.id.in_(own), UserTask.instance_id.in_(of_case))
