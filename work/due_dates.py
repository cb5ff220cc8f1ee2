"""Due dates, reminders and follow-up dates that count in business time follow their calendar."""

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from core import calendars
from core.calendars import BusinessCalendar, CalendarInUse
from core.people import Actor
from engine import schedules
from engine.models import UserTask
from work.sla import calendars as clocks

#: Tasks that one transaction brings up to date.
BATCH = 500


def has_stale(session: Session) -> bool:
    """Whether any open task was dated by an older version of its calendar."""
    return bool(session.scalar(select(exists().where(_is_stale()))))


def follow(session: Session) -> int:
    """Date the next open tasks by the calendars of this moment; how many there were."""
    stale = (
        select(UserTask)
        .join(BusinessCalendar, BusinessCalendar.name == UserTask.calendar)
        .where(_is_stale())
        .limit(BATCH)
        .with_for_update(of=UserTask, skip_locked=True)
    )
    tasks = list(session.scalars(stale))
    for task in tasks:
        assert task.calendar is not None
        if schedules.follow(task, calendars.named(session, task.calendar)):
            # Its place in the queue is another one.
            task.class_id = task.rank_at = None
    session.flush()
    return len(tasks)


def remove_calendar(session: Session, name: str, *, by: Actor) -> None:
    """Remove a calendar in which no open task and no running SLA clock counts.

    Raises CalendarNotFound, CalendarInUse.
    """
    counts = exists().where(UserTask.state == "open", UserTask.calendar == name)
    if session.scalar(select(counts)):
        raise CalendarInUse(name=name, users="open tasks")
    if clocks.is_used(session, name):
        raise CalendarInUse(name=name, users="SLA clocks")
    calendars.remove(session, name, by=by)


def _is_stale() -> ColumnElement[bool]:
    return and_(
        UserTask.state == "open",
        UserTask.calendar.is_not(None),
        UserTask.calendar == BusinessCalendar.name,
        UserTask.calendar_version < BusinessCalendar.version,
    )
