"""Working time that is left today and the work that asks for it, by skill.

Supply is what calendars say: own hours, or those of the site or the queue, absences, and groups
that somebody is lent to; who has said that they are away counts for nothing until they are back.
Demand is open work that is due today, each task with the mean time of its class. Nobody's own speed
is known here.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from core import calendars
from core.calendars import BusinessCalendar, Calendar, Opening
from core.people import Group, Membership, Person, Role
from work.catalogue import Catalogue, Kind
from work.floor.measures import Day
from work.models import Worker
from work.models.team import Lending, Presence
from work.skills import PERSON

#: Groups of fewer people are not told apart.
FEWEST = 5
MAX_PEOPLE = 5_000

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True)
class Hand:
    """Somebody who takes tasks: what they declared, and when they still work today."""

    name: str
    display_name: str
    skills: Mapping[str, int]
    #: Groups they belong to or are lent to today, each with the time in which they do.
    groups: Mapping[str, Stretch]
    #: Stretches of work of today that are left.
    works: tuple[Stretch, ...]
    is_away: bool
    site: str | None = None

    def seconds_for(self, groups: Collection[str] | None) -> int:
        """Working time that is left today for some groups; None: for any."""
        if self.is_away:
            return 0
        there = [each for name, each in self.groups.items() if groups is None or name in groups]
        if not there:
            return 0
        windows = _merged(there)
        both = (
            min(stop, until) - max(start, since)
            for start, stop in self.works
            for since, until in windows
        )
        return sum(int(each.total_seconds()) for each in both if each > timedelta(0))

    def has(self, skill: str, level: int) -> bool:
        """Whether they have a skill at a level; "" is work that takes none."""
        return not skill or self.skills.get(skill, 0) >= level

    def is_in(self, groups: Collection[str] | None) -> bool:
        """Whether they belong to one of the groups today."""
        return groups is None or any(name in groups for name in self.groups)


@dataclass(frozen=True)
class Need:
    """One skill at one level: the work of today that asks for it, and who has it."""

    #: "" is all work together.
    skill: str
    level: int
    tasks: int
    needed_seconds: int
    people: int
    has_seconds: int

    @property
    def spare_seconds(self) -> int:
        """Working time beyond the work; negative when it is missing."""
        return self.has_seconds - self.needed_seconds

    @property
    def key(self) -> str:
        """As lists are asked for it: `gas:2`."""
        return f"{self.skill}:{self.level}" if self.skill else ""


class Hours:
    """Hours of calendars on one day, by name, as long as the calendars are the same."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[object, tuple[Stretch, ...]]] = {}

    def lacks(self, name: str, stamp: object) -> bool:
        """Whether a calendar has changed since it was kept."""
        return name not in self._kept or self._kept[name][0] != stamp

    def keep(self, name: str, stamp: object, opening: Opening, day: Day) -> None:
        """Work out the hours of a day."""
        self._kept[name] = (stamp, tuple(stretches(opening, day)))

    def of(self, name: str) -> tuple[Stretch, ...]:
        """The hours that were kept."""
        return self._kept[name][1]


def hands(
    session: Session, known: Catalogue, office: Calendar, day: Day, at: datetime, hours: Hours
) -> tuple[Hand, ...]:
    """All associates, with the working time that is left to them today."""
    rows = session.execute(select(Worker.name, Worker.skills, Worker.site))
    declared = {row.name: row for row in rows}
    away = set(session.scalars(select(Presence.name).where(Presence.away_since.is_not(None))))
    lent, own = _lent(session, day), _own_hours(session, day, hours)
    found = []
    for name, (display_name, groups) in _members(session).items():
        works = own.get(name)
        if works is None:
            works = _usual_hours(hours, known, office, groups, day)
        found.append(
            Hand(
                name,
                display_name,
                declared[name].skills if name in declared else {},
                _windows(groups, lent.get(name, ()), at, day),
                tuple((max(start, at), stop) for start, stop in works if stop > at),
                name in away,
                declared[name].site if name in declared else None,
            )
        )
    return tuple(found)


def needs(
    kinds: Iterable[Kind],
    due_today: Mapping[UUID, int],
    found: Sequence[Hand],
    groups: Collection[str] | None,
) -> list[Need]:
    """All work together first, then the skills that work of today asks for or people have.

    A task that takes two skills counts at both, a person who has two as well: sums tell nothing.
    Higher levels are part of the lower ones.
    """
    open_kinds = [kind for kind in kinds if due_today.get(kind.id)]
    asked: set[tuple[str, int]] = {("", 0)}
    for kind in open_kinds:
        asked.update(each for each in kind.skills if each[0] != PERSON)
    return [
        _need(skill, level, open_kinds, due_today, found, groups) for skill, level in sorted(asked)
    ]


def asks_for(kind: Kind, skill: str, level: int) -> bool:
    """Whether work of a class takes a skill at that level or above; "" is asked by all."""
    return not skill or any(name == skill and asked >= level for name, asked in kind.skills)


def _need(
    skill: str,
    level: int,
    kinds: Sequence[Kind],
    due_today: Mapping[UUID, int],
    found: Sequence[Hand],
    groups: Collection[str] | None,
) -> Need:
    asking = [kind for kind in kinds if asks_for(kind, skill, level)]
    able = [each for each in found if each.is_in(groups) and each.has(skill, level)]
    return Need(
        skill,
        level,
        sum(due_today[kind.id] for kind in asking),
        round(sum(due_today[kind.id] * kind.handle_seconds for kind in asking)),
        len(able),
        sum(each.seconds_for(groups) for each in able),
    )


def _members(session: Session) -> dict[str, tuple[str, list[str]]]:
    """Active associates with their groups, by name."""
    query = (
        select(Person.name, Person.display_name, Person.role_names, Group.name.label("group"))
        .outerjoin(Membership, Membership.person_id == Person.id)
        .outerjoin(Group, Group.id == Membership.group_id)
        .where(Person.deactivated_at.is_(None))
        .order_by(Person.display_name, Person.name, Group.name)
        .limit(MAX_PEOPLE)
    )
    found: dict[str, tuple[str, list[str]]] = {}
    for row in session.execute(query):
        if Role.ASSOCIATE in row.role_names:
            groups = found.setdefault(row.name, (row.display_name, []))[1]
            if row.group is not None:
                groups.append(row.group)
    return found


def _lent(session: Session, day: Day) -> dict[str, list[Lending]]:
    """Lendings that touch the day, by person."""
    query = select(Lending).where(
        Lending.ended_at.is_(None), Lending.since < day.end, Lending.until > day.start
    )
    found: dict[str, list[Lending]] = {}
    for each in session.scalars(query):
        found.setdefault(each.person, []).append(each)
    return found


def _windows(
    groups: Iterable[str], lent: Iterable[Lending], at: datetime, day: Day
) -> dict[str, Stretch]:
    found = dict.fromkeys(groups, (at, day.end))
    for each in lent:
        since, until = max(each.since, at), min(each.until, day.end)
        if since < until:
            found[each.group_name] = (since, until)
        else:
            found.pop(each.group_name, None)
    return found


def _own_hours(session: Session, day: Day, hours: Hours) -> dict[str, tuple[Stretch, ...]]:
    """Today's hours of those who have a calendar of their own or of their site, by person."""
    columns = (
        func.coalesce(BusinessCalendar.person, Worker.name).label("whose"),
        BusinessCalendar.name,
        BusinessCalendar.version,
        BusinessCalendar.changed_at,
    )
    of_site = and_(BusinessCalendar.person.is_(None), Worker.site == BusinessCalendar.name)
    query = (
        select(*columns)
        .outerjoin(Worker, of_site)
        .where(or_(BusinessCalendar.person.is_not(None), Worker.name.is_not(None)))
        # Their own last: it is what holds.
        .order_by(BusinessCalendar.person.nulls_first())
    )
    rows = session.execute(query).all()
    stamps = {row.name: (day.start, row.version, row.changed_at) for row in rows}
    lacking = [name for name, stamp in stamps.items() if hours.lacks(name, stamp)]
    if lacking:
        wanted = select(BusinessCalendar).where(BusinessCalendar.name.in_(lacking))
        for each in session.scalars(wanted.options(selectinload(BusinessCalendar.days))):
            hours.keep(each.name, stamps[each.name], calendars.shown(session, each), day)
    return {row.whose: hours.of(row.name) for row in rows}


def _usual_hours(
    hours: Hours, known: Catalogue, office: Calendar, groups: Sequence[str], day: Day
) -> tuple[Stretch, ...]:
    """Whoever has no calendar of their own works when their first queue does, else the office."""
    queue = next((known.queues[name] for name in groups if name in known.queues), None)
    calendar = office if queue is None else queue.calendar
    stamp = (day.start, calendar.opening)
    if hours.lacks(calendar.name, stamp):
        hours.keep(calendar.name, stamp, calendar.opening, day)
    return hours.of(calendar.name)


def stretches(opening: Opening, day: Day) -> list[Stretch]:
    """The open time of a calendar within a day, also of a shift that began the evening before."""
    zone = ZoneInfo(opening.zone)
    first, last = (each.astimezone(zone).date() for each in (day.start, day.end))
    found = []
    date = first - timedelta(days=1)
    while date <= last:
        midnight = datetime.combine(date, time(), zone)
        for shift in opening.shifts_on(date):
            start, stop = (
                (midnight + timedelta(minutes=minute)).astimezone(UTC)
                for minute in (shift.start, shift.stop)
            )
            start, stop = max(start, day.start), min(stop, day.end)
            if start < stop:
                found.append((start, stop))
        date += timedelta(days=1)
    return _merged(found)


def _merged(found: Iterable[Stretch]) -> list[Stretch]:
    """The same time without overlaps."""
    merged: list[Stretch] = []
    for start, stop in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged
