"""When timers are due: ISO 8601 dates, durations and cycles, and cron, from a given moment on.

A cycle is kept as its text, the number of firings left and the next due moment; nothing here
looks at a clock.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from core import feel
from core.errors import Invalid
from engine.bpmn.cron import Cron, is_cron

_CYCLE = re.compile(r"R(\d*)/(.+)", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{4}-?W\d{2}|\d{8}T")
_NUMBER = r"(\d+(?:[.,]\d+)?)"
_DURATION = re.compile(
    r"(-?)P(?=[\dT])(?:(\d+)Y)?(?:(\d+)M)?"
    rf"(?:{_NUMBER}W)?(?:{_NUMBER}D)?(?:T(?=\d)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?",
    re.IGNORECASE,
)
#: Any moment will do to see whether a literal timer can be computed.
_SOME_DAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
#: Most periods that are skipped one by one before a cycle counts as broken.
MAX_SKIPPED = 1_000_000


class BadTimer(Invalid):
    """{text} is not an ISO 8601 {kind}."""


@dataclass(frozen=True)
class Due:
    """The next moment a timer fires, and for a cycle how often it still does (None: for ever)."""

    at: datetime
    cycle: str | None = None
    left: int | None = None


@dataclass(frozen=True)
class Span:
    """A duration as ISO 8601 knows it: calendar months and a fixed part."""

    months: int = 0
    rest: timedelta = timedelta()

    @classmethod
    def of(cls, value: Any) -> "Span":
        """A span from FEEL's durations or ISO text."""
        if isinstance(value, timedelta):
            return cls(0, value)
        if isinstance(value, feel.YearsMonths):
            return cls(value.months)
        match = _DURATION.fullmatch(value.strip())
        if match is None:
            raise ValueError(value)
        sign = -1 if match[1] else 1
        years, months = int(match[2] or 0), int(match[3] or 0)
        weeks, days, hours, minutes, seconds = (
            float((part or "0").replace(",", ".")) for part in match.groups()[3:]
        )
        rest = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
        return cls(sign * (years * 12 + months), sign * rest)

    def after(self, start: datetime) -> datetime:
        """`start` plus this span; the 31st becomes the last day of a shorter month."""
        if self.months:
            year, month = divmod(start.year * 12 + start.month - 1 + self.months, 12)
            day = min(start.day, monthrange(year, month + 1)[1])
            start = start.replace(year=year, month=month + 1, day=day)
        return start + self.rest

    def times(self, count: int) -> "Span":
        """This span `count` times."""
        return Span(self.months * count, self.rest * count)


def is_literal(text: str) -> bool:
    """Whether a timer's text is ISO 8601 or cron, and not an expression."""
    text = text.strip()
    patterns = (_CYCLE.fullmatch, _DURATION.fullmatch, _DATE.match)
    return any(match(text) for match in patterns) or is_cron(text)


def first_due(kind: str | None, value: Any, at: datetime) -> Due:
    """When a timer of kind "date", "duration" or "cycle" armed at `at` fires first.

    `value` is the text, or what its expression gave. Raises BadTimer.
    """
    try:
        if kind == "date":
            return Due(moment(value))
        if kind == "duration":
            return Due(Span.of(value).after(at))
        return _first_of_cycle(_cycle_text(value), at)
    except (ValueError, OverflowError, TypeError, AttributeError) as error:
        raise BadTimer(text=feel.format_value(value), kind=kind) from error


def can_be(kind: str | None, text: str) -> bool:
    """Whether a literal text says when a timer of that kind is due."""
    try:
        first_due(kind, text, _SOME_DAY)
    except BadTimer:
        return False
    return True


def next_due(due: Due, fired_at: datetime, *, catch_up: bool = False) -> Due | None:
    """The firing after `due`, or None when the cycle is over.

    Periods missed between `due` and `fired_at` are skipped unless `catch_up`.
    """
    if due.cycle is None or due.left == 1:
        return None
    left = None if due.left is None else due.left - 1
    cycle = _Cycle.parse(due.cycle)
    following = cycle.step(due.at)
    if not catch_up:
        following = cycle.skip(following, fired_at)
    return Due(following, due.cycle, left)


def moment(value: Any) -> datetime:
    """An aware datetime from a datetime, date or ISO text; UTC where no zone is given."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value.strip())
    elif isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    if not isinstance(value, datetime):
        raise TypeError(value)
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)


@dataclass(frozen=True)
class _Cycle:
    """A repeating interval `R3/start/PT1H`, `R3/start/end` or `R3/PT1H/end`, or a cron line."""

    times: int | None = None
    start: datetime | None = None
    every: Span = Span()
    cron: Cron | None = None

    @classmethod
    def parse(cls, text: str) -> "_Cycle":
        if is_cron(text):
            return cls(cron=Cron.parse(text))
        match = _CYCLE.fullmatch(text)
        if match is None:
            # A plain duration as a cycle repeats for ever.
            return cls(every=Span.of(text))
        times = int(match[1]) if match[1] else None
        first, _, second = match[2].partition("/")
        if not second:
            return cls(times, None, Span.of(first))
        if not _DURATION.fullmatch(first):
            start = moment(first)
            is_end = not _DURATION.fullmatch(second)
            every = Span.of(moment(second) - start) if is_end else Span.of(second)
            return cls(times, start, every)
        # Duration and end: the firings are counted back from the end.
        every = Span.of(first)
        return cls(times, every.times(-(times or 1)).after(moment(second)), every)

    def step(self, previous: datetime) -> datetime:
        """The firing after `previous`."""
        return self.cron.after(previous) if self.cron else self.every.after(previous)

    def skip(self, following: datetime, now: datetime) -> datetime:
        """The first firing from `following` on that lies after `now`."""
        if following > now:
            return following
        if self.cron is not None:
            return self.cron.after(now)
        if not self.every.months:
            missed = (now - following) // self.every.rest + 1
            return following + self.every.rest * missed
        for _ in range(MAX_SKIPPED):
            if following > now:
                break
            following = self.step(following)
        return following


def _first_of_cycle(text: str, at: datetime) -> Due:
    cycle = _Cycle.parse(text)
    first = cycle.start or cycle.step(at)
    if cycle.times == 0 or cycle.step(first) <= first:
        raise ValueError(text)
    return Due(first, text, cycle.times)


def _cycle_text(value: Any) -> str:
    if isinstance(value, timedelta | feel.YearsMonths):
        return f"R/{feel.format_value(value)}"
    return str(value).strip() if isinstance(value, str) else _refuse(value)


def _refuse(value: Any) -> str:
    raise TypeError(value)
