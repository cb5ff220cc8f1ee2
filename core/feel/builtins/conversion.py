"""Conversion built-ins (DMN 1.5, 10.3.4.1)."""

import re
from decimal import Decimal
from typing import Any

from core.feel.builtins.registry import builtin, require
from core.feel.numbers import parse_number
from core.feel.temporal import (
    DATES,
    HOUR,
    MINUTE,
    SECOND,
    TIMES,
    YearsMonths,
    civil,
    clock_nanos,
    day_number,
    duration_nanos,
    make_date,
    make_datetime,
    make_time,
    zone_of,
)
from core.feel.timemath import in_zone, months_between
from core.feel.timetext import (
    make_zone,
    parse_date,
    parse_datetime,
    parse_feel_duration,
    parse_time,
    parse_zone,
)
from core.feel.values import format_value

_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_MAX_OFFSET = 18 * HOUR


def _known(value: Any, text: Any) -> Any:
    require(value is not None, f"{text!r} cannot be converted")
    return value


@builtin("date", "from: string")
def date_from_text(text: str) -> Any:
    """The date a string stands for."""
    return _known(parse_date(text), text)


@builtin("date", "from: moment")
def date_from_moment(moment: Any) -> Any:
    """The date of a date and time."""
    return make_date(*civil(moment))


@builtin("date", "year: number, month: number, day: number")
def date_of(year: Decimal, month: Decimal, day: Decimal) -> Any:
    """The date of three numbers."""
    return _known(make_date(_whole(year), _whole(month), _whole(day)), f"{year}-{month}-{day}")


def _whole(value: Decimal) -> int:
    require(value == value.to_integral_value() and abs(value) < 10**10, f"{value} is not whole")
    return int(value)


@builtin("time", "from: string")
def time_from_text(text: str) -> Any:
    """The time a string stands for."""
    return _known(parse_time(text), text)


@builtin("time", "from: moment")
def time_from_moment(moment: Any) -> Any:
    """The time of day of a date and time; midnight UTC of a date."""
    zone = make_zone(0) if type(moment) in DATES else zone_of(moment)
    return make_time(clock_nanos(moment), zone)


@builtin("time", "from: time")
def time_from_time(value: Any) -> Any:
    """The same time."""
    return value


@builtin("time", "hour: number, minute: number, second: number, offset: days and time duration?")
def time_of(hour: Decimal, minute: Decimal, second: Decimal, offset: Any = None) -> Any:
    """The time of three numbers and how far it is ahead of UTC."""
    hours, minutes = _whole(hour), _whole(minute)
    require(0 <= hours < 24 and 0 <= minutes < 60 and 0 <= second < 60, "there is no such time")
    nanos = hours * HOUR + minutes * MINUTE + int(second * SECOND)
    if offset is None:
        return make_time(nanos, None)
    ahead = duration_nanos(offset)
    require(abs(ahead) <= _MAX_OFFSET and ahead % SECOND == 0, "there is no such offset")
    return make_time(nanos, make_zone(ahead // SECOND))


@builtin("date and time", "from: string")
def datetime_from_text(text: str) -> Any:
    """The date and time a string stands for; midnight when it is a date only."""
    day = parse_date(text)
    if day is not None:
        return make_datetime(day_number(day), 0, None)
    return _known(parse_datetime(text), text)


@builtin("date and time", "from: moment")
def datetime_from_moment(moment: Any) -> Any:
    """The same date and time; midnight UTC of a date."""
    return make_datetime(
        day_number(moment),
        clock_nanos(moment),
        make_zone(0) if type(moment) in DATES else zone_of(moment),
    )


@builtin("date and time", "date: moment, time: time")
def datetime_of(day: Any, time: Any) -> Any:
    """The date of one and the time of the other."""
    require(type(time) in TIMES, "time is missing")
    return _known(make_datetime(day_number(day), clock_nanos(time), zone_of(time)), day)


@builtin("date and time", "date: moment, timezone: string")
def datetime_in_zone(moment: Any, timezone: str) -> Any:
    """The same moment in another zone."""
    zone = _known(parse_zone(timezone if timezone[:1] in "Z+-" else f"@{timezone}"), timezone)
    return in_zone(moment, zone)


@builtin("duration", "from: string")
def duration(text: str) -> Any:
    """The duration a string stands for."""
    return _known(parse_feel_duration(text), text)


@builtin("years and months duration", "from: moment, to: moment")
def years_and_months(start: Any, end: Any) -> YearsMonths | None:
    """Whole months from one date to another."""
    return months_between(start, end)


@builtin("string", "from: any")
def string(value: Any) -> str:
    """The text of a value."""
    return format_value(value)


@builtin("number", "from: string, grouping separator: string?, decimal separator: string?")
def number(text: str, grouping: str | None = None, point: str | None = None) -> Any:
    """The number a string stands for."""
    require(grouping in (None, " ", ",", "."), "the grouping separator is wrong")
    require(point in (None, ",", "."), "the decimal separator is wrong")
    require(grouping is None or grouping != point, "the separators are the same")
    if grouping:
        text = text.replace(grouping, "")
    if point:
        require(point == "." or "." not in text, f"{text!r} is not a number")
        text = text.replace(point, ".")
    require(_NUMBER.fullmatch(text) is not None, f"{text!r} is not a number")
    return _known(parse_number(text), text)


@builtin("number", "from: number")
def number_from_number(value: Decimal) -> Decimal:
    """The same number."""
    return value
