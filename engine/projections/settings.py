"""Values of the `work` settings of an element, evaluated where its token stands."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from core import feel
from engine.bpmn import timers
from engine.bpmn.extensions import is_feel, listed
from engine.bpmn.runtime import Runtime
from engine.bpmn.timers import Span


def value(runtime: Runtime, token: str, text: str | None) -> Any:
    """The value of a setting in the scope of a token; literal text stays as it is."""
    if text is None or not is_feel(text):
        return text
    return runtime.evaluate(token, text)


def names(runtime: Runtime, token: str, text: str | None) -> list[str]:
    """The names a setting such as `billing, =team` means, each once; an entry may be a list."""
    found: dict[str, None] = {}
    for entry in listed(text or ""):
        for name in _flat(value(runtime, token, entry)):
            found[name] = None
    return list(found)


def moment(runtime: Runtime, token: str, text: str | None, start: datetime) -> datetime | None:
    """When a setting such as `P2D` or `=deadline` means; durations count from `start`.

    Durations are plain time so far: days have 24 hours and no weekends.
    """
    found = value(runtime, token, text)
    if found is None:
        return None
    try:
        if isinstance(found, timedelta | feel.YearsMonths) or _is_duration(found):
            return Span.of(found).after(start)
        return timers.moment(found)
    except (ValueError, TypeError, OverflowError):
        return None


def _is_duration(found: Any) -> bool:
    return isinstance(found, str) and found.lstrip("- ").startswith("P")


def _flat(found: Any) -> Iterable[str]:
    if isinstance(found, str):
        return [found.strip()] if found.strip() else []
    if isinstance(found, list):
        return [name for each in found for name in _flat(each)]
    return []
