"""Business time counted minute by minute: slow, and plain enough to be believed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from core.calendars.opening import Opening, Shift, holidays_of


class Minutes:
    """Which minutes of some years are open, as one byte each."""

    def __init__(self, opening: Opening, first: datetime, last: datetime) -> None:
        self.first = first
        count = int((last - first) / timedelta(minutes=1))
        zone = ZoneInfo(opening.zone)
        self.open = bytearray(count)
        shifts_on: dict[object, tuple[Shift, ...]] = {}
        for index in range(count):
            local = (first + timedelta(minutes=index)).astimezone(zone)
            minute = local.hour * 60 + local.minute
            for day, at in (
                (local.date(), minute),
                (local.date() - timedelta(days=1), minute + 1440),
            ):
                if day not in shifts_on:
                    shifts_on[day] = _shifts(opening, day)
                if any(shift.start <= at < shift.stop for shift in shifts_on[day]):
                    self.open[index] = 1

    def index(self, at: datetime) -> int:
        return int((at - self.first) / timedelta(minutes=1))

    def add(self, at: datetime, minutes: int) -> datetime:
        """Walk on until so many open minutes have passed."""
        index = self.index(at)
        while minutes:
            minutes -= self.open[index]
            index += 1
        return self.first + timedelta(minutes=index)

    def subtract(self, at: datetime, minutes: int) -> datetime:
        """Walk back until so many open minutes lie between."""
        index = self.index(at)
        while minutes:
            index -= 1
            minutes -= self.open[index]
        return self.first + timedelta(minutes=index)

    def between(self, start: datetime, stop: datetime) -> int:
        return sum(self.open[self.index(start) : self.index(stop)])


def _shifts(opening: Opening, day) -> tuple[Shift, ...]:
    found = opening.week[day.weekday()]
    if opening.country and day in holidays_of(opening.country, opening.subdivision, day.year):
        found = ()
    for closure in opening.days:
        if closure.first <= day <= closure.last:
            found = closure.shifts
    return found


def start_of(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=UTC)
