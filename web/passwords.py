"""Passwords: argon2id, and what makes one good enough."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.errors import Invalid

MIN_LENGTH = 12
MAX_LENGTH = 200

# OWASP's first choice for argon2id: 19 MiB, two passes, one lane (about 30 ms).
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
#: So many passwords are hashed at once by one process: a flood of sign-ins must not eat the memory.
_turns = threading.BoundedSemaphore(4)

#: What people type first when asked for twelve letters.
COMMON = frozenset(
    {
        *("password1234", "passwordpassword", "passwort1234", "passwortpasswort", "changeme1234"),
        *("123456789012", "1234567890123", "qwertyuiop12", "qwertyuiop123", "qwertzuiop12"),
        *("adminadmin12", "administrator", "welcome12345", "letmein12345", "iloveyou1234"),
        *("backoffice12", "backoffice123", "1q2w3e4r5t6y", "abcdefghijkl"),
    }
)


class PasswordTooWeak(Invalid):
    """A password has at least 12 characters and is not one of those that everybody tries."""


def hashed(password: str) -> str:
    """What is stored instead of the password."""
    with _turns:
        return _hasher.hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Whether the password is right. Takes as long when there is none to compare with."""
    with _turns:
        try:
            return _hasher.verify(stored or _nobody(), password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with older costs and should be made anew."""
    return _hasher.check_needs_rehash(stored)


def require_strong(password: str, *, name: str) -> None:
    """Raise PasswordTooWeak for short, common or own-name passwords."""
    plain = password.lower()
    good = MIN_LENGTH <= len(password) <= MAX_LENGTH and len(set(plain)) > 4
    if not good or plain in COMMON or plain.replace(name.lower(), "").strip("0123456789") == "":
        raise PasswordTooWeak


_nobodys_hash: list[str] = []


def _nobody() -> str:
    if not _nobodys_hash:
        _nobodys_hash.append(_hasher.hash("nobody has this password"))
    return _nobodys_hash[0]
