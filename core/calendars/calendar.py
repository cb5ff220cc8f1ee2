"""A calendar that can be asked: business time between moments, and moments by business time."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TypeVar

from core.calendars.errors import CalendarInvalid, CalendarNeverOpens
from core.calendars.opening import Opening
from core.calendars.table import OutsideTable, Table

T = TypeVar("T")

#: Years before and after the moment asked for that a table covers: at first, and when it must grow.
YEARS = (3, 12, 48)
_FIRST, _LAST = 1900, 2900
_DURATION = re.compile(
    r"(-)?P(?=[\dT])(?:(\d{1,5})D)?"
    r"(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9}(?:\.\d+)?)S)?)?"
)


class Calendar:
    """Working hours of a team, a site or a person; shared by threads, never changed.

    Moments are aware, answers in UTC; parts of a second are dropped. In a duration a day is a
    working day of usual length (`day_seconds`), hours and minutes are hours and minutes of work.
    """

    def __init__(self, name: str, opening: Opening, version: int = 0) -> None:
        self.name, self.opening, self.version = name, opening, version
        self.day_seconds = opening.day_seconds
        self._table: Table | None = None

    @staticmethod
    def of(name: str, opening: Opening, version: int) -> "Calendar":
        """The calendar of an opening; the last ones used are kept, tables and all."""
        return _kept(name, opening, version)

    def seconds_of(self, span: timedelta) -> int:
        """A duration in seconds of work."""
        if span < timedelta(0):
            return -self.seconds_of(-span)
        return span.days * self.day_seconds + span.seconds

    def seconds_of_text(self, text: str) -> int:
        """A written ISO 8601 duration in seconds of work: PT40H are 40 hours, P5D five days.

        Raises CalendarInvalid.
        """
        found = _DURATION.fullmatch(text.strip())
        if found is None:
            raise CalendarInvalid(reason=f"{text!r} is not a duration such as P2D or PT4H")
        sign, days, hours, minutes, seconds = (part or "0" for part in found.groups())
        plain = int(hours) * 3600 + int(minutes) * 60 + int(float(seconds))
        total = int(days) * self.day_seconds + plain
        return -total if sign == "-" else total

    def add(self, at: datetime, span: timedelta) -> datetime:
        """When `span` of business time has passed since `at`; before it when negative.

        Raises CalendarNeverOpens.
        """
        return self.add_seconds(at, self.seconds_of(span))

    def add_seconds(self, at: datetime, seconds: int) -> datetime:
        """The same with the business time in seconds."""
        start = int(at.timestamp())
        return _moment(self._ask(start, lambda table: table.add(start, seconds)))

    def between(self, start: datetime, stop: datetime) -> int:
        """Seconds of business time from `start` to `stop`; negative when `stop` is earlier."""
        first, last = int(start.timestamp()), int(stop.timestamp())
        return self._ask(first, lambda table: table.between(first, last))

    def is_open(self, at: datetime) -> bool:
        """Whether it is time of work."""
        moment = int(at.timestamp())
        return self._ask(moment, lambda table: table.is_open(moment))

    def next_open(self, at: datetime) -> datetime:
        """The first moment of work from `at` on. Raises CalendarNeverOpens."""
        moment = int(at.timestamp())
        return _moment(self._ask(moment, lambda table: table.next_open(moment)))

    def table(self, around: datetime, years: int = YEARS[0]) -> Table:
        """The open time of some years before and after a moment, for many questions in a row."""
        first = max(_FIRST, around.year - years)
        last = min(_LAST, around.year + years)
        begin, end = datetime(first, 1, 3, tzinfo=UTC), datetime(last, 12, 29, tzinfo=UTC)
        low, high = int(begin.timestamp()), int(end.timestamp())
        intervals = self.opening.intervals(first, last)
        inside = ((max(start, low), min(stop, high)) for start, stop in intervals)
        return Table(inside, low, high)

    def _ask(self, at: int, question: Callable[[Table], T]) -> T:
        """The answer, from a table that grows until it has one."""
        table = self._table
        if table is not None:
            try:
                return question(table)
            except OutsideTable:
                pass
        for years in YEARS:
            table = self.table(_moment(at), years)
            try:
                found = question(table)
            except OutsideTable:
                continue
            self._table = table
            return found
        raise CalendarNeverOpens(name=self.name, years=YEARS[-1])


@lru_cache(maxsize=500)
def _kept(name: str, opening: Opening, version: int) -> Calendar:
    return Calendar(name, opening, version)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
