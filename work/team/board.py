"""What waits in each queue, and who works there: figures for team leaders."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock
from core.calendars import Day
from core.people import Actor, Group, Membership, Person, Role
from core.permissions import allow
from engine.models import UserTask
from work.models import WorkClass, Worker
from work.models.team import Presence
from work.team import absences, presence

MAX_PEOPLE = 500


@dataclass(frozen=True)
class Load:
    """Open tasks of one queue."""

    waiting: int = 0
    in_hand: int = 0
    #: Of those that wait, behind their place in the queue.
    late: int = 0


@dataclass(frozen=True)
class Mate:
    """Somebody of the team, as team leaders see them: what is declared, never what was measured."""

    name: str
    display_name: str
    groups: tuple[str, ...]
    skills: dict[str, int]
    site: str | None
    in_hand: int
    is_here: bool
    away_reason: str | None
    #: The absence of today, or the next one of the coming week.
    absence: Day | None


def loads(session: Session, *, by: Actor) -> dict[str, Load]:
    """How much waits in each queue, by its group."""
    allow(by, "queue.see")
    is_free = UserTask.assignee.is_(None)
    counted = (
        select(
            UserTask.class_id,
            func.count().filter(is_free).label("waiting"),
            func.count().filter(~is_free).label("in_hand"),
            func.count().filter(is_free, UserTask.rank_at < clock.now()).label("late"),
        )
        .where(UserTask.state == "open")
        .group_by(UserTask.class_id)
        .subquery()
    )
    sums = (func.sum(column) for column in (counted.c.waiting, counted.c.in_hand, counted.c.late))
    query = select(WorkClass.queue, *sums).join(counted, counted.c.class_id == WorkClass.id)
    rows = session.execute(query.group_by(WorkClass.queue))
    return {queue: Load(*map(int, numbers)) for queue, *numbers in rows}


def mates(session: Session, *, by: Actor) -> list[Mate]:
    """The people of the groups that `by` belongs to; operators see all who take tasks."""
    allow(by, "worker.change")
    query = select(Person).where(Person.deactivated_at.is_(None)).order_by(Person.display_name)
    if not by.has(Role.OPERATOR):
        own = (
            select(Membership.person_id)
            .join(Group, Group.id == Membership.group_id)
            .where(Group.name.in_(sorted(by.groups)))
        )
        query = query.where(Person.id.in_(own))
    people = [
        person
        for person in session.scalars(query.limit(MAX_PEOPLE)).unique()
        if person.roles & {Role.ASSOCIATE, Role.TEAM_LEADER}
    ]
    names = [person.name for person in people]
    declared = session.scalars(select(Worker).where(Worker.name.in_(names)))
    workers = {row.name: row for row in declared}
    open_desks = session.scalars(select(Presence).where(Presence.name.in_(names)))
    desks = {row.name: row for row in open_desks}
    in_hand = _in_hand(session, names)
    absent = absences.soon(session, names)
    now = clock.now()
    return [
        Mate(
            person.name,
            person.display_name,
            tuple(group.title or group.name for group in person.groups),
            dict(workers[person.name].skills) if person.name in workers else {},
            workers[person.name].site if person.name in workers else None,
            in_hand.get(person.name, 0),
            presence.is_here(desks.get(person.name), now),
            desks[person.name].away_reason if person.name in desks else None,
            absent.get(person.name),
        )
        for person in people
    ]


def _in_hand(session: Session, names: Sequence[str]) -> dict[str, int]:
    query = (
        select(UserTask.assignee, func.count())
        .where(UserTask.state == "open", UserTask.assignee.in_(names))
        .group_by(UserTask.assignee)
    )
    return {name: count for name, count in session.execute(query) if name is not None}
