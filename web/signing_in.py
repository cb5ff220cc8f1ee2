"""Signing in: by password, by one-time link, or in the demo by a click.

Failures count against the account and the address they came from; after a few the next try has to
wait, longer each time. Unknown names get the same answer after the same time as wrong passwords.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from core import clock
from core.errors import Invalid, NotFound, TooMany
from core.people import Person, SignInAttempt, SignInLink, digest_of, find_person

#: Failures that cost nothing: people mistype.
FREE_PER_ACCOUNT = 5
FREE_PER_ADDRESS = 30
REMEMBERED = timedelta(hours=1)
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)

MAX_FIELD = 200

#: Whom the demo offers, in this order.
DEMO_ROLES = ("associate", "team_leader", "analyst", "integrator", "operator", "administrator")
#: The first that came; a page of names is read by nobody.
MAX_DEMO_PEOPLE = 100


@dataclass(frozen=True)
class Colleagues:
    """People of the demo beside the main ones: those of one team, or of a role without team."""

    #: Title of the team; empty: they are in none.
    team: str
    role: str
    people: list[Person]


@dataclass(frozen=True)
class DemoPeople:
    """Everybody whom one can be in the demo by a click."""

    #: One person for each role, the first that came: (role, person).
    main: list[tuple[str, Person]]
    #: The others, by team.
    more: list[Colleagues]

    def everybody(self) -> dict[str, Person]:
        """All of them, by name."""
        others = [person for colleagues in self.more for person in colleagues.people]
        return {person.name: person for person in [*(one for _role, one in self.main), *others]}


class WrongPassword(Invalid):
    """The name or the password is wrong."""


class TooManyAttempts(TooMany):
    """Too many failed attempts. Try again in {retry_after} seconds."""


class LinkUsed(NotFound):
    """This link was used already, or is too old. Ask an administrator for a new one."""


def require_turn(session: Session, account: str, address: str) -> None:
    """Raise TooManyAttempts while this account or address has to wait."""
    now = clock.now()
    wait = max(
        _wait(session, SignInAttempt.account == account, FREE_PER_ACCOUNT, now),
        _wait(session, SignInAttempt.address == address, FREE_PER_ADDRESS, now),
    )
    if wait > timedelta():
        raise TooManyAttempts(retry_after=int(wait.total_seconds()) + 1)


def stored_hash(session: Session, account: str) -> str | None:
    """The password hash of an active person, or None."""
    person = find_person(session, account)
    return person.password_hash if person and person.is_active else None


def record_failure(session: Session, account: str, address: str) -> None:
    """Count a failed attempt."""
    session.add(SignInAttempt(account=account, address=address, at=clock.now()))
    session.flush()


def record_success(session: Session, account: str) -> None:
    """Forget the failures of an account once its owner is in."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.account == account))


def find_link(session: Session, secret: str) -> SignInLink:
    """The unused link with that secret. Raises LinkUsed."""
    query = (
        select(SignInLink)
        .join(SignInLink.person)
        .where(SignInLink.secret_hash == digest_of(secret), SignInLink.used_at.is_(None))
        .where(SignInLink.expires_at > clock.now(), Person.deactivated_at.is_(None))
        .options(joinedload(SignInLink.person))
    )
    link = session.scalar(query)
    if link is None:
        raise LinkUsed
    return link


def use_link(session: Session, secret: str) -> Person:
    """The person whom a link signs in, this once. Raises LinkUsed, also for the slower of two."""
    link = find_link(session, secret)
    session.refresh(link, ["used_at"], with_for_update=True)
    if link.used_at is not None:
        raise LinkUsed
    link.used_at = clock.now()
    session.flush()
    return link.person


def demo_people(session: Session) -> DemoPeople:
    """Whom the demo offers: active people who have a role, MAX_DEMO_PEOPLE at most."""
    active = select(Person).where(Person.deactivated_at.is_(None)).order_by(Person.id)
    query = active.options(selectinload(Person.groups)).limit(MAX_DEMO_PEOPLE)
    people = [person for person in session.scalars(query) if person.role_names]
    first: dict[str, Person] = {}
    for person in people:
        for role in person.role_names:
            first.setdefault(role, person)
    main = [(role, first[role]) for role in DEMO_ROLES if role in first]
    return DemoPeople(main, _by_team(people, but={person.name for _role, person in main}))


def _by_team(people: list[Person], but: set[str]) -> list[Colleagues]:
    found: dict[tuple[str, str], Colleagues] = {}
    for person in people:
        if person.name not in but:
            team = person.groups[0].title if person.groups else ""
            role = min(person.role_names, key=DEMO_ROLES.index)
            colleagues = found.setdefault((team, role), Colleagues(team, role, []))
            colleagues.people.append(person)
    return sorted(found.values(), key=lambda one: (not one.team, one.team, one.role))


def _wait(session: Session, whose: ColumnElement[bool], free: int, now: datetime) -> timedelta:
    recent = select(func.count(), func.max(SignInAttempt.at))
    count, last = session.execute(recent.where(whose, SignInAttempt.at > now - REMEMBERED)).one()
    if count < free:
        return timedelta()
    wait: timedelta = min(FIRST_WAIT * 2 ** min(count - free, 10), LONGEST_WAIT)
    return wait - (now - last)
