"""Adding, subtracting, multiplying and dividing dates, times and durations (DMN 1.5, Table 54)."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from decimal import ROUND_DOWN, Context, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from core.feel.numbers import CONTEXT, from_int
from core.feel.temporal import (
    DATES,
    DATETIMES,
    DAY,
    DURATIONS,
    TIMES,
    YearsMonths,
    civil,
    civil_of,
    clock_nanos,
    day_number,
    days_of,
    duration_nanos,
    instant,
    make_date,
    make_datetime,
    make_duration,
    make_months,
    make_time,
    month_length,
    offset_nanos,
    time_instant,
    zone_of,
)

#: Enough digits for any product of a duration in nanoseconds and a number.
_WHOLE = Context(prec=80, rounding=ROUND_DOWN)
_MONTHS = "months"
_FAMILY: dict[type, str] = {
    Decimal: "number",
    YearsMonths: _MONTHS,
    **dict.fromkeys(DATES, "date"),
    **dict.fromkeys(TIMES, "time"),
    **dict.fromkeys(DATETIMES, "datetime"),
    **dict.fromkeys(DURATIONS, "days"),
}


def calculate(operator: str, left: Any, right: Any) -> Any:
    """The result for operands that are not both numbers or both strings; None when undefined."""
    families = (operator, _FAMILY.get(type(left), ""), _FAMILY.get(type(right), ""))
    rule = _RULES.get(families)
    return rule(left, right) if rule else None


def negate(value: Any) -> Any:
    """The duration backwards; None for anything that is no duration."""
    if type(value) is YearsMonths:
        return make_months(-value.months)
    return make_duration(-duration_nanos(value)) if type(value) in DURATIONS else None


def add_months(value: Any, months: int) -> Any:
    """The same day of another month, or its last day when it is shorter."""
    year, month, day = civil(value)
    total = year * 12 + month - 1 + months
    year, month = total // 12, total % 12 + 1
    moved = make_date(year, month, min(day, month_length(year, month)))
    if moved is None or type(value) in DATES:
        return moved
    number = days_of(year, month, min(day, month_length(year, month)))
    return make_datetime(number, clock_nanos(value), zone_of(value))


def add_nanos(value: Any, nanos: int) -> Any:
    """The date, time or date and time that much later."""
    kind = type(value)
    if kind in TIMES:
        return make_time((clock_nanos(value) + nanos) % DAY, zone_of(value))
    if kind in DATES:
        days = day_number(value) + nanos // DAY
        return make_date(*civil_of(days)) if abs(days) < 10**12 else None
    if isinstance(zone_of(value), ZoneInfo):
        return _add_elapsed(value, nanos)
    total = clock_nanos(value) + nanos
    if abs(total) > 10**15 * DAY:
        return None
    return make_datetime(day_number(value), total, zone_of(value))


def in_zone(value: Any, zone: tzinfo | None) -> Any:
    """The same moment seen from another zone; a value without zone counts as UTC."""
    moment = make_datetime(0, instant(value), UTC)
    try:
        if isinstance(moment, datetime):
            return moment.astimezone(zone)
    except OverflowError:
        pass
    local = make_datetime(0, instant(value), zone)
    ahead = 0 if local is None else offset_nanos(local) or 0
    return make_datetime(0, instant(value) + ahead, zone)


def _add_elapsed(value: Any, nanos: int) -> Any:
    """That much later by the clock that never changes to summer time."""
    total = instant(value) + nanos
    moved = make_datetime(0, total, UTC) if abs(total) <= 10**15 * DAY else None
    return None if moved is None else in_zone(moved, zone_of(value))


def months_between(start: Any, end: Any) -> YearsMonths | None:
    """Whole months from one date to another; times of day do not count."""
    (year1, month1, day1), (year2, month2, day2) = civil(start), civil(end)
    months = (year2 - year1) * 12 + month2 - month1
    if months > 0 and day2 < day1:
        months -= 1
    elif months < 0 and day2 > day1:
        months += 1
    return make_months(months)


def _subtract_moments(left: Any, right: Any) -> Any:
    if _is_local(left) != _is_local(right):
        return None
    return make_duration(instant(left) - instant(right))


def _is_local(value: Any) -> bool:
    """Whether a date and time has no zone; a date counts as midnight UTC."""
    return type(value) in DATETIMES and zone_of(value) is None


def _scale(nanos: int, factor: Decimal) -> int:
    return int(_WHOLE.multiply(Decimal(nanos), factor).to_integral_value(ROUND_DOWN))


def _divide(amount: int, divisor: Decimal) -> int | None:
    if not divisor:
        return None
    return int(_WHOLE.divide(Decimal(amount), divisor).to_integral_value(ROUND_DOWN))


def _times_months(value: YearsMonths, factor: Decimal) -> Any:
    return make_months(_scale(value.months, factor)) if _small(factor) else None


def _times_days(value: Any, factor: Decimal) -> Any:
    return make_duration(_scale(duration_nanos(value), factor)) if _small(factor) else None


def _small(factor: Decimal) -> bool:
    return factor.adjusted() < 40


def _divide_months(value: YearsMonths, divisor: Decimal) -> Any:
    months = _divide(value.months, divisor) if abs(divisor.adjusted()) < 40 else None
    return None if months is None else make_months(months)


def _divide_days(value: Any, divisor: Decimal) -> Any:
    nanos = _divide(duration_nanos(value), divisor) if abs(divisor.adjusted()) < 40 else None
    return None if nanos is None else make_duration(nanos)


def _ratio(left: int, right: int) -> Decimal | None:
    above, below = from_int(left), from_int(right)
    return CONTEXT.divide(above, below) if above is not None and below else None


def _swapped(rule: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda left, right: rule(right, left)


def _plus_months(left: Any, right: YearsMonths) -> Any:
    return add_months(left, right.months)


def _minus_months(left: Any, right: YearsMonths) -> Any:
    return add_months(left, -right.months)


def _plus_days(left: Any, right: Any) -> Any:
    return add_nanos(left, duration_nanos(right))


def _minus_days(left: Any, right: Any) -> Any:
    return add_nanos(left, -duration_nanos(right))


_RULES: dict[tuple[str, str, str], Callable[[Any, Any], Any]] = {
    ("+", _MONTHS, _MONTHS): lambda a, b: make_months(a.months + b.months),
    ("-", _MONTHS, _MONTHS): lambda a, b: make_months(a.months - b.months),
    ("+", "days", "days"): lambda a, b: make_duration(duration_nanos(a) + duration_nanos(b)),
    ("-", "days", "days"): lambda a, b: make_duration(duration_nanos(a) - duration_nanos(b)),
    ("-", "time", "time"): lambda a, b: make_duration(time_instant(a) - time_instant(b)),
    ("*", _MONTHS, "number"): _times_months,
    ("*", "number", _MONTHS): _swapped(_times_months),
    ("*", "days", "number"): _times_days,
    ("*", "number", "days"): _swapped(_times_days),
    ("/", _MONTHS, "number"): _divide_months,
    ("/", "days", "number"): _divide_days,
    ("/", _MONTHS, _MONTHS): lambda a, b: _ratio(a.months, b.months),
    ("/", "days", "days"): lambda a, b: _ratio(duration_nanos(a), duration_nanos(b)),
}
for _moment in ("date", "datetime"):
    _RULES["+", _moment, _MONTHS] = _plus_months
    _RULES["+", _MONTHS, _moment] = _swapped(_plus_months)
    _RULES["-", _moment, _MONTHS] = _minus_months
    for _other in ("date", "datetime"):
        _RULES["-", _moment, _other] = _subtract_moments
for _moment in ("date", "datetime", "time"):
    _RULES["+", _moment, "days"] = _plus_days
    _RULES["+", "days", _moment] = _swapped(_plus_days)
    _RULES["-", _moment, "days"] = _minus_days
