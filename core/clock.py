"""The one source of the time: aware, UTC, and movable in tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_frozen: datetime | None = None
_ahead = timedelta(0)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen or datetime.now(UTC) + _ahead


@contextmanager
def stopped_at(instant: datetime) -> Iterator[None]:
    """Stop the clock at `instant` (aware) for a while. For tests and scenarios in one thread."""
    global _frozen
    before, _frozen = _frozen, instant.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before


@contextmanager
def running_from(instant: datetime) -> Iterator[None]:
    """Let the clock run on from `instant` (aware) for a while. For tests with a browser."""
    global _ahead
    before, _ahead = _ahead, instant - datetime.now(UTC)
    try:
        yield
    finally:
        _ahead = before
