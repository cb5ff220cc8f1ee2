"""Dates, times and durations as text (XML Schema lexical forms, and `@zone/id`)."""

import re
from datetime import UTC, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from core.feel.temporal import (
    DATES,
    DATETIMES,
    DAY,
    DURATIONS,
    HOUR,
    MINUTE,
    SECOND,
    TIMES,
    AnyDate,
    AnyDateTime,
    AnyDuration,
    AnyTime,
    YearsMonths,
    civil,
    clock_nanos,
    day_number,
    duration_nanos,
    make_date,
    make_datetime,
    make_duration,
    make_months,
    make_time,
    offset_nanos,
    zone_name,
    zone_of,
)

_DATE = re.compile(r"(-?(?:\d{4}|[1-9]\d{4,8}))-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z][A-Za-z0-9_+/-]*)?",
    re.ASCII,
)
_MONTHS = re.compile(r"(-)?P(?=\d)(?:(\d{1,16})Y)?(?:(\d{1,16})M)?", re.ASCII)
_DAYS = re.compile(
    r"(-)?P(?=[\dT])(?:(\d{1,18})D)?"
    r"(?:T(?=\d)(?:(\d{1,18})H)?(?:(\d{1,18})M)?(?:(\d{1,18})(?:\.(\d*))?S)?)?",
    re.ASCII,
)
_WEEKS = re.compile(r"(-)?P(\d{1,9})W", re.ASCII)
#: Farthest offset from UTC.
_MAX_OFFSET = 18 * 3600


def parse_date(text: str) -> AnyDate | None:
    """The date the text stands for, or None."""
    match = _DATE.fullmatch(text)
    return make_date(int(match[1]), int(match[2]), int(match[3])) if match else None


def parse_time(text: str) -> AnyTime | None:
    """The time of day the text stands for, or None."""
    clock = _clock(text)
    return make_time(clock[0] % DAY, clock[1]) if clock else None


def parse_datetime(text: str) -> AnyDateTime | None:
    """The date and time the text stands for, or None."""
    day, _, rest = text.partition("T")
    parsed = parse_date(day)
    clock = _clock(rest)
    return make_datetime(day_number(parsed), *clock) if parsed and clock else None


def _clock(text: str) -> tuple[int, tzinfo | None] | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3])
    fraction = int(((match[4] or "0") + "00000000")[:9])
    nanos = hour * HOUR + minute * MINUTE + second * SECOND + fraction
    if minute > 59 or second > 59 or nanos > DAY:
        return None
    if not match[5]:
        return nanos, None
    zone = parse_zone(match[5])
    return (nanos, zone) if zone else None


def parse_zone(text: str) -> tzinfo | None:
    """The zone of `Z`, `+01:00` or `@Europe/Paris`; None when there is none."""
    if text in ("Z", "z"):
        return UTC
    if text[0] == "@":
        return _named_zone(text[1:])
    numbers = [int(part) for part in text[1:].split(":")] + [0]
    seconds = numbers[0] * 3600 + numbers[1] * 60 + numbers[2]
    if numbers[1] > 59 or numbers[2] > 59 or seconds > _MAX_OFFSET:
        return None
    return make_zone(-seconds if text[0] == "-" else seconds)


def make_zone(seconds: int) -> tzinfo:
    """The zone that many seconds ahead of UTC."""
    return timezone(timedelta(seconds=seconds)) if seconds else UTC


def _named_zone(key: str) -> tzinfo | None:
    try:
        return ZoneInfo(key)
    except (KeyError, ValueError, OSError):
        return None


def parse_days(text: str) -> AnyDuration | None:
    """The days and time duration the text stands for, or None."""
    match = _DAYS.fullmatch(text)
    if match is None:
        return None
    days, hours, minutes, seconds = (int(match[index] or 0) for index in range(2, 6))
    fraction = int(((match[6] or "0") + "00000000")[:9])
    nanos = days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND + fraction
    return make_duration(-nanos if match[1] else nanos)


def parse_months(text: str) -> YearsMonths | None:
    """The years and months duration the text stands for, or None."""
    match = _MONTHS.fullmatch(text)
    if match is None:
        return None
    months = int(match[2] or 0) * 12 + int(match[3] or 0)
    return make_months(-months if match[1] else months)


def parse_duration(text: str) -> AnyDuration | YearsMonths | None:
    """The duration an ISO 8601 text stands for; also weeks (`P2W`). None when it is none."""
    weeks = _WEEKS.fullmatch(text)
    if weeks:
        return make_duration((-7 if weeks[1] else 7) * int(weeks[2]) * DAY)
    return parse_feel_duration(text)


def parse_feel_duration(text: str) -> AnyDuration | YearsMonths | None:
    """The duration a FEEL text stands for (no weeks), or None."""
    return parse_months(text) or parse_days(text)


def parse_temporal(text: str) -> Any:
    """What an `@` literal stands for: date, time, date and time or duration, or None."""
    if "P" in text[:2]:
        return parse_feel_duration(text)
    if "T" in text and text[:1] in "-0123456789" and ":" in text and text[2:3] != ":":
        return parse_datetime(text)
    return parse_time(text) if ":" in text else parse_date(text)


# -- writing


def format_temporal(value: Any) -> str:
    """The text of a date, time, date and time or duration."""
    kind = type(value)
    if kind in DATES:
        return _format_day(value)
    if kind in DATETIMES:
        return f"{_format_day(value)}T{_format_clock(value)}"
    if kind in TIMES:
        return _format_clock(value)
    if kind in DURATIONS:
        return format_days(value)
    return str(value)


def _format_day(value: Any) -> str:
    year, month, day = civil(value)
    return f"{'-' if year < 0 else ''}{abs(year):04d}-{month:02d}-{day:02d}"


def _format_clock(value: Any) -> str:
    minutes, rest = divmod(clock_nanos(value), MINUTE)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{_seconds(rest, 2)}{format_zone(value)}"


def _seconds(nanos: int, width: int) -> str:
    seconds, fraction = divmod(nanos, SECOND)
    dot = f".{fraction:09d}".rstrip("0") if fraction else ""
    return f"{seconds:0{width}d}{dot}"


def format_zone(value: Any) -> str:
    """`Z`, `+01:00`, `@Europe/Paris` or nothing."""
    name = zone_name(zone_of(value))
    if name:
        return f"@{name}"
    offset = offset_nanos(value)
    if offset is None:
        return ""
    if offset == 0:
        return "Z"
    minutes, seconds = divmod(abs(offset) // SECOND, 60)
    tail = f":{seconds:02d}" if seconds else ""
    return f"{'-' if offset < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}{tail}"


def format_days(value: AnyDuration) -> str:
    """P1DT2H3M4.5S, -PT1S, PT0S."""
    nanos = duration_nanos(value)
    days, rest = divmod(abs(nanos), DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{_seconds(rest, 1)}S" if rest else ""
    if not days and not clock:
        return "PT0S"
    head = f"{days}D" if days else ""
    return f"{'-' if nanos < 0 else ''}P{head}{'T' + clock if clock else ''}"
