"""Who is asking: the actor of the present request."""

from flask import g

from core.errors import Forbidden
from core.people import Actor


class NotSignedIn(Forbidden):
    """Please sign in."""


def set_actor(actor: Actor | None) -> None:
    """Say who asks: the session does for pages, the API for the holder of a bearer token."""
    g.actor = actor


def actor_or_none() -> Actor | None:
    """Who asks, or None for a stranger."""
    actor: Actor | None = g.get("actor")
    return actor


def current_actor() -> Actor:
    """Who asks. Raises NotSignedIn for a stranger."""
    actor = actor_or_none()
    if actor is None:
        raise NotSignedIn
    return actor


def own_language() -> str | None:
    """The language that who asks has chosen; None for strangers, and who has chosen none."""
    signed_in = g.get("signed_in")
    return signed_in.language if signed_in is not None else None
