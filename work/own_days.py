"""Somebody's own days at the desk, for nobody but them: what they completed, compared with before.

Only four weeks back, since raw times of persons are not kept to look at for longer.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.ids import first_id
from core.people import Actor
from engine.models import UserTask

WEEKS = 4
#: Tasks may have been made long before they are completed; older ones are not looked for.
LONGEST_LIFE = timedelta(days=120)
LIMIT = 5_000


@dataclass(frozen=True)
class Day:
    """What one person completed on one day, in their own zone."""

    date: date
    done: int
    #: Of those with a due date: how many there were, and how many were in time.
    with_due: int
    in_time: int
    #: The middle one of the times from claim to completion; None without any.
    hand_seconds: float | None


@dataclass(frozen=True)
class OwnDays:
    """Today, and what is usual: the mean of the days of the last four weeks with work in them."""

    today: Day
    before: Sequence[Day]
    usual_done: float | None
    usual_hand_seconds: float | None


def own_days(session: Session, zone: ZoneInfo, *, by: Actor) -> OwnDays:
    """The days of `by`; there is no way to ask for those of somebody else."""
    now = clock.now().astimezone(zone)
    first = now.date() - timedelta(days=7 * WEEKS)
    since = datetime.combine(first, datetime.min.time(), zone)
    columns = (UserTask.claimed_at, UserTask.completed_at, UserTask.due_at)
    query = (
        select(*columns)
        .where(UserTask.assignee == by.name, UserTask.state == "completed")
        .where(UserTask.id > first_id(since - LONGEST_LIFE), UserTask.completed_by == by.name)
        .where(UserTask.completed_at >= since)
        .order_by(UserTask.id.desc())
        .limit(LIMIT)
    )
    by_day: dict[date, list[tuple[datetime | None, datetime, datetime | None]]] = {}
    for claimed_at, completed_at, due_at in session.execute(query):
        if completed_at is None:
            continue
        day = completed_at.astimezone(zone).date()
        by_day.setdefault(day, []).append((claimed_at, completed_at, due_at))
    today = _day(now.date(), by_day.pop(now.date(), []))
    before = [_day(day, by_day[day]) for day in sorted(by_day)]
    times = [day.hand_seconds for day in before if day.hand_seconds is not None]
    return OwnDays(
        today,
        before,
        statistics.fmean(day.done for day in before) if before else None,
        statistics.fmean(times) if times else None,
    )


def _day(day: date, done: list[tuple[datetime | None, datetime, datetime | None]]) -> Day:
    times = [(end - start).total_seconds() for start, end, _ in done if start is not None]
    due = [(end, until) for _, end, until in done if until is not None]
    return Day(
        day,
        len(done),
        len(due),
        sum(end <= until for end, until in due),
        statistics.median(times) if times else None,
    )
