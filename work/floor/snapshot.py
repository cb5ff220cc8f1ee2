"""The numbers of all classes at one moment, computed once and shared by all who look.

A snapshot serves for a second; then the next who looks computes another one, and whoever comes
meanwhile is served the old one, until it is two seconds old.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core import calendars, clock
from core.people import peopled_groups
from work import catalogue
from work.catalogue import Catalogue
from work.floor import measures, plan, supply
from work.floor.measures import BANDS, BROKEN, IN_HAND, LATE, RESTING, RISKY, WAITING, Day
from work.floor.plan import Memory, Past
from work.floor.supply import Hand

#: From when on another snapshot is computed, and how old one may be when it is served.
FRESH, MAX_AGE = timedelta(seconds=1), timedelta(seconds=2)


@dataclass
class Band:
    """Open tasks of one age: how many, and how many of them are late or at risk."""

    open: int = 0
    at_risk: int = 0
    late: int = 0


@dataclass
class Count:
    """The numbers of one class, or of many together."""

    arrived: int = 0
    done: int = 0
    open: int = 0
    waiting: int = 0
    in_hand: int = 0
    resting: int = 0
    at_risk: int = 0
    late: int = 0
    breached: int = 0
    due_today: int = 0
    bands: list[Band] = field(default_factory=lambda: [Band() for _ in range(BANDS)])

    def add(self, other: "Count") -> None:
        """Count another one in."""
        for name in measures.WHATS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for mine, theirs in zip(self.bands, other.bands, strict=True):
            mine.open += theirs.open
            mine.at_risk += theirs.at_risk
            mine.late += theirs.late


@dataclass(frozen=True)
class Snapshot:
    """How everything stood at a moment."""

    at: datetime
    day: Day
    known: Catalogue
    counts: Mapping[UUID, Count]
    #: What came and was done today, and on days like this one in past weeks.
    today: Past
    past: tuple[Past, ...]
    hands: tuple[Hand, ...]
    #: Groups that at least one active person belongs to.
    manned: frozenset[str]


@dataclass
class _Kept:
    lock: threading.Lock = field(default_factory=threading.Lock)
    snapshot: Snapshot | None = None
    memory: Memory = field(default_factory=Memory)
    hours: supply.Hours = field(default_factory=supply.Hours)


_kept: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()
_keeping = threading.Lock()


def current(session: Session) -> Snapshot:
    """The snapshot of now, at most MAX_AGE old."""
    kept = _of(session)
    found = kept.snapshot
    if found is not None and _is_within(found, FRESH):
        return found
    may_wait = found is None or not _is_within(found, MAX_AGE)
    if not kept.lock.acquire(blocking=may_wait):
        assert found is not None
        return found
    try:
        found = kept.snapshot
        if found is None or not _is_within(found, FRESH):
            found = kept.snapshot = take(session, kept.memory, kept.hours)
        return found
    finally:
        kept.lock.release()


def forget(session: Session) -> None:
    """Let the next one who looks see what has just been changed."""
    _of(session).snapshot = None


def take(
    session: Session, memory: Memory | None = None, hours: supply.Hours | None = None
) -> Snapshot:
    """Compute a snapshot; `memory` and `hours` keep what does not change between two."""
    at = clock.now()
    office = calendars.named(session, calendars.OFFICE)
    day = measures.today(office, at)
    known = catalogue.current(session)
    today = plan.of_day(session, day)
    return Snapshot(
        at=at,
        day=day,
        known=known,
        counts=_counts(session, day, at, today),
        today=today,
        past=plan.past(session, office, day, memory if memory is not None else Memory()),
        hands=supply.hands(
            session, known, office, day, at, hours if hours is not None else supply.Hours()
        ),
        manned=peopled_groups(session),
    )


def _counts(session: Session, day: Day, at: datetime, today: Past) -> dict[UUID, Count]:
    found: dict[UUID, Count] = {}
    rows = session.execute(measures.counted(day, at))
    for class_id, age, held, stands, due_today, number in rows:
        count = found.setdefault(class_id, Count())
        count.open += number
        count.waiting += number if held == WAITING else 0
        count.in_hand += number if held == IN_HAND else 0
        count.resting += number if held == RESTING else 0
        count.at_risk += number if stands == RISKY else 0
        count.late += number if stands >= LATE else 0
        count.breached += number if stands == BROKEN else 0
        count.due_today += number if due_today else 0
        count.bands[age].open += number
        count.bands[age].at_risk += number if stands == RISKY else 0
        count.bands[age].late += number if stands >= LATE else 0
    for class_id, slots in today.arrived.items():
        found.setdefault(class_id, Count()).arrived = sum(slots.values())
    for class_id, slots in today.done.items():
        found.setdefault(class_id, Count()).done = sum(slots.values())
    return found


def _of(session: Session) -> _Kept:
    engine = session.get_bind().engine
    with _keeping:
        if engine not in _kept:
            _kept[engine] = _Kept()
        return _kept[engine]


def _is_within(found: Snapshot, age: timedelta) -> bool:
    return timedelta(0) <= clock.now() - found.at <= age
