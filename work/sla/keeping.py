"""What happens to one clock: it pauses, resumes and stops, and its moments are computed anew."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.calendars import Calendar, CalendarNeverOpens
from engine import log
from engine.bpmn.service_levels import PRIORITIES
from engine.models import ProcessInstance, UserTask
from work.models import SlaClock
from work.models.sla import TASK
from work.sla import targets
from work.sla.timekeeping import moment, shown


def compute(clock: SlaClock, calendar: Calendar) -> None:
    """Compute when an open clock is due and when its next point comes, in a calendar as it is now.

    Points that have fired stay fired.
    """
    if (clock.calendar, clock.calendar_version) != (calendar.name, calendar.version):
        clock.calendar, clock.calendar_version = calendar.name, calendar.version
        start, before = clock.started_at, clock.target_seconds
        clock.target_seconds = targets.counted(clock.target, calendar, start, before)
    runs, points = clock.stretches, []
    for point in clock.points:
        seconds = point["seconds"]
        if point["at"] is not None:
            seconds = targets.place(point["at"], clock.target_seconds, calendar)
        at = _moment(calendar, runs, seconds)
        points.append(point | {"seconds": seconds, "moment": at and at.isoformat()})
    clock.points = points
    clock.due_at = _moment(calendar, runs, clock.target_seconds)
    coming = [each["moment"] for each in points if each["moment"] and not each["fired_at"]]
    clock.next_at = min(map(datetime.fromisoformat, coming), default=None)


def shown_at(clock: SlaClock, calendar: Calendar, at: datetime) -> int:
    """Seconds of business time that a clock shows at a moment."""
    return shown(calendar, clock.stretches, at)


def pause(
    session: Session,
    instance: ProcessInstance,
    clock: SlaClock,
    held: Sequence[tuple[str, str]],
    at: datetime,
) -> None:
    """Stand still: everything that the clock is about waits for somebody outside."""
    clock.pause(at)
    parties = sorted({party for _, party in held})
    note(session, instance, clock, "pause", at, {"waits_for": parties, "at": held[0][0]})


def resume(session: Session, instance: ProcessInstance, clock: SlaClock, at: datetime) -> None:
    """Go on: its due moment moves by what it stood still."""
    clock.resume(at)
    note(session, instance, clock, "resume", at)


def stop(
    session: Session,
    instance: ProcessInstance,
    clock: SlaClock,
    calendar: Calendar,
    state: str,
    at: datetime,
) -> None:
    """Be over, "met", "missed" or "cancelled", and say how much time it took."""
    clock.due_at = _moment(calendar, clock.stretches, clock.target_seconds) or clock.due_at
    clock.stop(state, at)
    taken = shown_at(clock, calendar, at)
    note(session, instance, clock, state, at, {"seconds": taken, "target": clock.target_seconds})


def note(
    session: Session,
    instance: ProcessInstance,
    clock: SlaClock,
    lifecycle: str,
    at: datetime,
    details: dict[str, Any] | None = None,
) -> None:
    """Tell the log of the case what a clock did."""
    log.note(
        session,
        instance,
        "sla",
        lifecycle,
        at=at,
        by=None,
        element_id=clock.element_id,
        name=clock.name,
        token=clock.token,
        details={"level": clock.level, **(details or {})},
    )


def tasks_of(session: Session, clock: SlaClock, tokens: Collection[str]) -> list[UserTask]:
    """Open tasks that a clock is about; `tokens` stand in its scope."""
    query = select(UserTask).where(
        UserTask.instance_id == clock.instance_id, UserTask.state == "open"
    )
    if clock.level == TASK:
        query = query.where(UserTask.id == clock.task_id)
    found = session.scalars(query.order_by(UserTask.id))
    return [task for task in found if clock.level == TASK or task.token in tokens]


def date_task(session: Session, clock: SlaClock) -> None:
    """Let a task be due when its clock says so, where its model gives it no due date."""
    task = session.get(UserTask, clock.task_id) if clock.dates_task else None
    if task is None or not task.is_open or clock.due_at in (None, task.due_at):
        return
    # Its place in the queue is another one.
    task.due_at, task.class_id, task.rank_at = clock.due_at, None, None


def prefer(tasks: Iterable[UserTask], priority: str) -> int:
    """Raise the priority of tasks, never lower it; how many became another one."""
    count = 0
    for task in tasks:
        if _rank(task.priority) < _rank(priority):
            count += 1
            # Its place in the queue is another one.
            task.priority, task.class_id, task.rank_at = priority, None, None
    return count


def moment_or_none(calendar: Calendar, start: datetime, seconds: int) -> datetime | None:
    """When so much business time has passed; None when the calendar does not open for it."""
    try:
        return calendar.add_seconds(start, seconds)
    except CalendarNeverOpens:
        return None


def _rank(priority: str | None) -> int:
    return PRIORITIES.index(priority) if priority in PRIORITIES else -1


def _moment(calendar: Calendar, runs: Sequence[Any], seconds: int) -> datetime | None:
    try:
        return moment(calendar, runs, seconds)
    except CalendarNeverOpens:
        # It will not be late as long as nobody works.
        return None
