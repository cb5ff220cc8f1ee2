"""What somebody wants a calendar to be, checked before it is stored."""

from dataclasses import dataclass, field
from datetime import date

from core import dates
from core.calendars.errors import CalendarInvalid
from core.calendars.opening import Closure, Opening, Shift

Hours = tuple[tuple[str, str], ...]

MAX_DAYS = 1_000
#: Special days end at most so long after they begin.
MAX_LENGTH = 1_000


@dataclass(frozen=True)
class Day:
    """Days with other hours than usual, with the reason: none means closed, or absent."""

    first: date
    last: date
    hours: Hours = ()
    reason: str = ""

    def as_closure(self) -> Closure:
        """Raises CalendarInvalid."""
        if not (dates.is_known(self.first) and dates.is_known(self.last)):
            years = f"{dates.FIRST_YEAR} and {dates.LAST_YEAR}"
            raise CalendarInvalid(reason=f"special days lie between {years}")
        if (self.last - self.first).days > MAX_LENGTH:
            raise CalendarInvalid(reason=f"special days last up to {MAX_LENGTH} days")
        return Closure(self.first, self.last, shifts_of(self.hours))


@dataclass(frozen=True)
class Wanted:
    """A calendar as it should be. What is None comes from the calendar it is based on."""

    title: str = ""
    based_on: str | None = None
    person: str | None = None
    zone: str | None = None
    #: Seven times hours, from Monday on.
    week: tuple[Hours, ...] | None = None
    country: str | None = None
    subdivision: str | None = None
    days: tuple[Day, ...] = field(default=())

    def check(self) -> None:
        """Raise CalendarInvalid for what could not be asked later."""
        if self.based_on is None and (self.zone is None or self.week is None):
            raise CalendarInvalid(reason="without another to be based on it needs a zone and hours")
        if len(self.days) > MAX_DAYS:
            raise CalendarInvalid(reason=f"it has up to {MAX_DAYS} special days")
        week = self.week if self.week is not None else ((),) * 7
        closures = tuple(day.as_closure() for day in self.days)
        shifts = tuple(shifts_of(hours) for hours in week)
        Opening(self.zone or "UTC", shifts, self.country or "", self.subdivision or "", closures)


def shifts_of(hours: Hours | list[list[str]]) -> tuple[Shift, ...]:
    """Shifts from pairs of texts. Raises CalendarInvalid."""
    return tuple(Shift.of(start, stop) for start, stop in hours)
