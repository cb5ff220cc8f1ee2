"""Keeps programs from filling in public forms, without asking people to prove that they are some.

A page carries a signed moment: what comes back faster than anybody reads was not read. And it has
a field that people neither see nor hear of: who fills it in is no person.
"""

import hmac
from datetime import datetime, timedelta

from core import clock
from core.secrets import derive

TRAP = "website"
STAMP = "opened"
#: Nobody reads and fills in a form faster.
MIN_AGE = timedelta(seconds=2)
#: A page that was opened longer ago is shown again first.
MAX_AGE = timedelta(hours=24)


def stamp(purpose: str, secret_key: str) -> str:
    """The moment of opening, signed, for the form's field."""
    opened = str(int(clock.now().timestamp() * 1000))
    return f"{opened}.{_signature(opened, purpose, secret_key)}"


def is_human(stamped: str, trap: str, purpose: str, secret_key: str) -> bool:
    """Whether a form came back as people send it."""
    opened, _, signature = stamped.partition(".")
    expected = _signature(opened, purpose, secret_key)
    if trap or not hmac.compare_digest(signature.encode(), expected.encode()):
        return False
    if not opened.isdecimal():
        return False
    age = clock.now() - datetime.fromtimestamp(int(opened) / 1000, tz=clock.now().tzinfo)
    return MIN_AGE <= age <= MAX_AGE


def _signature(opened: str, purpose: str, secret_key: str) -> str:
    key = derive(secret_key, f"public-form:{purpose}")
    return hmac.digest(key, opened.encode(), "sha256").hex()
