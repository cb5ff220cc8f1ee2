"""What the rules of a queue say of a class: a DMN table, and the defaults where it says nothing.

The decision reads `process`, `step`, `task`, `group`, `class`, `weight`, `skills` and `site`, and
may give `weight`, `target`, `lookAhead`, `handling` (durations of business time), `skills` and
`site`. A table that fails changes nothing: the defaults hold, and the reason is kept with the
queue.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from core import calendars
from core.calendars import Calendar
from core.errors import BackOfficeError, Invalid
from engine import deciding, definitions
from engine.dmn import decisions
from engine.dmn.decisions import DecisionModel
from work.models import WorkClass, WorkQueue
from work.models.queue import EVERYBODY
from work.priorities import HANDLE_SECONDS

MAX_WEIGHT = 1_000_000.0
#: What the word of a team leader is worth, in times.
PRIORITIES = {"low": 0.2, "high": 3.0, "urgent": 10.0}
MAX_SECONDS = 400 * 86_400


class RuleInvalid(Invalid):
    """The rules gave {name} = {value}, which cannot be used."""


@dataclass(frozen=True)
class Rules:
    """The decision of a queue, ready to be asked, and the calendar its durations count in."""

    key: str
    model: DecisionModel
    calendar: Calendar


def rules_of(session: Session, queue: WorkQueue) -> Rules | None:
    """The rules of a queue; None without. Raises BackOfficeError when they cannot be used."""
    if queue.rules is None:
        return None
    definition = definitions.latest(session, "decision", queue.rules)
    model = decisions.load(deciding.files_of(session, definition))
    return Rules(queue.rules, model, calendars.named(session, queue.calendar))


def settle(found: WorkClass, queue: WorkQueue, rules: Rules | None) -> str | None:
    """Give a class what holds for it; the problem when its rules could not be asked."""
    problem, said = None, {}
    if rules is not None:
        try:
            said = ask(rules, found)
        except BackOfficeError as error:
            problem = str(error)
    weight = said.get("weight", found.model_weight or 1.0)
    found.weight = weight * PRIORITIES.get(found.priority or "", 1.0)
    found.target_seconds = said.get("target", queue.target_seconds)
    found.look_ahead_seconds = max(60, said.get("lookAhead", queue.look_ahead_seconds))
    found.sites = said.get("site", found.model_sites)
    found.skills = sorted({*found.model_skills, *said.get("skills", ())})
    if "handling" in said:
        found.handle_seconds, found.is_handle_ruled = max(1, said["handling"]), True
    elif found.is_handle_ruled or found.handle_seconds is None:
        found.handle_seconds, found.is_handle_ruled = HANDLE_SECONDS, False
    return problem


def ask(rules: Rules, found: WorkClass) -> dict[str, Any]:
    """What the rules say of a class, checked. Raises BackOfficeError."""
    asked = {
        "process": found.key,
        "step": found.element_id,
        "task": found.name,
        "group": None if found.queue == EVERYBODY else found.queue,
        "class": found.category,
        "weight": found.model_weight,
        "skills": found.model_skills,
        "site": found.model_sites or [],
    }
    outputs = rules.model.evaluate(rules.key, asked).named
    if len(outputs) == 1 and isinstance(value := next(iter(outputs.values())), Mapping):
        outputs = value
    return {
        name: _READERS[name](name, value, rules.calendar)
        for name, value in outputs.items()
        if name in _READERS and value is not None
    }


def _weight(name: str, value: Any, _calendar: Calendar) -> float:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        weight = float(value)
        if 0 < weight <= MAX_WEIGHT and math.isfinite(weight):
            return weight
    raise RuleInvalid(name=name, value=str(value))


def _seconds(name: str, value: Any, calendar: Calendar) -> int:
    seconds = -1
    if isinstance(value, timedelta):
        seconds = calendar.seconds_of(value)
    elif isinstance(value, str):
        seconds = calendar.seconds_of_text(value)
    if not 0 < seconds <= MAX_SECONDS:
        raise RuleInvalid(name=name, value=str(value))
    return seconds


def _names(name: str, value: Any, _calendar: Calendar) -> list[str]:
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise RuleInvalid(name=name, value=str(value))
    return [each.strip() for each in names if each.strip()]


_READERS: dict[str, Any] = {
    "weight": _weight,
    "target": _seconds,
    "lookAhead": _seconds,
    "handling": _seconds,
    "skills": _names,
    "site": _names,
}
