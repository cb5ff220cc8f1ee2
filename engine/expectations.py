"""How long a token may rest before somebody should look: as the model says, else as it usually was.

model      `work:expect wait="PT4H"` of the element
history    95 of 100 waits there were no longer, of at least MIN_COUNT
default    one duration for each kind of wait
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from core import clock
from core.errors import BackOfficeError
from engine import progress
from engine.bpmn.extensions import is_feel
from engine.bpmn.model import Element
from engine.bpmn.timers import Span
from engine.models import Definition, LearnedWait, LogEntry, ProcessInstance

PEOPLE, OUTSIDE = timedelta(days=3), timedelta(days=7)
DEFAULTS: Mapping[str, timedelta] = {
    "user_task": PEOPLE,
    "manual": PEOPLE,
    "choice": PEOPLE,
    "ad_hoc": PEOPLE,
    "service_task": timedelta(hours=1),
    "message": OUTSIDE,
    "signal": OUTSIDE,
    "condition": OUTSIDE,
    "gateway": OUTSIDE,
    "join": OUTSIDE,
    "failed": timedelta(hours=1),
    "ready": timedelta(minutes=5),
    "suspended": timedelta(days=1),
}
OTHERWISE = timedelta(days=7)
#: Timers count from their moment, not from when the wait began.
TIMER = timedelta(minutes=1)
#: Fewer waits than this teach nothing, and none is expected to be shorter than a minute.
MIN_COUNT = 20
SHORTEST = timedelta(minutes=1)
#: Waits of one process that are looked at: the latest.
MAX_LEARNED = 500
QUANTILE = 0.95
#: Kinds of elements where tokens rest for others, as the log names them.
RESTING = (
    "userTask",
    "manualTask",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "businessRuleTask",
    "intermediateCatchEvent",
)
#: Kinds of waits that history can tell about.
_LEARNED = ("user_task", "manual", "service_task", "message", "signal")

Learned = Mapping[tuple[str, str], timedelta]


@dataclass(frozen=True)
class Expected:
    """Until when a wait is as it should be, and why."""

    until: datetime
    basis: str


def expected(
    session: Session,
    instance: ProcessInstance,
    noted: Mapping[str, Any],
    element: Element | None,
    learned: Learned,
) -> Expected:
    """Until when a wait (an entry of `ProcessInstance.waits`) need not worry anybody."""
    since, kind = datetime.fromisoformat(noted["since"]), noted["kind"]
    if kind == "timer" and noted["what"]:
        return Expected(datetime.fromisoformat(noted["what"]) + TIMER, "default")
    said = element.settings.expect if element is not None and kind != "failed" else None
    if said is not None and said.wait:
        until = _said(session, instance, noted["token"], said.wait, since)
        if until is not None:
            return Expected(until, "model")
    usual = learned.get((noted.get("process") or instance.key, noted["element"]))
    if usual is not None and kind in _LEARNED:
        return Expected(since + usual, "history")
    return Expected(since + DEFAULTS.get(kind, OTHERWISE), "default")


def learned(session: Session, process_keys: Collection[str]) -> Learned:
    """What is known about the waits of some processes, by process and element."""
    query = select(LearnedWait).where(LearnedWait.process_key.in_(process_keys))
    return {
        (row.process_key, row.element_id): max(SHORTEST, timedelta(seconds=row.wait_seconds_p95))
        for row in session.scalars(query)
    }


def keys(session: Session) -> list[str]:
    """Keys of the processes that were ever deployed."""
    query = select(Definition.key).where(Definition.kind == "process").distinct()
    return list(session.scalars(query.order_by(Definition.key)))


def learn(session: Session, key: str) -> int:
    """Learn from the latest waits of one process; how many elements taught something."""
    now, waits = clock.now(), _past_waits(session, key)
    count = 0
    for (process_key, element_id), seconds in waits.items():
        if len(seconds) >= MIN_COUNT:
            count += 1
            row = session.get(LearnedWait, (process_key, element_id)) or LearnedWait(
                process_key=process_key, element_id=element_id
            )
            row.wait_seconds_p95, row.count, row.learned_at = _p95(seconds), len(seconds), now
            session.add(row)
    session.flush()
    return count


def _said(
    session: Session, instance: ProcessInstance, token: str, text: str, since: datetime
) -> datetime | None:
    """What the model says; None where that is no duration."""
    try:
        value = (
            progress.runtime_of(session, instance).evaluate(token, text) if is_feel(text) else text
        )
        return Span.of(value).after(since)
    except (BackOfficeError, ValueError, AttributeError, OverflowError):
        return None


def _past_waits(session: Session, key: str) -> dict[tuple[str, str], list[float]]:
    done = (
        select(
            LogEntry.instance_id,
            LogEntry.token,
            LogEntry.process_key,
            LogEntry.element_id,
            LogEntry.at,
        )
        .where(LogEntry.key == key, LogEntry.lifecycle == "complete", LogEntry.kind.in_(RESTING))
        .order_by(LogEntry.at.desc())
        .limit(MAX_LEARNED)
    )
    ends = session.execute(done).all()
    begun = select(LogEntry.instance_id, LogEntry.token, LogEntry.element_id, LogEntry.at).where(
        tuple_(LogEntry.instance_id, LogEntry.token).in_({(row[0], row[1]) for row in ends}),
        LogEntry.lifecycle == "start",
    )
    starts: dict[tuple[UUID, str | None, str | None], datetime] = {}
    if ends:
        starts = {(row[0], row[1], row[2]): row[3] for row in session.execute(begun)}
    waits: dict[tuple[str, str], list[float]] = {}
    for instance_id, token, process_key, element_id, at in ends:
        start = starts.get((instance_id, token, element_id))
        if start is not None and element_id is not None:
            waits.setdefault((process_key, element_id), []).append((at - start).total_seconds())
    return waits


def _p95(seconds: list[float]) -> float:
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(QUANTILE * len(ordered)))]
