"""When a timer or a promise of the model would come, as the engine itself reckons it."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from core import clock
from core.errors import Invalid
from engine import schedules
from engine.bpmn import timers

#: Firings that a picker shows.
SHOWN = 5
KINDS = ("date", "duration", "cycle")


class MomentUnreadable(Invalid):
    """{text} says no moment and no span of time."""


def firings(kind: str, value: Any) -> list[datetime]:
    """The next firings of a timer that is armed now, at most SHOWN.

    `value` is the text of a timer of kind "date", "duration" or "cycle", or what its expression
    gave. Raises BadTimer.
    """
    return list(islice(_each(kind, value), SHOWN))


def promised(session: Session, value: Any, calendar: str) -> datetime:
    """When a task that is opened now would be due: plain time, or business time of a calendar.

    Raises MomentUnreadable, or ElementFailed when there is no such calendar.
    """
    found = schedules.moment(value, clock.now(), schedules.calendar_of(session, calendar))
    if found is None:
        raise MomentUnreadable(text=str(value))
    return found


def _each(kind: str, value: Any) -> Iterator[datetime]:
    due: timers.Due | None = timers.first_due(kind, value, clock.now())
    while due is not None:
        yield due.at
        due = timers.next_due(due, due.at)
