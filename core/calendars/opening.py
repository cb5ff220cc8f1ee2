"""From working hours on the wall to intervals in UTC: zones, holidays, single days, absences.

A shift belongs to the day it begins on: one from 22:00 to 06:00 works through the night even when
the next day is a holiday, and a holiday has no shift that begins on it. What counts is the clock
on the wall: minutes that a change of the clock leaves out are not worked, those it brings twice are
worked twice.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.calendars.errors import CalendarInvalid
from core.calendars.table import Interval, merge

DAY = 86_400
#: Of one week, and of one special day.
MAX_SHIFTS = 50


@dataclass(frozen=True)
class Shift:
    """Time of work from one minute of a day to another; up to the next day's end."""

    #: Minutes after midnight; `stop` is greater, and up to 2880 when it lies on the next day.
    start: int
    stop: int

    @classmethod
    def of(cls, start: str, stop: str) -> Self:
        """From `08:00` and `17:00`; an end that is not later is on the next day."""
        begin, end = _minute(start), _minute(stop)
        if begin == 1440:
            raise CalendarInvalid(reason="a shift begins before 24:00")
        return cls(begin, end if end > begin else end + 1440)

    def texts(self) -> tuple[str, str]:
        """As `of` reads it."""
        stop = self.stop if self.stop <= 1440 else self.stop - 1440
        return _clock(self.start), _clock(stop)


@dataclass(frozen=True)
class Closure:
    """Days on which other hours apply than usual: none, for closures and absences."""

    first: date
    last: date
    shifts: tuple[Shift, ...] = ()

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise CalendarInvalid(reason="it ends before it begins")


@dataclass(frozen=True)
class Opening:
    """All that says when a calendar is open; compared by value."""

    zone: str
    #: Seven tuples of shifts, from Monday on.
    week: tuple[tuple[Shift, ...], ...]
    #: ISO 3166 code whose public holidays are free, and a part of it such as "BY"; "" for none.
    country: str = ""
    subdivision: str = ""
    #: Later ones win.
    days: tuple[Closure, ...] = ()

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise CalendarInvalid(reason=f"there is no time zone {self.zone}") from None
        if len(self.week) != 7 or sum(map(len, self.week)) > MAX_SHIFTS:
            raise CalendarInvalid(reason=f"a week has seven days and up to {MAX_SHIFTS} shifts")
        if self.country:
            holidays_of(self.country, self.subdivision, 2026)

    @property
    def day_seconds(self) -> int:
        """What a working day is in a duration such as P2D: the usual length of one."""
        lengths = Counter(
            sum(shift.stop - shift.start for shift in shifts) * 60 for shifts in self.week if shifts
        )
        return max(lengths, key=lambda length: (lengths[length], length)) if lengths else DAY

    def intervals(self, first_year: int, last_year: int) -> list[Interval]:
        """Open seconds in UTC of all shifts that begin in these years, sorted and apart."""
        first, last = date(first_year, 1, 1), date(last_year, 12, 31)
        special = self._special_days(first, last)
        pieces = _Offsets(self.zone, first, last)
        ordinals = range(first.toordinal(), last.toordinal() + 1)
        wall = (
            (midnight + shift.start * 60, midnight + shift.stop * 60)
            for ordinal in ordinals
            for midnight in [(ordinal - _EPOCH) * DAY]
            for shift in special.get(ordinal, self.week[(ordinal - 1) % 7])
        )
        return list(merge(piece for span in merge(wall) for piece in pieces.utc_of(span)))

    def shifts_on(self, day: date) -> Sequence[Shift]:
        """The hours of one day, holidays and special days counted in."""
        return self._special_days(day, day).get(day.toordinal(), self.week[day.weekday()])

    def _special_days(self, first: date, last: date) -> Mapping[int, Sequence[Shift]]:
        special: dict[int, Sequence[Shift]] = {}
        if self.country:
            for year in range(first.year, last.year + 1):
                for free in holidays_of(self.country, self.subdivision, year):
                    special[free.toordinal()] = ()
        for closure in self.days:
            begin = max(closure.first, first).toordinal()
            for ordinal in range(begin, min(closure.last, last).toordinal() + 1):
                special[ordinal] = closure.shifts
        return special


_EPOCH = date(1970, 1, 1).toordinal()


class _Offsets:
    """The stretches of constant distance to UTC of a zone."""

    def __init__(self, zone: str, first: date, last: date) -> None:
        self._zone = ZoneInfo(zone)
        begin = (first.toordinal() - _EPOCH - 2) * DAY
        end = (last.toordinal() - _EPOCH + 4) * DAY
        self._pieces = list(self._stretches(begin, end))

    def utc_of(self, wall: Interval) -> Iterator[Interval]:
        """The moments at which the clock on the wall shows a time of `wall`."""
        for start, stop, offset in self._pieces:
            begin, end = max(start, wall[0] - offset), min(stop, wall[1] - offset)
            if begin < end:
                yield begin, end

    def _stretches(self, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
        start, offset = begin, self._offset(begin)
        for day in range(begin, end, DAY):
            after = self._offset(day + DAY)
            if after != offset:
                change = self._change(day, day + DAY, offset)
                yield start, change, offset
                start, offset = change, after
        yield start, end, offset

    def _change(self, low: int, high: int, offset: int) -> int:
        """The first second of a day on which `offset` no longer holds."""
        while high - low > 1:
            middle = (low + high) // 2
            if self._offset(middle) == offset:
                low = middle
            else:
                high = middle
        return high

    def _offset(self, at: int) -> int:
        found = datetime.fromtimestamp(at, UTC).astimezone(self._zone).utcoffset()
        assert found is not None
        return int(found / timedelta(seconds=1))


@lru_cache(maxsize=1_000)
def holidays_of(country: str, subdivision: str, year: int) -> tuple[date, ...]:
    """Public holidays. Raises CalendarInvalid for a country or part that is not known."""
    # It is large, and most processes never ask.
    import holidays

    try:
        found = holidays.country_holidays(country, subdiv=subdivision or None, years=year)
    except NotImplementedError:
        place = f"{country}-{subdivision}" if subdivision else country
        raise CalendarInvalid(reason=f"no holidays are known of {place}") from None
    return tuple(sorted(found))


def _minute(text: str) -> int:
    hours, colon, minutes = text.strip().partition(":")
    if colon and hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2:
        minute = int(hours) * 60 + int(minutes)
        if int(minutes) < 60 and minute <= 1440:
            return minute
    raise CalendarInvalid(reason=f"{text!r} is not a time such as 08:30")


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
