"""People, their groups and roles, the API tokens of programs, and who is acting right now."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, Self
from uuid import UUID

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from core import clock
from core.errors import Conflict, Invalid, NotFound
from core.ids import new_id
from core.model import Model, json_column

MAX_NAME_LENGTH = 80
SIGN_IN_LINK_LIFETIME = timedelta(days=3)


class Role(StrEnum):
    """What somebody is to the platform; permissions.py says what each may do."""

    ANALYST = "analyst"
    ASSOCIATE = "associate"
    TEAM_LEADER = "team_leader"
    INTEGRATOR = "integrator"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"


class PersonExists(Conflict):
    """There is already somebody called {name}."""


class PersonNotFound(NotFound):
    """Nobody here is called {name}."""


class UnknownRole(Invalid):
    """There is no role {role}; there are: {roles}."""


class NameInvalid(Invalid):
    """A name has 1 to 80 characters: letters, digits, and . _ - @ in between."""


@dataclass(frozen=True)
class Actor:
    """Who does something: a signed-in person, the holder of a token, or the platform itself."""

    name: str
    roles: frozenset[Role]
    groups: frozenset[str] = frozenset()
    kind: Literal["person", "token", "system"] = "person"

    def has(self, *roles: Role) -> bool:
        """Whether one of the roles is theirs. Administrators have all."""
        return Role.ADMINISTRATOR in self.roles or not self.roles.isdisjoint(roles)


#: The platform, where nobody else acts: timers, retries, sweeps.
SYSTEM = Actor("system", frozenset({Role.ADMINISTRATOR}), kind="system")


class Group(Model):
    """A team or function that tasks are offered to; lanes name groups."""

    __tablename__ = "person_group"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(default="")


class Membership(Model):
    """One person in one group."""

    __tablename__ = "membership"

    person_id: Mapped[UUID] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    group_id: Mapped[UUID] = mapped_column(
        ForeignKey("person_group.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Person(Model):
    """Somebody who signs in. `name` is short, unique, and never changes; history refers to it."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    email: Mapped[str | None]
    password_hash: Mapped[str | None]
    #: Role names, sorted.
    role_names: Mapped[list[str]] = json_column()
    #: Of pages and mails, as chosen: "de". None: that of the browser, and of the installation.
    language: Mapped[str | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    deactivated_at: Mapped[datetime | None]
    deactivated_by: Mapped[str | None]

    groups: Mapped[list[Group]] = relationship(secondary="membership", order_by=Group.name)

    @property
    def is_active(self) -> bool:
        return self.deactivated_at is None

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(Role(name) for name in self.role_names)

    def as_actor(self) -> Actor:
        """The person as the one who acts, with the roles and groups of this moment."""
        return Actor(self.name, self.roles, frozenset(group.name for group in self.groups))


class SignInLink(Model):
    """A link that signs a person in once, printed by a command or shown to an administrator."""

    __tablename__ = "sign_in_link"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class SignInSession(Model):
    """A browser in which somebody is signed in. Deleting the row signs out at once."""

    __tablename__ = "sign_in_session"

    #: SHA-256 of the secret in the cookie.
    secret_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class SignInAttempt(Model):
    """A sign-in that failed, kept as long as it counts against its account and address."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index(None, "account", "at"), Index(None, "address", "at"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


class ApiToken(Model):
    """What a program signs its calls with. Only a hash is kept; `prefix` helps to recognise it."""

    __tablename__ = "api_token"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(index=True)
    role_names: Mapped[list[str]] = json_column()
    group_names: Mapped[list[str]] = json_column()
    prefix: Mapped[str]
    secret_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]

    def is_valid(self, at: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)

    def as_actor(self) -> Actor:
        roles = frozenset(Role(name) for name in self.role_names)
        return Actor(self.name, roles, frozenset(self.group_names), kind="token")


@dataclass(frozen=True)
class Secret:
    """A fresh secret: `text` is shown once, `digest` is kept."""

    text: str
    digest: str

    @classmethod
    def make(cls, prefix: str = "") -> Self:
        text = prefix + secrets.token_urlsafe(32)
        return cls(text, digest_of(text))


def digest_of(text: str) -> str:
    """SHA-256 in hex: enough for secrets that are long and random."""
    return hashlib.sha256(text.encode()).hexdigest()


def add_person(
    session: Session,
    name: str,
    *,
    roles: Iterable[str],
    groups: Iterable[str] = (),
    display_name: str = "",
    email: str | None = None,
    by: Actor,
) -> Person:
    """Make a person who can sign in by link. Groups come into being when first named.

    Raises PersonExists, NameInvalid, UnknownRole.
    """
    require_name(name)
    if find_person(session, name):
        raise PersonExists(name=name)
    person = Person(
        name=name,
        display_name=display_name or name,
        email=email,
        role_names=require_roles(roles),
        created_at=clock.now(),
        created_by=by.name,
        groups=[get_group(session, group) for group in dict.fromkeys(groups)],
    )
    session.add(person)
    session.flush()
    return person


def find_person(session: Session, name: str) -> Person | None:
    return session.scalar(select(Person).where(Person.name == name))


def is_active(session: Session, name: str, at: datetime) -> bool:
    """Whether somebody of that name can work: a person, or who holds a token in that name."""
    person = find_person(session, name)
    if person is not None:
        return person.is_active
    tokens = session.scalars(select(ApiToken).where(ApiToken.name == name))
    return any(token.is_valid(at) for token in tokens)


def get_person(session: Session, name: str) -> Person:
    """The person of that name, active or not. Raises PersonNotFound."""
    person = find_person(session, name)
    if person is None:
        raise PersonNotFound(name=name)
    return person


def get_group(session: Session, name: str) -> Group:
    """The group of that name, made if need be."""
    require_name(name)
    group = session.scalar(select(Group).where(Group.name == name))
    if group is None:
        group = Group(name=name, title=name.replace("_", " ").capitalize())
        session.add(group)
        session.flush()
    return group


def peopled_groups(session: Session) -> frozenset[str]:
    """Names of the groups that at least one active person or valid token belongs to."""
    people = (
        select(Group.name)
        .join(Membership, Membership.group_id == Group.id)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.deactivated_at.is_(None))
    )
    tokens = select(ApiToken.group_names).where(ApiToken.revoked_at.is_(None))
    return frozenset(session.scalars(people)).union(*session.scalars(tokens))


def make_sign_in_link(session: Session, person: Person) -> str:
    """The secret part of a link that signs the person in once, within three days."""
    secret, now = Secret.make(), clock.now()
    link = SignInLink(
        person_id=person.id,
        secret_hash=secret.digest,
        created_at=now,
        expires_at=now + SIGN_IN_LINK_LIFETIME,
    )
    session.add(link)
    session.flush()
    return secret.text


def make_token(
    session: Session,
    name: str,
    *,
    roles: Iterable[str],
    groups: Iterable[str] = (),
    expires_at: datetime | None = None,
    by: Actor,
) -> tuple[ApiToken, str]:
    """Make an API token; the text beside the row is the only copy of the secret."""
    require_name(name)
    secret = Secret.make("bo_")
    token = ApiToken(
        name=name,
        role_names=require_roles(roles),
        group_names=[get_group(session, group).name for group in dict.fromkeys(groups)],
        prefix=secret.text[:8],
        secret_hash=secret.digest,
        created_at=clock.now(),
        created_by=by.name,
        expires_at=expires_at,
    )
    session.add(token)
    session.flush()
    return token, secret.text


def actor_of_token(session: Session, text: str) -> Actor | None:
    """Who holds this token; None when it is unknown, revoked or out of date."""
    query = select(ApiToken).where(ApiToken.secret_hash == digest_of(text))
    token = session.scalar(query)
    return token.as_actor() if token and token.is_valid(clock.now()) else None


def require_roles(roles: Iterable[str]) -> list[str]:
    """The role names, sorted and each once. Raises UnknownRole."""
    names = sorted(set(roles))
    for name in names:
        if name not in set(Role):
            raise UnknownRole(role=name, roles=", ".join(Role))
    return names


def require_name(name: str) -> None:
    inner = name.translate(str.maketrans("", "", "._-@ "))
    if not inner.isalnum() or len(name) > MAX_NAME_LENGTH or name != name.strip():
        raise NameInvalid(name=name)
