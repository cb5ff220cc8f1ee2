"""How often strangers may ask: a minute's count for each address, and for each form."""

from flask import current_app, request

from core import clock
from core.errors import TooMany

WINDOW_SECONDS = 60
#: Pages that one address may look at, and forms it may send.
LOOKS, SENDS = 60, 10
#: Forms that all strangers together may send to one process.
STARTS = 60
#: Largest form that a stranger may send, in bytes.
MAX_BODY_BYTES = 1_000_000


class TooManyVisits(TooMany):
    """That was too often. Wait {retry_after} seconds, then try again."""


def require_look() -> None:
    """Raise TooManyVisits when this address looks too often."""
    _count(f"guest:look:{request.remote_addr}", LOOKS)


def require_send(form: str, most: int = STARTS) -> None:
    """Raise TooManyVisits when this address, or everybody together, sends too often."""
    _count(f"guest:send:{request.remote_addr}", SENDS)
    _count(f"guest:form:{form}", most)


def _count(name: str, limit: int) -> None:
    now = int(clock.now().timestamp())
    if current_app.extensions["rate_counter"].count(name, now // WINDOW_SECONDS) > limit:
        raise TooManyVisits(limit=limit, retry_after=WINDOW_SECONDS - now % WINDOW_SECONDS)
