"""Dates that are typed: how a day is read, and how far away a date may lie.

Every date that comes from outside passes here or through a stricter limit of its own, so that no
due date of the year 9999 stands in a queue, and no clock is asked for a day it does not have.
"""

from datetime import date, datetime

from core import clock
from core.errors import Invalid

#: Years between which any date lies that is sent or typed.
FIRST_YEAR, LAST_YEAR = 1970, 2199
#: How far from today people plan, back and ahead.
YEARS_NEAR = 10


class DayMissing(Invalid):
    """Choose a day."""


class DateOutOfReach(Invalid):
    """{date} is out of reach: a date lies between {first} and {last}."""


def day(text: str) -> date:
    """A day as forms and addresses write it, `2026-01-31`. Raises DayMissing, DateOutOfReach."""
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        raise DayMissing from None
    require_near(found)
    return found


def require_near(at: date) -> None:
    """Raise DateOutOfReach for a day or moment too far from today to plan with."""
    on = at.date() if isinstance(at, datetime) else at
    year = clock.now().year
    first, last = date(year - YEARS_NEAR, 1, 1), date(year + YEARS_NEAR, 12, 31)
    if not first <= on <= last:
        raise DateOutOfReach(date=on.isoformat(), first=first.isoformat(), last=last.isoformat())


def is_known(at: date) -> bool:
    """Whether a day or moment lies in years that calendars and databases can be asked for."""
    return FIRST_YEAR <= at.year <= LAST_YEAR
