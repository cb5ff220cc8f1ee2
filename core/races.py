"""Lost races: two wanted the same rows at the same moment, and one of them has to begin again.

Nothing of the loser was stored, so beginning again is harmless; whoever asked is told only when it
was lost many times in a row.
"""

import random
import sqlite3
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from core.errors import Conflict

T = TypeVar("T")

#: How often one request begins again, and for how long in all.
ATTEMPTS = 10
SECONDS = 15.0
#: Serialisation failure, deadlock, lock not available.
SQLSTATES = frozenset(["40001", "40P01", "55P03"])


class LostRace(Conflict):
    """Somebody else changed the same thing at the same moment, again and again; try once more."""


def is_lost(error: BaseException) -> bool:
    """Whether an error only says that somebody else was faster."""
    if isinstance(error, LostRace | StaleDataError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    cause = error.orig
    if isinstance(cause, sqlite3.OperationalError):
        return cause.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
    return getattr(cause, "sqlstate", None) in SQLSTATES


def run(function: Callable[[], T], may_begin_again: Callable[[], bool] = lambda: True) -> T:
    """Call the function, again after each race that it loses, unless something was stored."""
    until = time.monotonic() + SECONDS
    for attempt in range(1, ATTEMPTS):
        try:
            return function()
        except Exception as error:
            if not is_lost(error) or not may_begin_again() or time.monotonic() > until:
                raise
        # Not all at the same moment: somebody has to win.
        time.sleep(random.uniform(0, 0.01 * 2 ** min(attempt, 5)))  # noqa: S311
    return function()
