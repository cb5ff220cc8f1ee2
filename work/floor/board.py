"""The floor as one person sees it: the numbers of their queues and teams, the plan, the hands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from core.people import Actor
from core.permissions import allow
from engine.visibility import sees_everything
from work import skills
from work.catalogue import Kind
from work.floor import plan, snapshot, supply
from work.floor.measures import Asked, Day
from work.floor.plan import Plan
from work.floor.snapshot import Count, Snapshot
from work.floor.supply import Need
from work.models.queue import EVERYBODY

#: Whoever may see the floor.
VERB = "floor.see"


@dataclass(frozen=True)
class Row:
    """One queue or one team. A task that is offered to two teams counts at both."""

    #: Name of the group; EVERYBODY for what is offered to all associates.
    name: str
    count: Count

    @property
    def pressing(self) -> tuple[int, int, int, str]:
        """The more pressing, the earlier in order."""
        return (-self.count.late, -self.count.at_risk, -self.count.open, self.name)


@dataclass(frozen=True)
class Board:
    """All that one person sees of the floor."""

    #: When it was computed.
    at: datetime
    day: Day
    totals: Count
    #: The most pressing first.
    queues: tuple[Row, ...]
    teams: tuple[Row, ...]
    plan: Plan
    #: All work together first.
    needs: tuple[Need, ...]


def look(session: Session, *, by: Actor) -> Board:
    """The floor as it was at most two seconds ago. Raises NotAllowed."""
    allow(by, VERB)
    return of(snapshot.current(session), by)


def of(found: Snapshot, by: Actor) -> Board:
    """What somebody may see of a snapshot."""
    kinds = visible(found, by)
    counts = {class_id: found.counts[class_id] for class_id in kinds if class_id in found.counts}
    totals = _sum(counts.values())
    groups = groups_of(by)
    due = {class_id: count.due_today for class_id, count in counts.items()}
    return Board(
        at=found.at,
        day=found.day,
        totals=totals,
        queues=_rows(_by_queue(kinds, counts)),
        teams=_rows(_by_team(found, kinds, counts, by)),
        plan=plan.against(found.today, found.past, kinds.keys(), totals.open, found.at, found.day),
        needs=tuple(supply.needs(kinds.values(), due, found.hands, groups)),
    )


def groups_of(by: Actor) -> frozenset[str] | None:
    """The groups whose people somebody leads; None: all."""
    return None if sees_everything(by) else by.groups


def visible(found: Snapshot, by: Actor) -> dict[UUID, Kind]:
    """Classes of work that somebody leads: of their groups, for everybody, or of nobody."""
    return {each.id: each for each in found.known.kinds.values() if _leads(found, each, by)}


def teams_of(found: Snapshot, kind: Kind, by: Actor) -> list[str]:
    """The teams of a visible class, as far as somebody leads them."""
    if kind.is_for_all or not kind.groups:
        return [EVERYBODY]
    if sees_everything(by) or found.manned.isdisjoint(kind.groups):
        return list(kind.groups)
    return [name for name in kind.groups if name in by.groups]


def classes(found: Snapshot, asked: Asked, by: Actor) -> list[UUID]:
    """The visible classes that a number is about."""
    kinds = list(visible(found, by).values())
    if asked.queue is not None:
        kinds = [kind for kind in kinds if kind.queue.name == asked.queue]
    if asked.team is not None:
        kinds = [kind for kind in kinds if asked.team in teams_of(found, kind, by)]
    if asked.skill:
        name, level = skills.parse(asked.skill)
        kinds = [kind for kind in kinds if supply.asks_for(kind, name, level)]
    return [kind.id for kind in kinds]


def _leads(found: Snapshot, kind: Kind, by: Actor) -> bool:
    if sees_everything(by) or kind.is_for_all:
        return True
    if not kind.groups:
        return False
    return not by.groups.isdisjoint(kind.groups) or found.manned.isdisjoint(kind.groups)


def _by_queue(kinds: Mapping[UUID, Kind], counts: Mapping[UUID, Count]) -> dict[str, list[Count]]:
    sums: dict[str, list[Count]] = {}
    for class_id, kind in kinds.items():
        sums.setdefault(kind.queue.name, []).extend(_any(counts, class_id))
    return sums


def _by_team(
    found: Snapshot, kinds: Mapping[UUID, Kind], counts: Mapping[UUID, Count], by: Actor
) -> dict[str, list[Count]]:
    sums: dict[str, list[Count]] = {}
    for class_id, kind in kinds.items():
        for name in teams_of(found, kind, by):
            sums.setdefault(name, []).extend(_any(counts, class_id))
    return sums


def _any(counts: Mapping[UUID, Count], class_id: UUID) -> list[Count]:
    return [counts[class_id]] if class_id in counts else []


def _rows(counts: Mapping[str, Iterable[Count]]) -> tuple[Row, ...]:
    rows = [Row(name, _sum(each)) for name, each in counts.items()]
    return tuple(sorted(rows, key=lambda row: row.pressing))


def _sum(counts: Iterable[Count]) -> Count:
    total = Count()
    for each in counts:
        total.add(each)
    return total
