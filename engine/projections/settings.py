"""Values of the `work` settings of an element, evaluated where its token stands."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from engine.bpmn.extensions import is_feel, listed
from engine.bpmn.runtime import Runtime


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


def number(runtime: Runtime, token: str, text: str | None) -> float | None:
    """The number that a setting such as `3` or `=amount / 1000` means; None when it is none."""
    found = value(runtime, token, text)
    try:
        return float(found) if isinstance(found, str | int | float | Decimal) else None
    except ValueError:
        return None


def _flat(found: Any) -> Iterable[str]:
    if isinstance(found, str):
        return [found.strip()] if found.strip() else []
    if isinstance(found, list):
        return [name for each in found for name in _flat(each)]
    return []
