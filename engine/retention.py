"""How long the history of ended cases is kept; exporting and removing what is older.

A batch is exported, then removed, in one transaction that locks only the ended cases in it. When
the process dies in between, the cases are still there and are exported again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, delete, func, select
from sqlalchemy.orm import Session

from core import clock
from core.errors import Invalid, NotFound
from core.model import Model
from core.people import Actor
from core.permissions import allow
from engine import history_export
from engine.models import Definition, LogEntry, ProcessInstance, RetentionPolicy

#: Cases that one transaction exports and removes.
BATCH = 25
MAX_DAYS = 36_500
#: Settings name the days of all other processes by this.
OTHERS = ""

_CASE_COLUMNS = (
    *("id", "key", "version", "business_key", "state", "reason"),
    *("started_at", "started_by", "ended_at", "cancelled_by"),
)


class DaysInvalid(Invalid):
    """History is kept for 1 to {limit} days."""


class PolicyNotFound(NotFound):
    """No days are set for the process {key}."""


@dataclass(frozen=True)
class Share:
    """What of one process is old enough to go."""

    key: str
    days: int
    cases: int
    entries: int
    oldest: datetime | None


def policies(session: Session, *, by: Actor) -> list[RetentionPolicy]:
    """What was set for single processes, by key."""
    allow(by, "operate")
    return list(session.scalars(select(RetentionPolicy).order_by(RetentionPolicy.key)))


def put_policy(session: Session, key: str, days: int, *, by: Actor) -> RetentionPolicy:
    """Keep ended cases of a process for so many days. Raises DaysInvalid, PolicyNotFound."""
    allow(by, "operate")
    if not 0 < days <= MAX_DAYS:
        raise DaysInvalid(limit=MAX_DAYS)
    if key not in _keys(session):
        raise PolicyNotFound(key=key)
    policy = session.get(RetentionPolicy, key)
    if policy is None:
        policy = RetentionPolicy(key=key)
        session.add(policy)
    policy.days, policy.changed_at, policy.changed_by = days, clock.now(), by.name
    session.flush()
    return policy


def remove_policy(session: Session, key: str, *, by: Actor) -> None:
    """Let the settings say again how long. Raises PolicyNotFound."""
    allow(by, "operate")
    policy = session.get(RetentionPolicy, key)
    if policy is None:
        raise PolicyNotFound(key=key)
    session.delete(policy)
    session.flush()


def days_by_key(session: Session, settings: Mapping[str, int]) -> dict[str, int]:
    """Every process whose history is not kept for ever, with its days."""
    own = {policy.key: policy.days for policy in session.scalars(select(RetentionPolicy))}
    others = settings.get(OTHERS)
    found = {key: own.get(key) or settings.get(key) or others for key in _keys(session)}
    return {key: days for key, days in sorted(found.items()) if days is not None}


def preview(session: Session, settings: Mapping[str, int]) -> list[Share]:
    """How much would go now; nothing is changed."""
    shares = []
    for key, days in days_by_key(session, settings).items():
        old = _old(key, _cutoff(days))
        cases, oldest = session.execute(
            select(func.count(), func.min(ProcessInstance.ended_at)).where(*old)
        ).one()
        ids = select(ProcessInstance.id).where(*old)
        entries = session.scalar(
            select(func.count()).select_from(LogEntry).where(LogEntry.instance_id.in_(ids))
        )
        shares.append(Share(key, days, cases, entries or 0, oldest))
    return shares


def remove_batch(session: Session, key: str, days: int, folder: Path) -> int:
    """Export up to BATCH ended cases of a process to the folder and remove them; how many."""
    query = (
        select(ProcessInstance.id)
        .where(*_old(key, _cutoff(days)))
        # In the order of the index: what is young is not looked at.
        .order_by(ProcessInstance.ended_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    ids = list(session.scalars(query))
    if not ids:
        return 0
    _export(session, key, ids, folder)
    instances = Model.metadata.tables[ProcessInstance.__tablename__]
    which = instances.c.id.in_(ids)
    _remove_below(session, instances, which)
    session.execute(delete(instances).where(which))
    session.flush()
    return len(ids)


def _keys(session: Session) -> list[str]:
    query = select(Definition.key).where(Definition.kind == "process").distinct()
    return list(session.scalars(query))


def _cutoff(days: int) -> datetime:
    return clock.now() - timedelta(days=days)


def _old(key: str, cutoff: datetime) -> list[Any]:
    return [ProcessInstance.key == key, ProcessInstance.ended_at < cutoff]


def _export(session: Session, key: str, ids: list[UUID], folder: Path) -> None:
    columns = [getattr(ProcessInstance, name) for name in _CASE_COLUMNS]
    query = select(*columns).where(ProcessInstance.id.in_(ids)).order_by(ProcessInstance.id)
    cases = session.execute(query).mappings().all()
    entries = session.execute(
        select(*LogEntry.__table__.columns)
        .where(LogEntry.instance_id.in_(ids))
        .order_by(LogEntry.instance_id, LogEntry.id)
    )
    history_export.write(folder, key, _dicts(cases), _dicts(entries.mappings()))


def _dicts(rows: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in rows]


def _remove_below(session: Session, table: Table, which: ColumnElement[bool]) -> None:
    """Remove the rows of all tables that belong to some rows of this one, the deepest first."""
    for below in Model.metadata.tables.values():
        for key in below.foreign_keys:
            if key.column.table is table and below is not table:
                belongs = key.parent.in_(select(key.column).where(which))
                _remove_below(session, below, belongs)
                session.execute(delete(below).where(belongs))
