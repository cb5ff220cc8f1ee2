"""Days at the desk: what was completed, compared with before.

Everybody sees their own. Team leaders see teams of five people or more as a whole; one person only
for a reason, which is kept in their book and told to that person. Nobody looks further back than
four weeks.
"""

import statistics
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock
from core.errors import Invalid
from core.ids import first_id
from core.people import Actor, Group, Membership, Person, Role, get_person
from core.permissions import NotAllowed, allow
from engine.models import UserTask
from work import notifications
from work.team import acts

WEEKS = 4
#: Tasks may have been made long before they are completed; older ones are not looked for.
LONGEST_LIFE = timedelta(days=120)
#: Completed tasks of one person, and of a team, that are counted at most.
LIMIT, TEAM_LIMIT = 5_000, 100_000
#: Of fewer people a number would tell about one of them.
SMALLEST_TEAM = 5


class TeamTooSmall(Invalid):
    """The days of a team are shown where it has {smallest} people or more."""


@dataclass(frozen=True)
class Day:
    """What was completed on one day, in the zone of whoever looks."""

    date: date
    done: int
    #: Of those with a due date: how many there were, and how many were in time.
    with_due: int
    in_time: int
    #: The middle one of the times from claim to completion; None without any.
    hand_seconds: float | None


@dataclass(frozen=True)
class Days:
    """Today, and what is usual: the mean of the days of the last four weeks with work in them."""

    today: Day
    before: Sequence[Day]
    usual_done: float | None
    usual_hand_seconds: float | None


def own_days(session: Session, zone: ZoneInfo, *, by: Actor) -> Days:
    """The days of `by`."""
    return _beside(session, [by.name], zone, LIMIT)


def days_of_person(session: Session, name: str, zone: ZoneInfo, *, why: str, by: Actor) -> Days:
    """The days of somebody whom `by` leads. It is written down, and they are told.

    Raises PersonUnknown, WhyMissing.
    """
    allow(by, "worker.change")
    reason = acts.require_why(why)
    person = get_person(session, name)
    _require_leader(by, {group.name for group in person.groups})
    acts.record(session, "look", reason, by=by, concerning=name)
    notifications.notify(session, name, "looked", details={"text": reason}, by=by)
    return _beside(session, [name], zone, LIMIT)


def days_of_team(session: Session, group: str, zone: ZoneInfo, *, by: Actor) -> Days:
    """The days of a group that `by` leads, all its people together. Raises TeamTooSmall."""
    allow(by, "worker.change")
    _require_leader(by, {group})
    query = (
        select(Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .join(Group, Group.id == Membership.group_id)
        .where(Group.name == group, Person.deactivated_at.is_(None))
    )
    names = session.scalars(query).all()
    if len(names) < SMALLEST_TEAM:
        raise TeamTooSmall(smallest=SMALLEST_TEAM)
    return _beside(session, names, zone, TEAM_LIMIT)


def sizes_of(session: Session, groups: Collection[str]) -> dict[str, int]:
    """How many people groups have, by name; none is told of who has nobody."""
    query = (
        select(Group.name, func.count())
        .join(Membership, Membership.group_id == Group.id)
        .join(Person, Person.id == Membership.person_id)
        .where(Group.name.in_(groups), Person.deactivated_at.is_(None))
        .group_by(Group.name)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _require_leader(by: Actor, groups: set[str]) -> None:
    """Leaders look at their own groups, operators at all."""
    if not by.has(Role.OPERATOR) and by.groups.isdisjoint(groups):
        raise NotAllowed(verb="worker.change")


def _beside(session: Session, names: Sequence[str], zone: ZoneInfo, limit: int) -> Days:
    now = clock.now().astimezone(zone)
    first = now.date() - timedelta(days=7 * WEEKS)
    since = datetime.combine(first, datetime.min.time(), zone)
    query = (
        select(UserTask.claimed_at, UserTask.completed_at, UserTask.due_at)
        .where(UserTask.assignee.in_(names), UserTask.state == "completed")
        .where(UserTask.id > first_id(since - LONGEST_LIFE))
        .where(UserTask.completed_by == UserTask.assignee, UserTask.completed_at >= since)
        .order_by(UserTask.id.desc())
        .limit(limit)
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
    return Days(
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
