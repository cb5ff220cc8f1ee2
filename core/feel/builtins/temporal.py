"""Temporal built-ins (DMN 1.5, 10.3.4.7 and 10.3.4.12)."""

from datetime import date
from decimal import Decimal
from typing import Any

from core import clock
from core.feel.builtins.registry import builtin
from core.feel.properties import weekday
from core.feel.temporal import civil, day_number, days_of

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


@builtin("day of year", "date: moment")
def day_of_year(moment: Any) -> Decimal:
    """1 for 1 January."""
    return Decimal(day_number(moment) - days_of(civil(moment)[0], 1, 1) + 1)


@builtin("day of week", "date: moment")
def day_of_week(moment: Any) -> str:
    """Monday … Sunday."""
    return _DAYS[weekday(moment) - 1]


@builtin("month of year", "date: moment")
def month_of_year(moment: Any) -> str:
    """January … December."""
    return _MONTHS[civil(moment)[1] - 1]


@builtin("week of year", "date: moment")
def week_of_year(moment: Any) -> Decimal:
    """The week of ISO 8601."""
    year, month, day = civil(moment)
    same = year if 1 < year < 9999 else year % 400 + 2000
    return Decimal(date(same, month, day).isocalendar().week)


@builtin("now", "")
def now() -> Any:
    """The current date and time, in UTC."""
    return clock.now()


@builtin("today", "")
def today() -> Any:
    """The current date, in UTC."""
    return clock.now().date()
