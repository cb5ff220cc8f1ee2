"""What can be wrong with a calendar."""

from core.errors import Conflict, Invalid, NotFound


class CalendarNotFound(NotFound):
    """There is no calendar {name}."""


class CalendarTaken(Conflict):
    """{person} has a calendar already: {name}."""


class CalendarInvalid(Invalid):
    """The calendar cannot be used: {reason}."""


class CalendarInUse(Conflict):
    """The calendar {name} is used by {users}."""


class CalendarNeverOpens(Invalid):
    """The calendar {name} does not open often enough for that, not in {years} years."""
