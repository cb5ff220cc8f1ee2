"""Dates, times and durations that came as text: JSON and forms have no others."""

from typing import Any

from core import feel
from core.feel.types import SIMPLE, FeelType
from engine.dmn.types import ItemType

_READERS = {
    "date": "date(text)",
    "time": "time(text)",
    "date and time": "date and time(text)",
    "days and time duration": "duration(text)",
    "years and months duration": "duration(text)",
}


def from_text(kind: FeelType, value: Any) -> Any:
    """The value with ISO 8601 texts read as what their type says; any other text as it is."""
    if isinstance(kind, ItemType):
        if isinstance(value, list):
            return [from_text(kind, item) if type(item) is not list else item for item in value]
        if kind.components:
            return _parts(kind, value)
        return from_text(kind.base, value)
    if type(value) is not str:
        return value
    reader = _READERS.get("days and time duration" if kind is SIMPLE["duration"] else kind.name)
    if reader is None:
        return value
    found = feel.compile(reader)({"text": value})
    return value if found is None else found


def _parts(kind: ItemType, value: Any) -> Any:
    if type(value) is not dict:
        return value
    return {
        name: from_text(kind.components[name], part) if name in kind.components else part
        for name, part in value.items()
    }
