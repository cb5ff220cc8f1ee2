"""Business time on a clock that may stand still: what it shows, and when it will show something.

A clock runs in stretches from a moment to another; the last one is open while it runs. Pure
arithmetic on a calendar: no database, no other clock.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from core.calendars import Calendar


class Run(NamedTuple):
    """A stretch in which a clock runs; `stop` is None while it does."""

    start: datetime
    stop: datetime | None


def shown(calendar: Calendar, runs: Sequence[Run], at: datetime) -> int:
    """Seconds of business time that a clock shows at a moment."""
    return sum(
        calendar.between(run.start, at if run.stop is None else min(run.stop, at))
        for run in runs
        if run.start < at
    )


def moment(calendar: Calendar, runs: Sequence[Run], seconds: int) -> datetime | None:
    """The first moment at which a clock shows `seconds`; None when it stands still before.

    Raises CalendarNeverOpens.
    """
    before = 0
    for run in runs:
        # A point before the beginning is due at the beginning.
        missing = max(0, seconds - before)
        if run.stop is None:
            return calendar.add_seconds(run.start, missing)
        length = calendar.between(run.start, run.stop)
        if missing <= length:
            return calendar.add_seconds(run.start, missing)
        before += length
    return None
