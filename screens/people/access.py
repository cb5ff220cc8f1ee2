"""What an administrator does with people and their way in."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from core import clock
from core.errors import Conflict
from core.people import Actor, Group, Person, Role, get_group, require_roles
from web.session import close_all

PAGE_SIZE = 50


class LastAdministrator(Conflict):
    """Somebody has to look after access: this is the last active administrator."""


class YourOwnAccess(Conflict):
    """You cannot lock yourself out; ask another administrator."""


def find(
    session: Session, *, text: str = "", gone: bool = False, after: str | None = None
) -> tuple[list[Person], str | None]:
    """One page of people by name, and where the next begins. `gone`: the deactivated ones."""
    state = Person.deactivated_at.is_not(None) if gone else Person.deactivated_at.is_(None)
    query = select(Person).where(state).options(selectinload(Person.groups)).order_by(Person.name)
    if text:
        wanted = text.lower()
        fields = (Person.name, Person.display_name, func.coalesce(Person.email, ""))
        found = [func.lower(field).contains(wanted, autoescape=True) for field in fields]
        query = query.where(found[0] | found[1] | found[2])
    if after:
        query = query.where(Person.name > after)
    people = list(session.scalars(query.limit(PAGE_SIZE + 1)))
    return people[:PAGE_SIZE], people[PAGE_SIZE - 1].name if len(people) > PAGE_SIZE else None


def count(session: Session, *, gone: bool = False) -> int:
    """How many people there are, active or deactivated."""
    state = Person.deactivated_at.is_not(None) if gone else Person.deactivated_at.is_(None)
    return session.scalar(select(func.count()).select_from(Person).where(state)) or 0


def groups(session: Session) -> list[Group]:
    """All groups by name."""
    return list(session.scalars(select(Group).order_by(Group.name)))


def change(
    session: Session,
    person: Person,
    *,
    display_name: str,
    email: str | None,
    roles: list[str],
    group_names: list[str],
) -> None:
    """Give a person other words, roles and groups. Raises LastAdministrator, UnknownRole."""
    wanted = require_roles(roles)
    if Role.ADMINISTRATOR not in wanted:
        _require_another_administrator(session, person)
    person.display_name = display_name or person.name
    person.email = email
    person.role_names = wanted
    person.groups = [get_group(session, name) for name in dict.fromkeys(group_names)]
    session.flush()


def deactivate(session: Session, person: Person, *, by: Actor) -> None:
    """Close the way in, at once; history keeps the name. Doing it again is fine."""
    if person.name == by.name:
        raise YourOwnAccess
    _require_another_administrator(session, person)
    if person.is_active:
        person.deactivated_at, person.deactivated_by = clock.now(), by.name
    close_all(session, person)
    session.flush()


def reactivate(session: Session, person: Person) -> None:
    """Open the way in again; a new sign-in link is made for it."""
    person.deactivated_at = person.deactivated_by = None
    session.flush()


def _require_another_administrator(session: Session, person: Person) -> None:
    if Role.ADMINISTRATOR not in person.roles or not person.is_active:
        return
    # Role names are JSON: administrators are few, so the rows are looked at one by one.
    others = session.scalars(
        select(Person).where(Person.deactivated_at.is_(None), Person.id != person.id)
    )
    if not any(Role.ADMINISTRATOR in other.roles for other in others):
        raise LastAdministrator
