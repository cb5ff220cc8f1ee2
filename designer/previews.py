"""What an expression gives in a real case: for conditions and values that are being written.

The variables are those that the case had when it last came to the element, as its execution log
tells; a case that never came there gives the ones it has. Who may not see a case gets none of it,
and what depends on personal or secret fields is not shown to anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock, feel
from core.errors import Invalid
from core.people import Actor
from engine import definitions, instances, log
from engine.bpmn.extensions import is_feel
from engine.models import Definition, LogEntry, ProcessInstance
from work import masking

#: Cases that are offered to choose from, the newest.
MAX_CASES = 20
#: Of a value so many characters are shown.
MAX_SHOWN = 2_000


class ValueMasked(Invalid):
    """It depends on {names}, which are personal or secret: values of real cases are not shown."""


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
    """An expression with the variables of a case.

    Raises InstanceNotFound, FeelSyntaxError and ValueMasked.
    """
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
    at = came_at(session, instance, element_id)
    past = log.rebuild(session, instance, at or clock.now())
    result = expression.evaluate(past.variables)
    _require_shown(session, instance, expression, past.variables, result)
    return result, at is not None


def _require_shown(
    session: Session,
    instance: ProcessInstance,
    expression: feel.Expression,
    variables: Mapping[str, Any],
    result: feel.Result,
) -> None:
    """Raise ValueMasked when the value would be another one without what is masked.

    Whether a condition holds is shown unless a secret decides it: it says little of anybody.
    """
    own = definitions.get(session, instance.definition_id)
    latest = definitions.find_latest(session, "process", instance.key)
    known = masking.of_definitions(session, {own.id: own, **_by_id(latest)}.values())
    read = sorted(expression.names & masking.names(known))
    if not read:
        return
    if isinstance(result.value, bool):
        known = {path: kind for path, kind in known.items() if kind == "secret"}
    blind = expression.evaluate(masking.without(variables, known))
    if blind != result:
        raise ValueMasked(names=", ".join(read))


def _by_id(definition: Definition | None) -> dict[UUID, Definition]:
    return {definition.id: definition} if definition is not None else {}


def came_at(session: Session, instance: ProcessInstance, element_id: str) -> datetime | None:
    """When a case last came to an element; None when it never did."""
    query = select(func.max(LogEntry.at)).where(
        LogEntry.instance_id == instance.id,
        LogEntry.element_id == element_id,
        LogEntry.lifecycle == "start",
    )
    return session.scalar(query)
