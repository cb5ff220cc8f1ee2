"""Signed-in browsers: a row on the server, a random secret in the cookie.

         sign in                    idle, absolute limit,
    (stranger) ──► open ──────────► sign out, deactivation ──► closed (no row)

Flask's own signed cookie carries the secret, the CSRF token and notices. Signing in empties it and
puts in a fresh secret, so nothing set before signing in survives; deleting the row ends it at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from flask import Flask, after_this_request, g, request, session
from sqlalchemy import BindParameter, ColumnElement, bindparam, delete, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from core import clock
from core.config import Config
from core.db import glancing, transaction
from core.model import UtcDateTime
from core.people import Actor, Person, Secret, SignInSession, digest_of
from web import choices
from web.person import set_actor
from work import notifications

IDLE_LIMIT = timedelta(hours=2)
ABSOLUTE_LIMIT = timedelta(hours=12)
#: How stale `last_seen_at` may get: most page views then write nothing.
SEEN_PRECISION = timedelta(minutes=5)

Moment = datetime | BindParameter[datetime]
KEY, BY_LINK = "sign_in", "by_link"
NEEDS_NO_SESSION = ("/api/", "/static/", "/health", "/ready", "/metrics")


@dataclass(frozen=True)
class SignedIn:
    """What pages show of the person who is signed in."""

    name: str
    display_name: str
    email: str | None
    has_password: bool
    #: As chosen; None: that of the browser.
    language: str | None


def open_session(db_session: Session, person: Person, *, by_link: bool = False) -> None:
    """Sign a person in on this browser, with a fresh secret.

    Whoever came by a one-time link may set a password without knowing the present one.
    """
    forget(db_session)
    secret, now = Secret.make(), clock.now()
    db_session.add(
        SignInSession(
            secret_hash=secret.digest,
            person_id=person.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + ABSOLUTE_LIMIT,
        )
    )
    db_session.flush()
    session.clear()
    session[KEY] = secret.text
    # The pages around signing in, here and from now on, are in it too.
    after_this_request(partial(choices.remember_last_language, own=person.language))
    if by_link:
        session[BY_LINK] = True


def may_reset_password() -> bool:
    """Whether this browser came in by a one-time link and has set no password since."""
    return BY_LINK in session


def password_is_set(db_session: Session, person: Person) -> None:
    """Sign the person out on every other browser; the link has served its purpose."""
    session.pop(BY_LINK, None)
    close_all(db_session, person, but_this=True)


def forget_over(db_session: Session, now: datetime) -> None:
    """Delete the rows of sessions that are over."""
    db_session.execute(delete(SignInSession).where(_is_over(now, now - IDLE_LIMIT)))


def close_session(db_session: Session) -> None:
    """Sign this browser out."""
    forget(db_session)
    session.clear()


def forget(db_session: Session) -> None:
    """Delete the row behind this browser's cookie, if there is one."""
    if secret := session.get(KEY):
        row = SignInSession.secret_hash == digest_of(secret)
        db_session.execute(delete(SignInSession).where(row))


def close_all(db_session: Session, person: Person, *, but_this: bool = False) -> None:
    """Sign a person out everywhere, or everywhere but here."""
    query = delete(SignInSession).where(SignInSession.person_id == person.id)
    if but_this:
        query = query.where(SignInSession.secret_hash != digest_of(session.get(KEY, "")))
    db_session.execute(query)


def recognise() -> None:
    """Find out who sends this request, before anything else looks at it."""
    # Tests keep one application context, and its `g`, over many requests.
    set_actor(None)
    g.signed_in, g.unread = None, 0
    secret = session.get(KEY) if not request.path.startswith(NEEDS_NO_SESSION) else None
    if not secret:
        return
    now, digest = clock.now(), digest_of(secret)
    with glancing() as db_session:
        found = find(db_session, digest, now)
        if found is None:
            return
        row, g.unread = found
        actor, g.signed_in = _who(row.person)
        stale = now - row.last_seen_at > SEEN_PRECISION
    set_actor(actor)
    if stale:
        with transaction() as db_session:
            if row := db_session.get(SignInSession, digest):
                row.last_seen_at = now


def find(db_session: Session, digest: str, now: datetime) -> tuple[SignInSession, int] | None:
    """The session with that digest, unless it is over or its person deactivated.

    With its person, their groups, and how much they have not read.
    """
    given = {"digest": digest, "now": now, "idle_since": now - IDLE_LIMIT}
    found = db_session.execute(_SIGNED_IN, given).unique(lambda row: row[0]).one_or_none()
    return (found[0], found[1]) if found is not None else None


def _is_over(now: Moment, idle_since: Moment) -> ColumnElement[bool]:
    return or_(SignInSession.last_seen_at <= idle_since, SignInSession.expires_at <= now)


#: Asked at each request, so it is made once.
_SIGNED_IN = (
    select(SignInSession, notifications.unread_of(Person.name))
    .join(SignInSession.person)
    .where(
        SignInSession.secret_hash == bindparam("digest"),
        ~_is_over(
            bindparam("now", type_=UtcDateTime()), bindparam("idle_since", type_=UtcDateTime())
        ),
        Person.deactivated_at.is_(None),
    )
    .options(contains_eager(SignInSession.person).options(joinedload(Person.groups)))
)


def _who(person: Person) -> tuple[Actor, SignedIn]:
    has_password = person.password_hash is not None
    shown = SignedIn(person.name, person.display_name, person.email, has_password, person.language)
    return person.as_actor(), shown


def init_app(app: Flask, config: Config) -> None:
    app.secret_key = config.secret_key
    app.config.update(
        # The prefix makes browsers refuse the cookie unless it is Secure, for / and this host only.
        SESSION_COOKIE_NAME="__Host-session" if config.secure_cookies else "session",
        SESSION_COOKIE_SECURE=config.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )
    app.before_request(recognise)
