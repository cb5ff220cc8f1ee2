"""What pages say of absences, as finished values."""

from dataclasses import dataclass
from datetime import date

from flask_babel import format_date
from flask_babel import gettext as _

from core import clock
from core.calendars import Day


@dataclass(frozen=True)
class AbsenceView:
    """Days with other hours than usual, in words."""

    first: date
    when: str
    #: What is still worked then; "" for nothing.
    works: str
    reason: str
    #: Whether they are away all day today.
    is_now: bool


def absence_view(day: Day) -> AbsenceView:
    """One absence for a page."""
    first, last = format_date(day.first, "medium"), format_date(day.last, "medium")
    hours = ", ".join("–".join(shift) for shift in day.hours)
    return AbsenceView(
        day.first,
        first if day.first == day.last else f"{first} – {last}",
        _("works %(hours)s", hours=hours) if hours else "",
        day.reason,
        not day.hours and day.first <= clock.now().date() <= day.last,
    )
