"""Signing in: by password, by one-time link, or in the demo by a click.

Failures count against the account and the address they came from; after a few the next try has to
wait, longer each time. Unknown names get the same answer after the same time as wrong passwords.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session, joinedload

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


def demo_people(session: Session) -> list[tuple[str, Person]]:
    """One active person for each role, the first that came: (role, person)."""
    people = session.scalars(
        select(Person).where(Person.deactivated_at.is_(None)).order_by(Person.id)
    )
    found: dict[str, Person] = {}
    for person in people:
        for role in person.role_names:
            found.setdefault(role, person)
    order = ["associate", "team_leader", "analyst", "integrator", "operator", "administrator"]
    return [(role, found[role]) for role in order if role in found]


def _wait(session: Session, whose: ColumnElement[bool], free: int, now: datetime) -> timedelta:
    recent = select(func.count(), func.max(SignInAttempt.at))
    count, last = session.execute(recent.where(whose, SignInAttempt.at > now - REMEMBERED)).one()
    if count < free:
        return timedelta()
    wait: timedelta = min(FIRST_WAIT * 2 ** min(count - free, 10), LONGEST_WAIT)
    return wait - (now - last)
