"""One evaluation of decisions: its inputs, what was decided, which rules matched, its budget."""

from collections.abc import Mapping
from typing import Any

from core.feel.limits import Run
from core.feel.values import read


class Session(Run):
    """The state of one evaluation; never shared."""

    __slots__ = ("decided", "deciding", "inputs", "matched", "seen")

    def __init__(self, inputs: Mapping[str, Any]) -> None:
        super().__init__()
        self.inputs: dict[str, Any] = {name: read(value) for name, value in inputs.items()}
        self.decided: dict[tuple[str, str], Any] = {}
        self.deciding: set[tuple[str, str]] = set()
        self.matched: list[tuple[str, int]] = []
        self.seen: dict[str, Any] = {}

    def inner(self, inputs: dict[str, Any], decided: dict[tuple[str, str], Any]) -> "Session":
        """The session of a decision service called from within; it shares the budget."""
        session = Session({})
        session.inputs = inputs
        session.decided = decided
        session.steps, session.calls = self.steps, self.calls
        session.warnings, session.matched = self.warnings, self.matched
        return session
