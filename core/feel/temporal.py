"""Dates, times and durations as values.

Python's own types wherever they can hold the value; a `Wide…` twin where they cannot: years outside
1..9999, fractions of a microsecond, very long durations. All arithmetic goes through whole
numbers (days since 1970-01-01, nanoseconds), so both kinds behave the same.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
#: Years a date may have (DMN 1.5, 10.3.4.1).
MAX_YEAR = 999_999_999
#: Longest duration, in nanoseconds and in months.
MAX_NANOS = 10**18 * DAY
MAX_MONTHS = 10**15

_EPOCH = date(1970, 1, 1).toordinal()
_DELTA_LIMIT = timedelta.max // timedelta(microseconds=1)
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class YearsMonths:
    """A years and months duration, in months."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        parts = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return f"{'-' if self.months < 0 else ''}P{parts or '0M'}"


class _Wide:
    """What the wide twins share: they read like the narrow ones."""

    __slots__ = ()

    def __str__(self) -> str:
        from core.feel.timetext import format_temporal  # which needs this module first

        return format_temporal(self)


@dataclass(frozen=True, slots=True)
class WideDate(_Wide):
    """A date whose year Python's date cannot hold."""

    year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class WideTime(_Wide):
    """A time of day finer than a microsecond."""

    nanos: int
    tzinfo: tzinfo | None


@dataclass(frozen=True, slots=True)
class WideDateTime(_Wide):
    """A date and time that Python's datetime cannot hold."""

    days: int
    nanos: int
    tzinfo: tzinfo | None


@dataclass(frozen=True, slots=True)
class WideDuration(_Wide):
    """A days and time duration that Python's timedelta cannot hold."""

    nanos: int


AnyDate: TypeAlias = date | WideDate
AnyTime: TypeAlias = time | WideTime
AnyDateTime: TypeAlias = datetime | WideDateTime
AnyDuration: TypeAlias = timedelta | WideDuration

DATES = frozenset((date, WideDate))
TIMES = frozenset((time, WideTime))
DATETIMES = frozenset((datetime, WideDateTime))
DURATIONS = frozenset((timedelta, WideDuration))


# -- the calendar


def is_leap(year: int) -> bool:
    """Whether the year has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_length(year: int, month: int) -> int:
    """Days of a month."""
    return 29 if month == 2 and is_leap(year) else _LENGTHS[month - 1]


def days_of(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01 in the proleptic Gregorian calendar, of any year."""
    cycles, in_cycle = divmod(year - 1, 400)
    return date(in_cycle + 1, month, day).toordinal() + cycles * 146_097 - _EPOCH


def civil_of(days: int) -> tuple[int, int, int]:
    """Year, month and day of a number of days since 1970-01-01."""
    cycles, in_cycle = divmod(days + _EPOCH - 1, 146_097)
    found = date.fromordinal(in_cycle + 1)
    return found.year + cycles * 400, found.month, found.day


# -- building


def make_date(year: int, month: int, day: int) -> AnyDate | None:
    """The date, or None when there is none."""
    if not (1 <= month <= 12 and abs(year) <= MAX_YEAR and 1 <= day <= month_length(year, month)):
        return None
    return date(year, month, day) if 1 <= year <= 9999 else WideDate(year, month, day)


def make_time(nanos: int, zone: tzinfo | None) -> AnyTime:
    """The time of day that many nanoseconds after midnight."""
    if nanos % 1000:
        return WideTime(nanos, zone)
    minutes, rest = divmod(nanos, MINUTE)
    seconds, fraction = divmod(rest, SECOND)
    return time(minutes // 60, minutes % 60, seconds, fraction // 1000, zone)


def make_datetime(days: int, nanos: int, zone: tzinfo | None) -> AnyDateTime | None:
    """The local date and time of that day; nanoseconds may run over. None when out of range."""
    extra, nanos = divmod(nanos, DAY)
    days += extra
    if not -719_162 <= days <= 2_932_896 or nanos % 1000:
        if abs(civil_of(days)[0]) > MAX_YEAR:
            return None
        return WideDateTime(days, nanos, zone)
    clock = make_time(nanos, zone)
    assert isinstance(clock, time)
    return datetime.combine(date.fromordinal(days + _EPOCH), clock)


def make_duration(nanos: int) -> AnyDuration | None:
    """The days and time duration of that many nanoseconds. None when out of range."""
    if nanos % 1000 or abs(nanos) // 1000 > _DELTA_LIMIT:
        return WideDuration(nanos) if abs(nanos) <= MAX_NANOS else None
    return timedelta(microseconds=nanos // 1000)


def make_months(months: int) -> YearsMonths | None:
    """The years and months duration. None when out of range."""
    return YearsMonths(months) if abs(months) <= MAX_MONTHS else None


# -- taking apart


def civil(value: Any) -> tuple[int, int, int]:
    """Year, month and day of a date or date and time."""
    if type(value) is WideDateTime:
        return civil_of(value.days)
    return value.year, value.month, value.day


def day_number(value: Any) -> int:
    """Days since 1970-01-01 of a date or date and time, in its own zone."""
    kind = type(value)
    if kind is WideDateTime:
        return int(value.days)
    if kind is WideDate:
        return days_of(value.year, value.month, value.day)
    return int(value.toordinal()) - _EPOCH


def clock_nanos(value: Any) -> int:
    """Nanoseconds since midnight of a time or date and time, in its own zone; 0 of a date."""
    kind = type(value)
    if kind is WideDateTime or kind is WideTime:
        return int(value.nanos)
    if kind in DATES:
        return 0
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    return int(seconds * SECOND + value.microsecond * 1000)


def zone_of(value: Any) -> tzinfo | None:
    """The zone of a time or date and time; that of a date is UTC when compared, but None here."""
    return None if type(value) in DATES else value.tzinfo


def zone_name(zone: tzinfo | None) -> str | None:
    """The id of a named zone."""
    return zone.key if isinstance(zone, ZoneInfo) else None


def offset_nanos(value: Any) -> int | None:
    """How far a time or date and time is ahead of UTC; None when it has no zone."""
    zone = zone_of(value)
    if zone is None:
        return None
    if isinstance(zone, timezone):
        delta = zone.utcoffset(None)
    elif type(value) is datetime:
        delta = value.utcoffset() or timedelta(0)
    else:
        delta = _offset_on(zone, value)
    return delta // timedelta(microseconds=1) * 1000


def _offset_on(zone: tzinfo, value: Any) -> timedelta:
    """The offset of a named zone on a day that Python's datetime cannot hold, or on no day."""
    if type(value) is not WideDateTime:
        return zone.utcoffset(datetime(2000, 1, 1, tzinfo=zone)) or timedelta(0)
    year, month, day = civil_of(value.days)
    same = 2000 + year % 400 if year > 9999 else (year - 1) % 400 + 1 if year < 1 else year
    moment = datetime(same, month, day, tzinfo=zone) + timedelta(microseconds=value.nanos // 1000)
    return zone.utcoffset(moment) or timedelta(0)


def instant(value: Any) -> int:
    """Nanoseconds since 1970 in UTC; a value without zone, or a date, counts as UTC."""
    nanos = day_number(value) * DAY + clock_nanos(value)
    return nanos - (offset_nanos(value) or 0)


def time_instant(value: Any) -> int:
    """Nanoseconds since midnight UTC of a time, not wrapped round."""
    return clock_nanos(value) - (offset_nanos(value) or 0)


def duration_nanos(value: Any) -> int:
    """Nanoseconds of a days and time duration."""
    if type(value) is WideDuration:
        return int(value.nanos)
    return int(value // timedelta(microseconds=1)) * 1000
