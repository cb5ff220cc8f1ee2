"""What clocks count by: calendars and queues, each asked for once in a transaction."""

from sqlalchemy.orm import Session

from core import calendars
from core.calendars import OFFICE, Calendar, CalendarNotFound
from work import sorting
from work.models import WorkQueue


class Terms:
    """Calendars and queues as one transaction has found them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._calendars: dict[str, Calendar] = {}
        self._queues: dict[str, WorkQueue] = {}

    def named(self, name: str) -> Calendar:
        """The calendar of that name. Raises CalendarNotFound."""
        if name not in self._calendars:
            self._calendars[name] = calendars.named(self._session, name)
        return self._calendars[name]

    def calendar(self, name: str) -> Calendar:
        """The calendar a clock counts in; the office's when its own is gone."""
        try:
            return self.named(name)
        except CalendarNotFound:
            return self.named(OFFICE)

    def queue(self, group: str) -> WorkQueue:
        """The queue of a group; where nobody made one, one with the usual settings."""
        if group not in self._queues:
            self._queues[group] = sorting.queue_of(self._session, group)
        return self._queues[group]
