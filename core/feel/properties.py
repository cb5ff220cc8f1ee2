"""The properties of dates, times, durations and ranges (DMN 1.5, Table 62)."""

from collections.abc import Callable
from datetime import tzinfo
from decimal import Decimal
from typing import Any

from core.feel.scope import MISSING
from core.feel.temporal import (
    DATES,
    DATETIMES,
    DAY,
    DURATIONS,
    HOUR,
    MINUTE,
    SECOND,
    TIMES,
    YearsMonths,
    civil,
    clock_nanos,
    day_number,
    duration_nanos,
    make_duration,
    offset_nanos,
    zone_name,
    zone_of,
)
from core.feel.values import Range, Unequal


def property_of(value: Any, name: str) -> Any:
    """The named property, or MISSING when values of that kind have none of that name."""
    rule = _PROPERTIES.get(type(value), {}).get(name)
    return rule(value) if rule else MISSING


def weekday(value: Any) -> int:
    """1 for Monday … 7 for Sunday."""
    return (day_number(value) + 3) % 7 + 1


def _seconds(nanos: int) -> Decimal:
    return Decimal(nanos // SECOND)


def _offset(value: Any) -> Any:
    nanos = offset_nanos(value)
    return None if nanos is None else make_duration(nanos)


def _zone(value: Any) -> str | None:
    zone: tzinfo | None = zone_of(value)
    return zone_name(zone)


def _part(unit: int, within: int | None) -> Callable[[Any], Decimal]:
    def part(value: Any) -> Decimal:
        nanos = duration_nanos(value)
        amount = abs(nanos) // unit
        if within:
            amount %= within
        return Decimal(-amount if nanos < 0 else amount)

    return part


def _years(value: YearsMonths) -> Decimal:
    years = abs(value.months) // 12
    return Decimal(-years if value.months < 0 else years)


def _months(value: YearsMonths) -> Decimal:
    months = abs(value.months) % 12
    return Decimal(-months if value.months < 0 else months)


_DAY_RULES: dict[str, Callable[[Any], Any]] = {
    "year": lambda value: Decimal(civil(value)[0]),
    "month": lambda value: Decimal(civil(value)[1]),
    "day": lambda value: Decimal(civil(value)[2]),
    "weekday": lambda value: Decimal(weekday(value)),
}
_CLOCK_RULES: dict[str, Callable[[Any], Any]] = {
    "hour": lambda value: Decimal(clock_nanos(value) // HOUR),
    "minute": lambda value: Decimal(clock_nanos(value) // MINUTE % 60),
    "second": lambda value: _seconds(clock_nanos(value) % MINUTE),
    "time offset": _offset,
    "timezone": _zone,
}
_MOMENT_RULES = {**_DAY_RULES, **_CLOCK_RULES}
_DAYS_RULES: dict[str, Callable[[Any], Any]] = {
    "days": _part(DAY, None),
    "hours": _part(HOUR, 24),
    "minutes": _part(MINUTE, 60),
    "seconds": _part(SECOND, 60),
}
_PROPERTIES: dict[type, dict[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(DATES, _DAY_RULES),
    **dict.fromkeys(DATETIMES, _MOMENT_RULES),
    **dict.fromkeys(TIMES, _CLOCK_RULES),
    **dict.fromkeys(DURATIONS, _DAYS_RULES),
    YearsMonths: {"years": _years, "months": _months},
    Range: {
        "start": lambda value: value.low,
        "end": lambda value: value.high,
        "start included": lambda value: value.low_closed,
        "end included": lambda value: value.high_closed,
    },
    Unequal: {
        "start": lambda value: None,
        "end": lambda value: None,
        "start included": lambda value: False,
        "end included": lambda value: False,
    },
}
