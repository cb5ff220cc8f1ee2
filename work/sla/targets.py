"""How long a clock may run, and where its points lie: what the model, a decision or FEEL says.

What fails changes nothing for the case: the next word in this order holds, and the reason is told.

decision     the newest version of the one that the service level names: `target`, `atRisk`, …
model        its target: a duration, or FEEL that gives a duration or a moment
default      what the queue promises for a task, else five working days
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from core import feel
from core.calendars import Calendar, CalendarInvalid, CalendarNeverOpens
from core.errors import BackOfficeError, Invalid
from engine import deciding, definitions, schedules
from engine.bpmn.errors import ElementFailed
from engine.bpmn.extensions import is_feel
from engine.bpmn.service_levels import AT_RISK, BREACH, KINDS, Point, Sla, part_of
from engine.bpmn.timers import Span
from engine.dmn import decisions

#: What a clock counts that nobody gave a target: working days.
DEFAULT = "P5D"
MAX_SECONDS = 2_000 * 86_400
#: Gives the value of a text of the model: FEEL over the variables of the case.
Evaluate = Callable[[str], Any]


class TargetInvalid(Invalid):
    """{value} is no duration or moment after the beginning."""


@dataclass(frozen=True)
class Promise:
    """A target as text and in seconds of business time, and where it comes from."""

    text: str
    seconds: int
    basis: str
    #: Why what was wanted does not hold; None: all is well.
    problem: str | None = None
    #: Where a decision puts the points, by their kind.
    places: Mapping[str, Any] = field(default_factory=dict)


def ask(
    session: Session,
    sla: Sla,
    evaluate: Evaluate,
    variables: Mapping[str, Any],
    calendar: Calendar,
    start: datetime,
    default: str = DEFAULT,
) -> Promise:
    """What a service level promises to something that begins at `start`. Never fails."""
    problem, places = None, {}
    if sla.decision is not None:
        try:
            outputs = _decide(session, sla.decision, variables)
            places = {kind: outputs[kind] for kind in KINDS if outputs.get(kind) is not None}
            if outputs.get("target") is not None:
                text, seconds = measured(outputs["target"], calendar, start)
                return Promise(text, seconds, "decision", None, places)
            if sla.target is None:
                problem = f"The decision {sla.decision} gives no target."
        except (BackOfficeError, ElementFailed) as error:
            problem = f"The decision {sla.decision} fails: {error}"
    if sla.target is not None:
        try:
            value = evaluate(sla.target) if is_feel(sla.target) else sla.target
            text, seconds = measured(value, calendar, start)
            return Promise(text, seconds, "model", problem, places)
        except (BackOfficeError, ElementFailed) as error:
            problem = problem or f"The target {sla.target} fails: {error}"
    text, seconds = measured(default, calendar, start)
    return Promise(text, seconds, "default", problem, places)


def measured(value: Any, calendar: Calendar, start: datetime) -> tuple[str, int]:
    """A duration or moment as text that can be counted anew, and in seconds of business time.

    Raises TargetInvalid, CalendarNeverOpens.
    """
    try:
        seconds = _seconds(value, calendar, start)
    except (ValueError, TypeError, AttributeError, OverflowError, CalendarInvalid):
        seconds = 0
    if not 0 < seconds <= MAX_SECONDS:
        raise TargetInvalid(value=feel.format_value(value))
    text = value.isoformat() if isinstance(value, datetime) else schedules.kept(value)
    return text or str(value), seconds


def counted(text: str, calendar: Calendar, start: datetime, otherwise: int) -> int:
    """A kept target in seconds of a calendar that has changed; what held where it cannot be."""
    try:
        return measured(text, calendar, start)[1]
    except (TargetInvalid, CalendarNeverOpens):
        return otherwise


def places(
    sla: Sla, promise: Promise, evaluate: Evaluate, calendar: Calendar
) -> tuple[list[dict[str, Any]], str | None]:
    """The points of a clock in their order, and why one of them is not where it should be.

    There is always one at which it is at risk and one at which it is breached.
    """
    problem, found = None, []
    for index, point in enumerate(_with_usual(sla)):
        at: Any = promise.places.get(point.kind, point.position)
        try:
            at = evaluate(at) if isinstance(at, str) and is_feel(at) else at
            seconds = place(at, promise.seconds, calendar)
        except (BackOfficeError, ElementFailed, ValueError, TypeError, AttributeError) as error:
            problem = f"A point at {point.position} fails: {error}"
            at = Point(point.kind).position
            seconds = place(at, promise.seconds, calendar)
        found.append(
            {
                "index": index if index < len(sla.points) else None,
                "kind": point.kind,
                "at": at if isinstance(at, str) else schedules.kept(at),
                "seconds": seconds,
                "moment": None,
                "fired_at": None,
            }
        )
    return sorted(found, key=lambda each: int(each["seconds"])), problem


def place(at: Any, target_seconds: int, calendar: Calendar) -> int:
    """Where a point lies, in seconds on the clock: a part, or a duration before the target."""
    part = part_of(at) if isinstance(at, str) else None
    if part is not None:
        return round(part * target_seconds)
    if isinstance(at, timedelta):
        return max(0, target_seconds - calendar.seconds_of(at))
    if not isinstance(at, str):
        raise TargetInvalid(value=feel.format_value(at))
    return max(0, target_seconds - calendar.seconds_of_text(at))


def _seconds(value: Any, calendar: Calendar, start: datetime) -> int:
    if isinstance(value, str) and not schedules.is_duration(value):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return calendar.between(start, value)
    if isinstance(value, timedelta):
        return calendar.seconds_of(value)
    if isinstance(value, str) and not Span.of(value).months:
        return calendar.seconds_of_text(value)
    return calendar.between(start, Span.of(value).after(start))


def _decide(session: Session, key: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
    definition = definitions.latest(session, "decision", key)
    model = decisions.load(deciding.files_of(session, definition))
    outputs = model.evaluate(key, variables, reads_texts=True).named
    if len(outputs) == 1:
        (value,) = outputs.values()
        # One output may be a context, or the target itself.
        return value if isinstance(value, Mapping) else {"target": value}
    return outputs


def _with_usual(sla: Sla) -> list[Point]:
    usual = [
        Point(kind)
        for kind in (AT_RISK, BREACH)
        if not any(_marks(point, kind) for point in sla.points)
    ]
    return [*sla.points, *usual]


def _marks(point: Point, kind: str) -> bool:
    """Whether a point is where that condition begins; a breach begins at the target only."""
    if kind == BREACH:
        return point.kind == BREACH and part_of(point.position) == 1
    return point.kind == kind
