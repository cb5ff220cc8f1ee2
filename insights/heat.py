"""How often the elements of a process were visited in a period, how long cases waited there, how
often they came back, and how many of its tasks were late: from the execution log, in one pass.

visit     a token at an element: its "start" entry and its "complete" entry
wait      from when the token came to when it went on, of activities and awaited events
rework    a case that visited an element again; items of a multi-instance activity count once
late      a user task that was done, or is still open, after it was due
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from core import clock
from core.errors import Invalid
from core.people import Actor
from core.permissions import allow
from engine.models import Definition, LogEntry, ProcessInstance, UserTask
from engine.visibility import instances_seen_by, sees_everything
from insights.moments import seconds_between

#: The longest period that can be asked for.
MAX_DAYS = 366
#: Entries that are read for one map, the newest; a map that leaves older ones out says so.
MAX_ENTRIES = 200_000
#: User tasks that are looked at for what is late, the newest.
MAX_TASKS = 200_000
#: Kinds of elements where a token may rest.
RESTING = (
    "userTask",
    "manualTask",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "businessRuleTask",
    "scriptTask",
    "task",
    "subProcess",
    "adHocSubProcess",
    "transaction",
    "callActivity",
    "intermediateCatchEvent",
    "eventBasedGateway",
)


class HeatInvalid(Invalid):
    """A heat map looks back 1 to {days} days."""


@dataclass(frozen=True)
class Figures:
    """What happened at one element. Waits are None where no token rested and went on."""

    visits: int = 0
    cases: int = 0
    #: Cases that visited it more than once.
    repeated: int = 0
    finished: int = 0
    wait_seconds_p50: float | None = None
    wait_seconds_p90: float | None = None
    #: Tasks that had a due date, and those of them that were late.
    due: int = 0
    late: int = 0

    @property
    def rework_share(self) -> float | None:
        return self.repeated / self.cases if self.cases else None

    @property
    def late_share(self) -> float | None:
        return self.late / self.due if self.due else None


@dataclass(frozen=True)
class HeatMap:
    """Figures by the id of the element, and how often each sequence flow was taken."""

    key: str
    version: int | None
    since: datetime
    until: datetime
    cases: int
    elements: Mapping[str, Figures]
    flows: Mapping[str, int]
    #: Whether the period holds more than is looked at, so that `since` is later than was asked.
    is_cut: bool = False


def heat_map(
    session: Session, key: str, *, days: int, version: int | None = None, by: Actor
) -> HeatMap:
    """The map of what happened in cases of a process that `by` may see, in the last `days`.

    `version` leaves out the cases of other versions. Elements of called processes are left out.
    Raises HeatInvalid.
    """
    allow(by, "instance.see")
    if not 0 < days <= MAX_DAYS:
        raise HeatInvalid(days=MAX_DAYS)
    until = clock.now()
    asked = until - timedelta(days=days)
    since = _bounded(session, key, asked)
    scope = _entries(key, version, since, by)
    cases, elements = _figures(session, scope)
    for element_id, (due, late) in _late(session, key, version, since, until, by).items():
        known = elements.get(element_id, Figures())
        elements[element_id] = replace(known, due=due, late=late)
    flows = _flows(session, scope)
    return HeatMap(key, version, since, until, cases, elements, flows, since > asked)


def _bounded(session: Session, key: str, since: datetime) -> datetime:
    """The start of the period, or that of the newest MAX_ENTRIES in it."""
    newest = select(LogEntry.at).where(LogEntry.key == key, LogEntry.at >= since)
    last = newest.order_by(LogEntry.at.desc()).offset(MAX_ENTRIES).limit(1)
    return session.scalar(last) or since


def _entries(key: str, version: int | None, since: datetime, by: Actor) -> ColumnElement[bool]:
    """The log entries of elements that count."""
    conditions = [
        LogEntry.key == key,
        LogEntry.at >= since,
        LogEntry.process_key == key,
        LogEntry.called_by.is_(None),
        LogEntry.element_id.is_not(None),
        LogEntry.kind.not_in(("process", "incident")),
        LogEntry.lifecycle.in_(("start", "complete")),
    ]
    if version is not None:
        conditions.append(LogEntry.version == version)
    if not sees_everything(by):
        seen = select(ProcessInstance.id).where(ProcessInstance.key == key, instances_seen_by(by))
        conditions.append(LogEntry.instance_id.in_(seen))
    return and_(*conditions)


def _figures(session: Session, scope: ColumnElement[bool]) -> tuple[int, dict[str, Figures]]:
    visit = _visits(scope)
    per_case = (
        select(visit.c.element_id, func.sum(visit.c.entered).label("count"))
        .group_by(visit.c.element_id, visit.c.instance_id)
        .subquery()
    )
    totals = (
        select(
            per_case.c.element_id,
            func.sum(per_case.c.count).label("visits"),
            func.sum(case((per_case.c.count > 0, 1), else_=0)).label("cases"),
            func.sum(case((per_case.c.count > 1, 1), else_=0)).label("repeated"),
        )
        .group_by(per_case.c.element_id)
        .subquery()
    )
    waits = _waits(visit)
    all_cases = select(func.count(visit.c.instance_id.distinct())).scalar_subquery()
    rows = session.execute(
        select(totals, waits.c.finished, waits.c.p50, waits.c.p90, all_cases).join(
            waits, waits.c.element_id == totals.c.element_id, isouter=True
        )
    ).all()
    elements = {
        row[0]: Figures(int(row[1]), int(row[2]), int(row[3]), int(row[4] or 0), row[5], row[6])
        for row in rows
    }
    return (rows[0][7] if rows else 0), elements


def _visits(scope: ColumnElement[bool]) -> CTE:
    """One row a token at an element."""
    began, went = LogEntry.lifecycle == "start", LogEntry.lifecycle == "complete"
    is_first_item = func.coalesce(LogEntry.loop_index, 0) == 0
    return (
        select(
            LogEntry.element_id,
            LogEntry.instance_id,
            func.max(LogEntry.kind).label("kind"),
            func.sum(case((and_(began, is_first_item), 1), else_=0)).label("entered"),
            func.coalesce(
                func.min(case((began, LogEntry.at))), func.min(LogEntry.previous_at)
            ).label("came"),
            func.max(case((went, LogEntry.at))).label("went"),
        )
        .where(scope)
        .group_by(LogEntry.element_id, LogEntry.instance_id, LogEntry.token)
        .cte("visit")
    )


def _waits(visit: CTE) -> Any:
    """Median and 90th percentile by element: the value at that rank, counted upwards."""
    seconds = seconds_between(visit.c.came, visit.c.went)
    ranked = (
        select(
            visit.c.element_id,
            seconds.label("seconds"),
            func.row_number().over(partition_by=visit.c.element_id, order_by=seconds).label("rank"),
            func.count().over(partition_by=visit.c.element_id).label("count"),
        )
        .where(visit.c.went.is_not(None), visit.c.came.is_not(None), visit.c.kind.in_(RESTING))
        .subquery()
    )
    middle, high = (ranked.c.count + 1) // 2, (ranked.c.count * 9 + 9) // 10
    return (
        select(
            ranked.c.element_id,
            func.max(ranked.c.count).label("finished"),
            func.max(case((ranked.c.rank == middle, ranked.c.seconds))).label("p50"),
            func.max(case((ranked.c.rank == high, ranked.c.seconds))).label("p90"),
        )
        .group_by(ranked.c.element_id)
        .subquery()
    )


def _flows(session: Session, scope: ColumnElement[bool]) -> dict[str, int]:
    """How often tokens came by each sequence flow; the items of an activity came by it once."""
    query = select(LogEntry.flow, func.count()).where(
        scope,
        LogEntry.lifecycle == "start",
        LogEntry.flow.is_not(None),
        func.coalesce(LogEntry.loop_index, 0) == 0,
    )
    return {str(row[0]): row[1] for row in session.execute(query.group_by(LogEntry.flow))}


def _late(
    session: Session,
    key: str,
    version: int | None,
    since: datetime,
    until: datetime,
    by: Actor,
) -> dict[str, tuple[int, int]]:
    """Tasks with a due date, and the late ones of them, by element."""
    tasks = _tasks(key, version, since, by).subquery()
    ended = func.coalesce(tasks.c.completed_at, tasks.c.cancelled_at)
    is_late = or_(ended > tasks.c.due_at, and_(ended.is_(None), tasks.c.due_at < until))
    query = select(
        tasks.c.element_id, func.count(), func.sum(case((is_late, 1), else_=0))
    ).group_by(tasks.c.element_id)
    return {row[0]: (row[1], int(row[2])) for row in session.execute(query)}


def _tasks(
    key: str, version: int | None, since: datetime, by: Actor
) -> Select[str, datetime | None, datetime | None, datetime | None]:
    seen = true() if sees_everything(by) else instances_seen_by(by)
    query = (
        select(UserTask.element_id, UserTask.due_at, UserTask.completed_at, UserTask.cancelled_at)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .join(Definition, Definition.id == UserTask.definition_id)
        .where(
            UserTask.key == key,
            UserTask.created_at >= since,
            UserTask.due_at.is_not(None),
            Definition.key == key,
            seen,
        )
    )
    if version is not None:
        query = query.where(ProcessInstance.version == version)
    return query.order_by(UserTask.id.desc()).limit(MAX_TASKS)
