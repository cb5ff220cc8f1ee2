"""What the execution log tells of one case: how it began, and who answered what, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import log
from engine.bpmn.model import GATEWAYS
from engine.models import LogEntry, ProcessInstance

#: Entries of one case that are read; a longer case is played as far as they go.
MAX_ENTRIES = 5_000

#: Elements that somebody outside completed: what they wrote is given to the play again.
ANSWERED = frozenset(
    [
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "businessRuleTask",
        "receiveTask",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
        "startEvent",
        "endEvent",
    ]
)


@dataclass(frozen=True)
class Answer:
    """Something from outside, in the order it came."""

    at: datetime
    #: "complete", "error" or "variables".
    kind: str
    element_id: str
    variables: Mapping[str, Any]
    loop_index: int | None = None
    #: The event that caught an error, by which its code is known.
    caught_by: str | None = None


@dataclass(frozen=True)
class Recorded:
    """One case as it went."""

    instance_id: UUID
    business_key: str | None
    definition_id: UUID
    started_at: datetime
    variables: Mapping[str, Any]
    #: Where it began, if an element of its own says so.
    start: str | None
    answers: tuple[Answer, ...]
    #: Activities and events entered, in order.
    entered: tuple[str, ...]
    #: Names of elements as they were called then.
    names: Mapping[str, str] = field(default_factory=dict)


def read(session: Session, instance: ProcessInstance) -> Recorded:
    """A case from its log and nothing else."""
    query = (
        select(
            LogEntry.id,
            LogEntry.undoes,
            LogEntry.at,
            LogEntry.element_id,
            LogEntry.name,
            LogEntry.kind,
            LogEntry.lifecycle,
            LogEntry.token,
            LogEntry.previous_element,
            LogEntry.loop_index,
            LogEntry.variables,
            LogEntry.local_variables,
        )
        .where(LogEntry.instance_id == instance.id)
        .order_by(LogEntry.id)
        .limit(MAX_ENTRIES)
    )
    rows = log.without_undone(session.execute(query).all())
    begin = next((row for row in rows if row.kind == "process" and row.lifecycle == "start"), None)
    first = next((row for row in rows if row.lifecycle == "start" and row.kind != "process"), None)
    return Recorded(
        instance_id=instance.id,
        business_key=instance.business_key,
        definition_id=instance.definition_id,
        started_at=instance.started_at,
        variables=(begin.variables if begin else None) or {},
        start=first.element_id if first is not None and first.kind == "startEvent" else None,
        answers=tuple(_answers(rows)),
        entered=tuple(row.element_id for row in rows if _is_entering(row)),
        names={row.element_id: row.name for row in rows if row.element_id and row.name},
    )


def _answers(rows: Sequence[Any]) -> list[Answer]:
    found = []
    for number, row in enumerate(rows):
        if row.kind == "process" and row.lifecycle == "variables":
            found.append(Answer(row.at, "variables", "", row.variables or {}))
        elif row.kind in ANSWERED and row.lifecycle in ("complete", "error") and row.token:
            found.append(
                Answer(
                    row.at,
                    row.lifecycle,
                    row.element_id,
                    _written(row),
                    row.loop_index,
                    _catcher(rows[number + 1 :], row) if row.lifecycle == "error" else None,
                )
            )
    return found


def _written(row: Any) -> dict[str, Any]:
    """What an element wrote, in whichever scope."""
    written: dict[str, Any] = {}
    for values in (row.local_variables or {}).values():
        written.update(values)
    written.update(row.variables or {})
    return written


def _catcher(later: Sequence[Any], thrown: Any) -> str | None:
    """The event entered next from the element that threw."""
    return next(
        (
            row.element_id
            for row in later[:10]
            if row.lifecycle in ("start", "complete")
            and row.kind in ("boundaryEvent", "startEvent")
            and row.at == thrown.at
        ),
        None,
    )


def _is_entering(row: Any) -> bool:
    if row.lifecycle != "start" or not row.token or not row.element_id:
        return False
    return row.kind not in GATEWAYS and row.kind not in ("process", "incident")
