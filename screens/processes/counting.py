"""How much runs of each process and version, as far as a person may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.people import Actor
from engine.models import ProcessInstance
from engine.visibility import instances_seen_by


@dataclass(frozen=True)
class Count:
    """Open cases, and the open incidents in them."""

    cases: int = 0
    incidents: int = 0


NONE = Count()


def open_by_process(session: Session, by: Actor) -> dict[str, Count]:
    """Counts by the key of the process."""
    query = select(
        ProcessInstance.key, func.count(), func.coalesce(func.sum(ProcessInstance.incidents), 0)
    )
    rows = session.execute(query.where(*_open(by)).group_by(ProcessInstance.key))
    return {key: Count(cases, int(incidents)) for key, cases, incidents in rows}


def open_by_version(session: Session, definition_ids: Sequence[UUID], by: Actor) -> dict[UUID, int]:
    """Open cases by the id of the version."""
    query = select(ProcessInstance.definition_id, func.count()).where(
        ProcessInstance.definition_id.in_(definition_ids), *_open(by)
    )
    rows = session.execute(query.group_by(ProcessInstance.definition_id))
    return {row[0]: row[1] for row in rows}


def _open(by: Actor):  # type: ignore[no-untyped-def]
    return ProcessInstance.ended_at.is_(None), instances_seen_by(by)
