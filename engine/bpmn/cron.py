"""Cron lines as timer cycles: five fields, or six with seconds first, or @daily and its kin."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

_NAMES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_RANGES = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_PART = re.compile(r"(\*|\?|\w+)(?:-(\w+))?(?:/(\d+))?")
#: 29 February on a Monday comes within 28 years; nothing rarer exists.
_MAX_DAYS = 366 * 30


@dataclass(frozen=True)
class Cron:
    """The seconds, minutes, hours, days, months and weekdays at which a cycle fires."""

    seconds: frozenset[int]
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    #: 0 is Sunday.
    weekdays: frozenset[int]
    #: With both days and weekdays given, either is enough.
    either_day: bool

    @classmethod
    def parse(cls, text: str) -> "Cron":
        """Read a line. Raises ValueError."""
        fields = _NAMES.get(text.strip().lower(), text).upper().split()
        if len(fields) == 5:
            fields.insert(0, "0")
        if len(fields) != 6:
            raise ValueError(text)
        sets = [_field(field, *bounds) for field, bounds in zip(fields, _RANGES, strict=True)]
        weekdays = frozenset(day % 7 for day in sets[5])
        either_day = not {"*", "?"} & {fields[3][:1], fields[5][:1]}
        seconds, minutes, hours, days, months, _ = sets
        return cls(seconds, minutes, hours, days, months, weekdays, either_day)

    def after(self, moment: datetime) -> datetime:
        """The first firing after `moment`, in its zone. Raises ValueError when there is none."""
        moment = moment.replace(microsecond=0) + timedelta(seconds=1)
        day, clock = moment, (moment.hour, moment.minute, moment.second)
        for _ in range(_MAX_DAYS):
            found = self._time_of_day(clock) if self._on(day) else None
            if found is not None:
                return day.replace(hour=found[0], minute=found[1], second=found[2])
            day, clock = day + timedelta(days=1), (0, 0, 0)
        raise ValueError("this cycle never fires")

    def _on(self, day: datetime) -> bool:
        if day.month not in self.months:
            return False
        in_month, in_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return in_month or in_week if self.either_day else in_month and in_week

    def _time_of_day(self, earliest: tuple[int, int, int]) -> tuple[int, int, int] | None:
        hour, minute, second = earliest
        for h in sorted(each for each in self.hours if each >= hour):
            from_minute = minute if h == hour else 0
            for m in sorted(each for each in self.minutes if each >= from_minute):
                from_second = second if (h, m) == (hour, minute) else 0
                seconds = [each for each in self.seconds if each >= from_second]
                if seconds:
                    return h, m, min(seconds)
        return None


def is_cron(text: str) -> bool:
    """Whether a timer's text is a cron line."""
    try:
        Cron.parse(text)
    except ValueError:
        return False
    return True


def _field(text: str, low: int, high: int) -> frozenset[int]:
    values: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(text)
        first, last, step = match.groups()
        if first in "*?":
            start, end = low, high
        else:
            start = _number(first)
            end = _number(last) if last else (high if step else start)
        if not low <= start <= end <= high or step == "0":
            raise ValueError(text)
        values.update(range(start, end + 1, int(step or 1)))
    return frozenset(values)


def _number(text: str) -> int:
    if text in _MONTHS:
        return _MONTHS.index(text) + 1
    return _DAYS.index(text) if text in _DAYS else int(text)
