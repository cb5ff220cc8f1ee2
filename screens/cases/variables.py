"""The form in which an operator gives a variable of a case another value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import orjson

from core.errors import Conflict, Invalid
from core.values import from_json

TEXT, JSON = "text", "json"
MAX_NAME = 200


class NameMissing(Invalid):
    """A variable needs a name."""


class ValueUnreadable(Invalid):
    """The value is not JSON. Write 12.5, true, a list or an object, or choose text."""


class ChangedMeanwhile(Conflict):
    """{name} was changed meanwhile. Look at its value of now before you replace it."""


@dataclass
class VariableForm:
    """A variable as typed; `was` is the JSON it had when the form was opened, empty for none."""

    name: str = ""
    kind: str = TEXT
    typed: str = ""
    was: str = ""

    @classmethod
    def of(cls, name: str, value: Any) -> Self:
        """The form filled with what the case knows."""
        written = orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
        if isinstance(value, str):
            return cls(name, TEXT, value, _fingerprint(value))
        return cls(name, JSON, written, _fingerprint(value))

    @classmethod
    def from_request(cls, values: Mapping[str, str]) -> Self:
        """What was sent."""
        kind = JSON if values.get("kind") == JSON else TEXT
        name = values.get("name", "").strip()[:MAX_NAME]
        # Browsers end the lines of a text area with CR LF.
        typed = values.get("value", "").replace("\r\n", "\n")
        return cls(name, kind, typed, values.get("was", ""))

    @property
    def is_new(self) -> bool:
        return not self.was

    def value(self) -> Any:
        """The value that was typed. Raises NameMissing, ValueUnreadable."""
        if not self.name:
            raise NameMissing
        if self.kind == TEXT:
            return self.typed
        try:
            return from_json(self.typed)
        except Invalid as error:
            raise ValueUnreadable from error

    def require_unchanged(self, values: Mapping[str, Any]) -> None:
        """Raise ChangedMeanwhile unless the case still has the value the person saw."""
        now = _fingerprint(values[self.name]) if self.name in values else ""
        if now != self.was:
            self.was = now
            raise ChangedMeanwhile(name=self.name)


def patch_to(before: Any, after: Any) -> Any:
    """The merge patch that makes `after` of `before`: members that are gone are named as None."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return after
    gone = {name: None for name in before if name not in after}
    return gone | {name: patch_to(before.get(name), value) for name, value in after.items()}


def _fingerprint(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
