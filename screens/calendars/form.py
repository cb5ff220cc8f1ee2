"""The form of one calendar: what was typed, and the calendar it means."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from core.calendars import BusinessCalendar, Day, Wanted
from core.errors import Invalid

MAX_LENGTH = 200
#: Empty lines for days to add.
SPARE = 2


@dataclass(frozen=True)
class DayLine:
    """One line of days that are different, as typed."""

    first: str = ""
    last: str = ""
    hours: str = ""
    reason: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.first or self.last or self.hours or self.reason)


@dataclass
class CalendarForm:
    """The fields as typed. Hours are `08:00-12:00, 13:00-17:00`, or nothing."""

    name: str = ""
    title: str = ""
    based_on: str = ""
    person: str = ""
    zone: str = ""
    country: str = ""
    subdivision: str = ""
    own_week: bool = True
    week: list[str] = field(default_factory=lambda: ["09:00-17:00"] * 5 + ["", ""])
    days: list[DayLine] = field(default_factory=list)

    @classmethod
    def from_request(cls, sent: MultiDict[str, str]) -> Self:
        """What was sent, cut to a sane length."""
        names = ("name", "title", "based_on", "person", "zone", "country", "subdivision")
        text = {name: sent.get(name, "").strip()[:MAX_LENGTH] for name in names}
        parts = (sent.getlist(f"day_{part}") for part in ("first", "last", "hours", "reason"))
        lines = [DayLine(*(each.strip() for each in line)) for line in zip(*parts, strict=False)]
        return cls(
            **text,
            own_week=sent.get("own_week") == "on",
            week=[sent.get(f"week_{day}", "").strip() for day in range(7)],
            days=[line for line in lines if not line.is_empty],
        )

    @classmethod
    def of(cls, row: BusinessCalendar) -> Self:
        """The form filled with what is stored."""
        return cls(
            name=row.name,
            title=row.title,
            based_on=row.based_on or "",
            person=row.person or "",
            zone=row.zone or "",
            country=row.country or "",
            subdivision=row.subdivision or "",
            own_week=row.week is not None,
            week=[_text(hours) for hours in row.week or [[]] * 7],
            days=[
                DayLine(day.first.isoformat(), day.last.isoformat(), _text(day.shifts), day.reason)
                for day in row.days
            ],
        )

    @property
    def lines(self) -> list[DayLine]:
        """The typed lines and some empty ones."""
        return [*self.days, *[DayLine()] * SPARE]

    def wanted(self) -> Wanted:
        """The calendar that was meant. Raises Invalid."""
        week = tuple(tuple(_hours(text)) for text in self.week) if self.own_week else None
        return Wanted(
            self.title,
            self.based_on or None,
            self.person or None,
            self.zone or None,
            week,
            self.country.upper() or (None if self.based_on else ""),
            self.subdivision or None,
            tuple(_day(line) for line in self.days),
        )


def _day(line: DayLine) -> Day:
    try:
        first = date.fromisoformat(line.first)
        last = date.fromisoformat(line.last or line.first)
    except ValueError:
        raise Invalid(_("A different day needs a date.")) from None
    return Day(first, last, tuple(_hours(line.hours)), line.reason)


def _hours(text: str) -> Iterator[tuple[str, str]]:
    for part in filter(None, (part.strip() for part in text.split(","))):
        start, dash, stop = part.replace("–", "-").partition("-")
        if not dash:
            raise Invalid(_("Write hours such as 08:00-12:00, 13:00-17:00."))
        yield start.strip(), stop.strip()


def _text(shifts: list[list[str]]) -> str:
    return ", ".join(f"{start}-{stop}" for start, stop in shifts)
