"""Failures that a caller can understand: five kinds, and one subclass for each case.

A subclass is named for the case; the first line of its docstring is the message and may name
values of the context in braces.

    class UserTaskClosed(Conflict):
        \"\"\"The task was already completed at {completed_at}.\"\"\"

    raise UserTaskClosed(completed_at=task.completed_at)
"""

from string import Formatter
from typing import Any


class BackOfficeError(Exception):
    """Something went wrong."""

    def __init__(self, message: str | None = None, **context: Any) -> None:
        self.context = context
        super().__init__(message or _fill(type(self), context))


class NotFound(BackOfficeError):
    """There is no such thing, or you may not see it."""


class Invalid(BackOfficeError):
    """What was sent is not valid."""


class Forbidden(BackOfficeError):
    """You may not do this."""


class Conflict(BackOfficeError):
    """Somebody or something else was there first."""


class Unavailable(BackOfficeError):
    """This is not possible right now; try again later."""


class TooLarge(Invalid):
    """This is larger than allowed."""


class TooMany(Unavailable):
    """Too many requests; wait a little."""


class _Blank(Formatter):
    """Leaves a name that the context lacks out of the sentence instead of failing."""

    def get_value(self, key: int | str, args: Any, kwargs: Any) -> Any:
        return kwargs.get(key, "?") if isinstance(key, str) else "?"


def _fill(kind: type[BackOfficeError], context: dict[str, Any]) -> str:
    sentence = (kind.__doc__ or BackOfficeError.__doc__ or "").strip().splitlines()[0]
    return _Blank().vformat(sentence, (), context)
