"""Signatures that a receiver can check: HMAC-SHA256 over id, moment and body.

The headers are those of the Standard Webhooks convention, so that its libraries check them too:

webhook-id         the delivery; the same for every attempt
webhook-timestamp  seconds since 1970 of this attempt
webhook-signature  `v1,<base64>`; two of them, parted by a blank, while a secret is being replaced
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from core import secrets

PREFIX = "whsec_"


def secret_of(secret_key: str, webhook_id: UUID, number: int) -> bytes:
    """The secret of a webhook: its `number`th, made from the installation's key."""
    return secrets.derive(secret_key, f"webhook:{webhook_id}:{number}")


def as_text(secret: bytes) -> str:
    """A secret as the receiver configures it."""
    return PREFIX + secrets.as_text(secret)


def headers(
    webhook_secrets: Sequence[bytes], delivery_id: UUID, at: datetime, body: bytes
) -> dict[str, str]:
    """The headers of one attempt, signed with every secret that counts now."""
    moment = str(int(at.timestamp()))
    signed = f"{delivery_id}.{moment}.".encode() + body
    signatures = [
        "v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()
        for secret in webhook_secrets
    ]
    return {
        "webhook-id": str(delivery_id),
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(signatures),
    }
