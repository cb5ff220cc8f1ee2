"""The tasks and people behind a number of the floor.

Who has a task, and who completed it, is not told here: lists of work are no lists of persons.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core import clock
from core.people import Actor
from core.permissions import allow
from engine.models import UserTask
from work import skills
from work.floor import board, measures, snapshot
from work.floor.measures import Asked
from work.floor.snapshot import Snapshot
from work.floor.supply import FEWEST, Hand

#: Tasks that paging goes through; what lies behind is too much to read.
MAX_OFFSET = 10_000


@dataclass(frozen=True)
class Listed:
    """One page of the tasks behind a number."""

    #: How many there are altogether.
    count: int
    tasks: Sequence[UserTask]


@dataclass(frozen=True)
class Able:
    """The people behind hours of work; told one by one only where they are FEWEST or more."""

    people: int
    seconds: int
    #: Each with the seconds of work that are left today. None: too few to tell apart.
    each: tuple[tuple[Hand, int], ...] | None


def find(session: Session, asked: Asked, *, by: Actor, offset: int = 0, limit: int = 50) -> Listed:
    """The tasks behind a number: what is due first, or came or was done last. Raises NotAllowed."""
    query = _query(session, asked, by)
    page = _ordered(query, asked).limit(limit).offset(min(max(0, offset), MAX_OFFSET))
    # Counted on the way: classes and clocks are looked at once.
    rows = session.execute(page.with_only_columns(UserTask.id, func.count().over())).all()
    if not rows:
        behind = select(func.count()).select_from(query.subquery())
        return Listed((session.scalar(behind) or 0) if offset else 0, [])
    wanted = select(UserTask).where(UserTask.id.in_([row.id for row in rows]))
    tasks = {task.id: task for task in session.scalars(wanted)}
    return Listed(rows[0][1], [tasks[row.id] for row in rows])


def ids(session: Session, asked: Asked, *, by: Actor, limit: int) -> list[UUID]:
    """The first tasks behind a number. Raises NotAllowed."""
    query = _ordered(_query(session, asked, by), asked)
    return list(session.scalars(query.with_only_columns(UserTask.id).limit(limit)))


def able(session: Session, skill: str, *, by: Actor) -> Able:
    """Who has a skill such as `gas:2` in the groups of `by`; "" is everybody there."""
    allow(by, board.VERB)
    groups, (name, level) = board.groups_of(by), skills.parse(skill)
    found = [
        each
        for each in snapshot.current(session).hands
        if each.is_in(groups) and each.has(name, level)
    ]
    seconds = [each.seconds_for(groups) for each in found]
    few = len(found) < FEWEST
    each = None if few else tuple(zip(found, seconds, strict=True))
    return Able(len(found), sum(seconds), each)


def lendable(session: Session, team: str, skill: str = "", *, by: Actor) -> list[Hand]:
    """Who could be lent to a team: associates of other teams with a skill, own teams' first."""
    allow(by, board.VERB)
    groups, (name, level) = board.groups_of(by), skills.parse(skill)
    found = [
        each
        for each in snapshot.current(session).hands
        if team not in each.groups and each.has(name, level) and not each.is_away
    ]
    return sorted(found, key=lambda each: (not each.is_in(groups), each.display_name, each.name))


def _query(session: Session, asked: Asked, by: Actor) -> Select[UserTask]:
    allow(by, board.VERB)
    found: Snapshot = snapshot.current(session)
    return measures.condition(asked, board.classes(found, asked, by), found.day, clock.now())


def _ordered(query: Select[UserTask], asked: Asked) -> Select[UserTask]:
    if asked.what == "arrived":
        return query.order_by(UserTask.id.desc())
    if asked.what == "done":
        return query.order_by(UserTask.completed_at.desc(), UserTask.id.desc())
    return query.order_by(measures.due.asc().nulls_last(), UserTask.id)
