"""When tasks are due, reminded of and looked at again: plain time, or business time of a calendar.

A task remembers the durations it was promised (`UserTask.schedule`), so that its moments can be
computed anew when the calendar changes.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from core import calendars, feel
from core.calendars import Calendar, CalendarNeverOpens, CalendarNotFound
from engine.bpmn import timers
from engine.bpmn.errors import ElementFailed
from engine.bpmn.timers import Span
from engine.models import UserTask

#: Fields of a user task, and what a schedule calls them.
MOMENTS = {"due_at": "due", "remind_at": "remind", "follow_up_at": "follow_up"}
_WORK = re.compile(r"(-?)P(?=[\dT])(?:\d+D)?(?:T[\dHMS.]+)?")


def calendar_of(session: Session, name: str | None) -> Calendar | None:
    """The calendar that a model names. Raises ElementFailed when there is none."""
    if not name:
        return None
    try:
        return calendars.named(session, name)
    except CalendarNotFound as error:
        raise ElementFailed("assignment", str(error)) from None


def moment(promised: Any, start: datetime, calendar: Calendar | None) -> datetime | None:
    """What a value of a schedule means, a duration or a moment; None when it is neither.

    Raises ElementFailed when the calendar does not open often enough.
    """
    try:
        if not isinstance(promised, timedelta | feel.YearsMonths) and not is_duration(promised):
            return timers.moment(promised)
        if calendar is None:
            return Span.of(promised).after(start)
        if isinstance(promised, str) and _WORK.fullmatch(promised.strip()):
            # As written, forty hours are forty hours of work, not one day and sixteen hours.
            return calendar.add_seconds(start, calendar.seconds_of_text(promised))
        span = Span.of(promised)
        return calendar.add(Span(span.months).after(start), span.rest)
    except CalendarNeverOpens as error:
        raise ElementFailed("assignment", str(error)) from None
    except (ValueError, TypeError, OverflowError):
        return None


def kept(promised: Any) -> str | None:
    """A duration as a task remembers it; None for moments, which do not follow calendars."""
    if isinstance(promised, timedelta):
        sign, span = ("-", -promised) if promised < timedelta(0) else ("", promised)
        return f"{sign}P{span.days}DT{span.seconds}S"
    if isinstance(promised, feel.YearsMonths):
        return f"P{promised.months}M"
    return promised if is_duration(promised) else None


def follow(task: UserTask, calendar: Calendar) -> bool:
    """Compute the moments of an open task anew; whether any of them is another one."""
    promised: Mapping[str, str] = task.schedule or {}
    task.calendar_version = calendar.version
    changed = False
    for field, name in MOMENTS.items():
        if name in promised:
            found = moment(promised[name], task.created_at, calendar)
            changed = changed or getattr(task, field) != found
            setattr(task, field, found)
    return changed


def is_duration(value: Any) -> bool:
    """Whether it is the text of a duration."""
    return isinstance(value, str) and value.lstrip("- ").startswith("P")
