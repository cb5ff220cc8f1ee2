"""Lets a call stop half-way, once its answer would not count any more."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from core.errors import Unavailable


class CallStopped(Unavailable):
    """The call was stopped, because another worker may have it."""


_is_stopped: ContextVar[Callable[[], bool]] = ContextVar("is_stopped", default=lambda: False)


@contextmanager
def when(is_stopped: Callable[[], bool]) -> Iterator[None]:
    """Stop what the body calls as soon as `is_stopped()`."""
    before = _is_stopped.set(is_stopped)
    try:
        yield
    finally:
        _is_stopped.reset(before)


def require_going() -> None:
    """Raise CallStopped when the answer would not count. Connectors ask between two waits."""
    if _is_stopped.get()():
        raise CallStopped
