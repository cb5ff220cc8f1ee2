"""What a process remembers of queues, classes and calendars, until somebody changes one of them.

Whoever asks for work reads the stamp with what they ask anyway; while it is the one that was
remembered, so is the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, ScalarSelect, bindparam, func, select
from sqlalchemy.orm import Session

from core.calendars import BusinessCalendar, Calendar
from work import sites, skills, sorting
from work.models import WorkClass, WorkClassGroup
from work.models.queue import Stamp

#: Sum of the versions of the calendars that queues count in, and their last change.
Versions = tuple[int, datetime | None]


@dataclass(frozen=True)
class Queue:
    """How the work of one group is given out."""

    name: str
    mode: str
    calendar: Calendar
    in_hand_limit: int
    shared_limit: int | None
    recovery: bool
    guard_seconds: int
    offer_seconds: int


@dataclass(frozen=True)
class Kind:
    """A class of work, as far as giving it out needs it."""

    id: UUID
    queue: Queue
    #: The groups it is offered to, in order; None when it is offered to everybody.
    groups: tuple[str, ...]
    is_for_all: bool
    #: Name and level of each skill that it takes.
    skills: tuple[tuple[str, int], ...]
    #: Where it is done, as `sites.same` spells it; empty: anywhere.
    sites: frozenset[str]
    weight: float
    handle_seconds: float
    look_ahead_seconds: float
    knows_cases: bool

    def suits(self, groups: frozenset[str], has: Mapping[str, int], site: str | None) -> bool:
        """Whether somebody in these groups with these skills, at this site, may do it."""
        if not self.is_for_all and groups.isdisjoint(self.groups):
            return False
        if self.sites and (site is None or sites.same(site) not in self.sites):
            return False
        return all(has.get(name, 0) >= level for name, level in self.skills)


@dataclass(frozen=True)
class Catalogue:
    """All queues that have had work, and all classes, as they were under one stamp."""

    stamp: UUID | None
    versions: Versions
    kinds: Mapping[UUID, Kind]
    queues: Mapping[str, Queue]
    calendars: tuple[str, ...]

    def holds(self, stamp: UUID | None, versions: Versions) -> bool:
        """Whether it is still as it was remembered."""
        return stamp is not None and (stamp, versions) == (self.stamp, self.versions)


_EMPTY = Catalogue(None, (0, None), {}, {}, ())
_remembered: WeakKeyDictionary[Engine, Catalogue] = WeakKeyDictionary()

#: For queries that read the stamp among other things; the versions take `calendars`, names.
STAMP: ScalarSelect[UUID] = select(Stamp.value).where(Stamp.id == 1).scalar_subquery()
_USED = BusinessCalendar.name.in_(bindparam("calendars", expanding=True))
VERSION: ScalarSelect[int] = (
    select(func.sum(BusinessCalendar.version)).where(_USED).scalar_subquery()
)
CHANGED_AT: ScalarSelect[datetime] = (
    select(func.max(BusinessCalendar.changed_at)).where(_USED).scalar_subquery()
)


def remembered(session: Session) -> Catalogue:
    """What this process knows, old or not: compare its stamp and versions."""
    return _remembered.get(_engine(session), _EMPTY)


def read(session: Session) -> Catalogue:
    """What holds now, remembered from now on."""
    # The stamp first: what is read after it is as new, or newer and read once more next time.
    stamp = session.scalar(select(Stamp.value).where(Stamp.id == 1))
    classes = list(session.scalars(select(WorkClass).order_by(WorkClass.id)))
    offered: dict[UUID, list[str]] = {}
    rows = select(WorkClassGroup.class_id, WorkClassGroup.group_name)
    for class_id, group in session.execute(rows.order_by(WorkClassGroup.group_name)):
        offered.setdefault(class_id, []).append(group)
    queues = {name: _queue(session, name) for name in {each.queue for each in classes}}
    kinds = {
        each.id: _kind(each, queues[each.queue], tuple(offered.get(each.id, ())))
        for each in classes
    }
    # What a queue is set to, and what it falls back on.
    settings = {sorting.queue_of(session, name).calendar for name in queues}
    names = tuple(sorted(settings | {queue.calendar.name for queue in queues.values()}))
    version, changed_at = session.execute(select(VERSION, CHANGED_AT), {"calendars": names}).one()
    found = Catalogue(stamp, (version or 0, changed_at), kinds, queues, names)
    if stamp is not None:
        _remembered[_engine(session)] = found
    return found


def current(session: Session) -> Catalogue:
    """What holds now; read again only when it has changed."""
    known = remembered(session)
    names = {"calendars": known.calendars}
    stamp, version, changed_at = session.execute(select(STAMP, VERSION, CHANGED_AT), names).one()
    return known if known.holds(stamp, (version or 0, changed_at)) else read(session)


def _queue(session: Session, name: str) -> Queue:
    row = sorting.queue_of(session, name)
    return Queue(
        name,
        row.mode,
        sorting.calendar_of(session, row),
        row.in_hand_limit,
        row.shared_limit,
        row.recovery,
        row.guard_seconds,
        row.offer_seconds,
    )


def _kind(row: WorkClass, queue: Queue, groups: tuple[str, ...]) -> Kind:
    return Kind(
        row.id,
        queue,
        groups,
        row.is_for_all,
        tuple(skills.parse(text) for text in row.skills),
        frozenset(map(sites.same, row.sites or ())),
        row.weight,
        row.handle_seconds,
        row.look_ahead_seconds,
        row.affinity == "case",
    )


def _engine(session: Session) -> Engine:
    return session.get_bind().engine
