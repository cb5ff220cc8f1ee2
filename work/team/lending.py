"""Lending people: somebody works in another team for a while, by a membership that ends.

A sweep begins and ends what is due, so that everything that asks for groups sees it at once.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from core import clock
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.people import SYSTEM, Actor, Group, Person, Role, get_person
from core.permissions import allow
from work.models.team import Lending
from work.team import acts

LONGEST = timedelta(days=366)
#: Lendings that one turn begins or ends.
BATCH = 100


class LendingNotFound(NotFound):
    """There is no such lending."""


class LendingInvalid(Invalid):
    """Nobody can be lent like that: {reason}."""


class TakesNoTasks(Invalid):
    """{person} takes no tasks, so nobody can lend them."""


class OfOtherTeams(Forbidden):
    """Neither {person} nor {group} is yours: lend people of your teams, or to one of them."""


class AlreadyMember(Conflict):
    """{person} works in {group} already."""


def lend(
    session: Session,
    person: str,
    group: str,
    *,
    since: datetime | None = None,
    until: datetime,
    why: str,
    by: Actor,
) -> Lending:
    """Let somebody work in another team from `since` (now) until `until`.

    Team leaders lend whom they lead, or borrow for a team that they lead. Raises PersonNotFound,
    LendingInvalid, TakesNoTasks, OfOtherTeams, AlreadyMember, WhyMissing, NotAllowed.
    """
    allow(by, "worker.change")
    why, now = acts.require_why(why), clock.now()
    found = get_person(session, person)
    target = session.scalar(select(Group).where(Group.name == group))
    begin = max(since or now, now)
    if target is None:
        raise LendingInvalid(reason=f"there is no group {group}")
    if not found.is_active or not begin < until <= now + LONGEST:
        raise LendingInvalid(reason="it takes an active person, and an end within a year")
    own = {each.name for each in found.groups} | {group}
    if by.kind != "system" and not by.has(Role.OPERATOR) and by.groups.isdisjoint(own):
        raise OfOtherTeams(person=person, group=group)
    if not found.roles & {Role.ASSOCIATE, Role.TEAM_LEADER}:
        raise TakesNoTasks(person=person)
    open_ones = exists().where(
        Lending.person == person, Lending.group_name == group, Lending.ended_at.is_(None)
    )
    if target in found.groups or session.scalar(select(open_ones)):
        raise AlreadyMember(person=person, group=group)
    made = Lending(
        person=person,
        group_name=group,
        since=begin,
        until=until,
        why=why,
        made_at=now,
        made_by=by.name,
    )
    session.add(made)
    acts.record(session, "lend", why, by=by, concerning=f"{person} → {group}")
    if begin <= now:
        _begin(found, target, made, now)
    session.flush()
    return made


def end(session: Session, lending_id: UUID, *, by: Actor) -> None:
    """Take somebody back before the time. Raises LendingNotFound."""
    allow(by, "worker.change")
    found = session.get(Lending, lending_id, with_for_update=True)
    if found is None or found.ended_at is not None:
        raise LendingNotFound
    _end(session, found, by)
    acts.record(
        session, "lending.end", found.why, by=by, concerning=f"{found.person} → {found.group_name}"
    )


def find(session: Session, *, by: Actor, person: str | None = None) -> list[Lending]:
    """Lendings that have not ended, the first to end first."""
    allow(by, "queue.see")
    query = select(Lending).where(Lending.ended_at.is_(None)).order_by(Lending.until, Lending.id)
    if person is not None:
        query = query.where(Lending.person == person)
    return list(session.scalars(query.limit(1_000)))


def has_due(session: Session) -> bool:
    """Whether `follow` would find anything."""
    return bool(session.scalar(select(exists().where(_is_due(clock.now())))))


def follow(session: Session) -> int:
    """Begin and end the lendings whose time has come; how many."""
    now = clock.now()
    query = select(Lending).where(_is_due(now)).order_by(Lending.id).limit(BATCH)
    found = list(session.scalars(query.with_for_update(skip_locked=True)))
    for each in found:
        person = session.scalar(select(Person).where(Person.name == each.person))
        group = session.scalar(select(Group).where(Group.name == each.group_name))
        if each.until <= now or person is None or group is None:
            _end(session, each, SYSTEM)
        else:
            _begin(person, group, each, now)
    session.flush()
    return len(found)


def _is_due(now: datetime) -> ColumnElement[bool]:
    begins = and_(Lending.begun_at.is_(None), Lending.since <= now)
    return and_(Lending.ended_at.is_(None), or_(Lending.until <= now, begins))


def _begin(person: Person, group: Group, lending: Lending, now: datetime) -> None:
    lending.begun_at = now
    if group not in person.groups:
        person.groups.append(group)


def _end(session: Session, lending: Lending, by: Actor) -> None:
    lending.ended_at, lending.ended_by = clock.now(), by.name
    person = session.scalar(select(Person).where(Person.name == lending.person))
    if person is not None and lending.begun_at is not None:
        person.groups = [each for each in person.groups if each.name != lending.group_name]
    session.flush()
