"""Judges dates and times, which stay the ISO 8601 texts that form-js makes of them."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from core import clock
from forms.schema import Component
from forms.scope import Scope

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
TIME = re.compile(r"\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?")

MOMENTS = {
    "date": "Enter a date, like 2026-03-31.",
    "time": "Enter a time, like 14:30.",
    "datetime": "Enter a date and a time, like 2026-03-31T14:30.",
}


def problem(component: Component, value: Any, scope: Scope) -> str | None:
    """What is wrong with a date or time."""
    kind = component.settings.get("subtype") or "date"
    moment = _moment(kind, value)
    if moment is None:
        return MOMENTS.get(kind, "Enter a date.")
    day = moment.date() if isinstance(moment, datetime) else moment
    # Somewhere on earth it is still yesterday for half a day.
    today = (clock.now() - timedelta(hours=12)).date()
    disallowed = component.settings.get("disallowPassedDates") is True
    if disallowed and isinstance(day, date) and day < today:
        return "Choose a day that has not passed."
    return None


def _moment(kind: str, value: Any) -> date | time | datetime | None:
    day, separator, clock_time = str(value).partition("T")
    try:
        if kind == "time" and isinstance(value, str) and TIME.fullmatch(value):
            return time.fromisoformat(value)
        if not isinstance(value, str) or not DATE.fullmatch(day):
            return None
        if kind == "datetime" and separator and TIME.fullmatch(clock_time):
            return datetime.fromisoformat(value)
        return date.fromisoformat(value) if kind == "date" and not separator else None
    except ValueError:
        return None
