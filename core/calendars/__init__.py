"""Business time: when somebody works, and how long something takes in working hours.

    office = calendars.named(session, "office")
    due_at = office.add(now, timedelta(days=2))
    waited = office.between(created_at, now)

The arithmetic is exact to the second. A calendar is a table of open intervals in UTC, so changes
of the clock and shifts over midnight need no thought when it is asked.
"""

from core.calendars.calendar import Calendar
from core.calendars.errors import (
    CalendarInUse,
    CalendarInvalid,
    CalendarNeverOpens,
    CalendarNotFound,
    CalendarTaken,
)
from core.calendars.kept import (
    find,
    get,
    imagined,
    named,
    of_person,
    own_of,
    put,
    put_days,
    remove,
    shown,
    wanted_of,
)
from core.calendars.opening import Closure, Opening, Shift
from core.calendars.rows import OFFICE, BusinessCalendar, CalendarDay
from core.calendars.wanted import Day, Wanted

__all__ = [
    "OFFICE",
    "BusinessCalendar",
    "Calendar",
    "CalendarDay",
    "CalendarInUse",
    "CalendarInvalid",
    "CalendarNeverOpens",
    "CalendarNotFound",
    "CalendarTaken",
    "Closure",
    "Day",
    "Opening",
    "Shift",
    "Wanted",
    "find",
    "get",
    "imagined",
    "named",
    "of_person",
    "own_of",
    "put",
    "put_days",
    "remove",
    "shown",
    "wanted_of",
]
