"""Secrets that need no storage: made again when they are needed, from the installation's key."""

import base64
import hashlib
import hmac

#: Bytes of a derived secret.
LENGTH = 32


def derive(secret_key: str, purpose: str) -> bytes:
    """32 bytes that belong to one purpose, such as `webhook:<id>:1`; other purposes tell nothing.

    The same key and purpose always give the same bytes, so a database alone opens nothing.
    """
    return hmac.digest(secret_key.encode(), f"back-office:{purpose}".encode(), hashlib.sha256)


def as_text(secret: bytes) -> str:
    """A secret as people copy it."""
    return base64.b64encode(secret).decode()
