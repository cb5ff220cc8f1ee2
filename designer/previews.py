"""What an expression gives in a real case: for conditions and values that are being written.

The variables are those that the case had when it last came to the element, as its execution log
tells; a case that never came there gives the ones it has. Who may not see a case gets none of it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock, feel
from core.people import Actor
from engine import instances, log
from engine.bpmn.extensions import is_feel
from engine.models import LogEntry, ProcessInstance

#: Cases that are offered to choose from, the newest.
MAX_CASES = 20
#: Of a value so many characters are shown.
MAX_SHOWN = 2_000


@dataclass(frozen=True)
class Preview:
    """A value as FEEL writes it, and why parts of it became null."""

    value: str
    warnings: tuple[str, ...]
    #: Whether the case was at the element; else its latest variables were taken.
    is_there: bool


def cases(session: Session, key: str, *, by: Actor) -> list[ProcessInstance]:
    """The newest cases of a process that the person may see."""
    return instances.find(session, key=key, limit=MAX_CASES, by=by)


def preview(
    session: Session, instance_id: UUID, element_id: str, text: str, *, by: Actor
) -> Preview:
    """An expression with the variables of a case. Raises InstanceNotFound, FeelSyntaxError."""
    result, is_there = _evaluated(session, instance_id, element_id, text, by)
    return Preview(feel.format_value(result.value)[:MAX_SHOWN], result.warnings, is_there)


def value_of(session: Session, instance_id: UUID, element_id: str, text: str, *, by: Actor) -> Any:
    """What a setting means in a case: its text, or what its expression gives there."""
    if not is_feel(text):
        return text
    return _evaluated(session, instance_id, element_id, text, by)[0].value


def _evaluated(
    session: Session, instance_id: UUID, element_id: str, text: str, by: Actor
) -> tuple[feel.Result, bool]:
    expression = feel.compile(text)
    instance = instances.get(session, instance_id, by=by)
    came_at = _came_at(session, instance, element_id)
    past = log.rebuild(session, instance, came_at or clock.now())
    return expression.evaluate(past.variables), came_at is not None


def _came_at(session: Session, instance: ProcessInstance, element_id: str) -> datetime | None:
    query = select(func.max(LogEntry.at)).where(
        LogEntry.instance_id == instance.id,
        LogEntry.element_id == element_id,
        LogEntry.lifecycle == "start",
    )
    return session.scalar(query)
