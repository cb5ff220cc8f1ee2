"""An event definition as a token meets it: armed with what its expressions gave.

An armed event is a small dict inside the token's state:

    {"kind": "timer", "due": microseconds, "cycle": "R3/PT1H", "left": 2}
    {"kind": "message", "name": "paid", "key": "C-42"}
    {"kind": "signal", "name": "price_change"}
    {"kind": "condition", "was": false}
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from core import feel
from engine.bpmn.errors import ElementFailed
from engine.bpmn.scripting import Expression, Literal, readable, setting
from engine.bpmn.timers import BadTimer, Due, can_be, first_due, is_literal, next_due

if TYPE_CHECKING:
    from engine.bpmn.model import EventDefinition

Armed = dict[str, Any]

#: Kinds that wait as a token; the others are looked up when something is thrown.
WAITING_KINDS = frozenset(["timer", "message", "signal", "conditional"])
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Definition:
    """One event definition with its expressions compiled."""

    def __init__(self, source: EventDefinition) -> None:
        self.source = source
        self.kind = source.kind
        self.name = setting(source.name) if source.name else None
        self.timer_kind = source.timer_kind
        text = (source.expression or "").strip()
        literal = self.kind == "timer" and is_literal(text)
        # A time that is none counts as unfinished too: a person goes on by hand.
        expression = Literal(text) if literal else readable(text)
        self.expression = None if literal and not can_be(self.timer_kind, text) else expression
        self.key = setting(source.correlation.key) if source.correlation else None
        self.catch_up = source.catch_up == "all"
        self._thrown = setting(self.code) if self.code else None

    @property
    def code(self) -> str | None:
        """What an error or escalation is recognised by; None catches all."""
        return self.source.code or self.source.name or self.source.ref

    def thrown_code(self, context: Mapping[str, Any]) -> str | None:
        """The code that an error or escalation is thrown with: it may be computed."""
        value = self._thrown.value(context) if self._thrown else None
        if self._thrown is not None and value is None:
            raise ElementFailed("expression", f"The code “{self.code}” is null.")
        return None if value is None else str(value)

    def named(self, context: Mapping[str, Any]) -> str:
        """The name of the message, signal or link."""
        return str(self.name.value(context)) if self.name else ""

    def correlation_key(self, context: Mapping[str, Any]) -> str | None:
        """The correlation key over these variables, as text."""
        value = self.key.value(context) if self.key else None
        if value is None or isinstance(value, str):
            return value
        return feel.format_value(value)

    def arm(self, context: Mapping[str, Any], at: datetime) -> Armed:
        """What to wait for from now on. Raises ElementFailed."""
        match self.kind:
            case "timer":
                # A timer without value, in an unfinished drawing, is completed by hand.
                if self.expression is None:
                    return {"kind": "timer", "due": None}
                return _armed(self._due(self.expression, context, at))
            case "message":
                name, key = self.named(context), self.correlation_key(context)
                if self.key is not None and key is None:
                    text = f"The correlation key “{self.key.text}” of {name} is empty."
                    raise ElementFailed("expression", text)
                return {"kind": "message", "name": name, "key": key}
            case "signal":
                return {"kind": "signal", "name": self.named(context)}
            case _:
                return {"kind": "condition", "was": False}

    def rearm(self, armed: Armed, at: datetime) -> Armed | None:
        """What to wait for after it has come once; None when it was the last time."""
        if armed["kind"] != "timer":
            return armed
        if armed["due"] is None:
            return None
        due = Due(moment(armed["due"]), armed.get("cycle"), armed.get("left"))
        following = next_due(due, at, catch_up=self.catch_up)
        return None if following is None else _armed(following)

    def _due(self, expression: Expression, context: Mapping[str, Any], at: datetime) -> Due:
        value = expression.value(context)
        try:
            return first_due(self.timer_kind, value, at)
        except BadTimer as error:
            text = f"“{expression.text}”: {error}"
            raise ElementFailed("timer", text) from error


def moment(microseconds: int) -> datetime:
    """The moment stored in an armed timer."""
    return _EPOCH + timedelta(microseconds=microseconds)


def microseconds(moment: datetime) -> int:
    """A moment as stored in state."""
    return (moment - _EPOCH) // _MICROSECOND


def _armed(due: Due) -> Armed:
    armed: Armed = {"kind": "timer", "due": microseconds(due.at)}
    if due.cycle is not None:
        armed |= {"cycle": due.cycle, "left": due.left}
    return armed
