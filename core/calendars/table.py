"""Open time as a sorted table of intervals in UTC seconds: exact arithmetic by bisection."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate

Interval = tuple[int, int]


class OutsideTable(Exception):
    """The answer lies before or after the years that the table covers."""


class Table:
    """Open intervals from `begin` to `end`, both UTC seconds, with the sum of what lies before.

    Seconds are whole. `add` and `between` take about a microsecond, however many intervals.
    """

    __slots__ = ("begin", "end", "ends", "starts", "upto")

    def __init__(self, intervals: Iterable[Interval], begin: int, end: int) -> None:
        merged = list(merge(intervals))
        # The empty interval at the beginning spares every question a special case.
        self.starts = [begin, *(start for start, _ in merged)]
        self.ends = [begin, *(stop for _, stop in merged)]
        lengths = (stop - start for start, stop in zip(self.starts, self.ends, strict=True))
        #: Open seconds from the beginning to the end of each interval.
        self.upto = list(accumulate(lengths))
        self.begin, self.end = begin, end

    def open_before(self, at: int) -> int:
        """Open seconds from the beginning of the table to `at`. Raises OutsideTable."""
        if not self.begin <= at <= self.end:
            raise OutsideTable
        index = bisect_right(self.starts, at) - 1
        stop = self.ends[index]
        return self.upto[index] - (stop - at if at < stop else 0)

    def add(self, at: int, seconds: int) -> int:
        """The first moment by which `seconds` of open time have passed since `at`.

        With negative `seconds` the last moment from which so many pass until `at`. Raises
        OutsideTable.
        """
        if seconds <= 0:
            return self._subtract(at, -seconds) if seconds else at
        if not self.begin <= at <= self.end:
            raise OutsideTable
        index = bisect_right(self.starts, at) - 1
        stop = self.ends[index]
        target = self.upto[index] + seconds - (stop - at if at < stop else 0)
        try:
            # Most additions end within the interval they begin in, or soon after it.
            index = bisect_left(self.upto, target, index)
            return self.ends[index] - self.upto[index] + target
        except IndexError:
            raise OutsideTable from None

    def between(self, start: int, stop: int) -> int:
        """Open seconds from `start` to `stop`; negative when `stop` is the earlier one."""
        return self.open_before(stop) - self.open_before(start)

    def is_open(self, at: int) -> bool:
        """Whether the second that begins at `at` is open time. Raises OutsideTable."""
        if not self.begin <= at <= self.end:
            raise OutsideTable
        return at < self.ends[bisect_right(self.starts, at) - 1]

    def next_open(self, at: int) -> int:
        """The first open second from `at` on. Raises OutsideTable."""
        if self.is_open(at):
            return at
        index = bisect_right(self.starts, at)
        if index == len(self.starts):
            raise OutsideTable
        return self.starts[index]

    def _subtract(self, at: int, seconds: int) -> int:
        target = self.open_before(at) - seconds
        if target < 0:
            raise OutsideTable
        # The interval whose end lies behind the target: its start may be the answer itself.
        index = bisect_right(self.upto, target)
        if index == len(self.upto):
            raise OutsideTable
        return self.ends[index] - (self.upto[index] - target)


def merge(intervals: Iterable[Interval]) -> Iterable[Interval]:
    """The same seconds as sorted intervals that neither touch nor overlap."""
    current: Interval | None = None
    for start, stop in sorted(intervals):
        if stop <= start:
            continue
        if current is not None and start <= current[1]:
            current = (current[0], max(current[1], stop))
            continue
        if current is not None:
            yield current
        current = (start, stop)
    if current is not None:
        yield current
