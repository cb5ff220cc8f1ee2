"""Ids in addresses that open without an account: an id with a signature by the installation's key.

Such an address holds all it needs, so the database alone opens nothing, and an id that somebody
guesses neither.
"""

import base64
import binascii
import hmac
from uuid import UUID

from core.secrets import LENGTH, derive

ID_BYTES = 16


def sign(thing: UUID, kind: str, secret_key: str) -> str:
    """64 characters for an address. `kind`, such as `guest-link`, keeps other addresses apart."""
    return base64.urlsafe_b64encode(thing.bytes + _signature(thing, kind, secret_key)).decode()


def read(token: str, kind: str, secret_key: str) -> UUID | None:
    """The id in what `sign` made for this kind; None for anything else. In constant time."""
    try:
        signed = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(signed) != ID_BYTES + LENGTH:
        return None
    found = UUID(bytes=signed[:ID_BYTES])
    is_ours = hmac.compare_digest(signed[ID_BYTES:], _signature(found, kind, secret_key))
    return found if is_ours else None


def _signature(thing: UUID, kind: str, secret_key: str) -> bytes:
    return derive(secret_key, f"{kind}:{thing.hex}")
