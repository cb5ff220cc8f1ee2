"""When the people of the demo have time: one thing after the other, in their own hours."""

import bisect
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core import calendars
from core.calendars import Calendar
from core.people import Role
from demo.people import EVERYBODY, DemoPerson
from work import skills as knowledge
from work import sorting

#: Free time is looked for no further than so many stretches ahead.
MAX_STEPS = 500


@dataclass
class Diary:
    """What one person has done, and will do."""

    person: DemoPerson
    hours: Calendar
    #: Busy stretches in order, none of which overlap.
    busy: list[tuple[datetime, datetime]] = field(default_factory=list)

    def free(self, after: datetime, length: timedelta) -> datetime:
        """When they can begin with something of that length."""
        at = after
        for _ in range(MAX_STEPS):
            at = self.hours.next_open(at)
            if not self.hours.is_open(at + length - timedelta(seconds=1)):
                at += timedelta(minutes=30)
                continue
            in_the_way = [stop for start, stop in self.busy if start < at + length and stop > at]
            if not in_the_way:
                return at
            at = max(in_the_way)
        return at

    def book(self, start: datetime, stop: datetime) -> None:
        """They are busy then."""
        bisect.insort(self.busy, (start, stop))


@dataclass(frozen=True)
class Appointment:
    """Who does a task, from when to when."""

    person: DemoPerson
    start: datetime
    stop: datetime
    #: When they claimed it, where that was long before.
    taken: datetime | None = None


class Diaries:
    """All diaries."""

    def __init__(self, session: Session) -> None:
        self._by_group: dict[str, list[Diary]] = {}
        for person in EVERYBODY:
            if person.role is Role.ASSOCIATE:
                queue = sorting.queue_of(session, person.groups[0])
                hours = calendars.of_person(session, person.name, queue.calendar)
                for group in person.groups:
                    self._by_group.setdefault(group, []).append(Diary(person, hours))

    def arrange(
        self,
        groups: Collection[str],
        skills: Sequence[str],
        after: datetime,
        length: timedelta,
    ) -> Appointment | None:
        """Whoever of some groups can begin first with a task. None: nobody knows how."""
        able = [
            diary
            for group in groups
            for diary in self._by_group.get(group, ())
            if knowledge.suffice(diary.person.skills, skills)
        ]
        if not able:
            return None
        starts = [(diary.free(after, length), place) for place, diary in enumerate(able)]
        start, place = min(starts)
        able[place].book(start, start + length)
        return Appointment(able[place].person, start, start + length)
