"""Who calls: the holder of a bearer token. Cookies mean nothing here, so nothing can be forged."""

from flask import Response, g, request
from sqlalchemy import select

from core import clock
from core.db import glancing
from core.people import ApiToken, digest_of
from web.person import NotSignedIn, set_actor

#: Longest `Authorization` header that is looked at.
MAX_HEADER = 512


class NoToken(NotSignedIn):
    """Send a token: `Authorization: Bearer bo_…`."""


class BadToken(NotSignedIn):
    """This token is unknown, revoked or out of date."""


def recognise() -> None:
    """Find out who calls, before anything else looks at the request."""
    set_actor(None)
    g.caller, g.refused = f"address:{request.remote_addr}", NoToken()
    header = request.headers.get("Authorization", "")
    scheme, _, text = header.partition(" ")
    if scheme.lower() != "bearer" or len(header) > MAX_HEADER:
        return
    with glancing() as session:
        query = select(ApiToken).where(ApiToken.secret_hash == digest_of(text.strip()))
        token = session.scalar(query)
        if token is None or not token.is_valid(clock.now()):
            g.refused = BadToken()
            return
        g.caller, g.refused = str(token.id), None
        set_actor(token.as_actor())


def refuse() -> None:
    """Raise NoToken or BadToken unless a good token came along."""
    if g.refused is not None:
        raise g.refused


def caller() -> str:
    """Id of the calling token; for strangers their address."""
    return str(g.caller)


def keep_private(response: Response) -> Response:
    """What one caller was answered must not come out of a cache for the next one."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response
