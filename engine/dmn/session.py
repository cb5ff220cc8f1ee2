"""One evaluation of decisions: its inputs, what was decided, which rules matched, its budget."""

from collections.abc import Mapping
from typing import Any

from core.feel.limits import Run
from core.feel.scope import MISSING
from core.feel.values import read


class Session(Run):
    """The state of one evaluation; never shared."""

    __slots__ = ("decided", "deciding", "inputs", "matched", "reads_texts", "seen")

    def __init__(self, inputs: Mapping[str, Any], *, reads_texts: bool = False) -> None:
        super().__init__()
        self.reads_texts = reads_texts
        self.inputs: dict[str, Any] = {name: read(value) for name, value in inputs.items()}
        for value in self.inputs.values():
            self.known[id(value)] = (value, value)
        self.decided: dict[tuple[Any, ...], Any] = {}
        self.deciding: set[tuple[Any, ...]] = set()
        self.matched: list[tuple[str, int]] = []
        self.seen: dict[str, Any] = {}

    def input(self, name: str, path: tuple[str, ...]) -> Any:
        """The input of that name, as seen by a file that was imported along a path of names.

        The values for an imported file may stand in a context under the import's name. MISSING
        when it is nowhere.
        """
        scopes: list[Any] = [self.inputs]
        for step in path:
            inner = scopes[-1].get(step) if type(scopes[-1]) is dict else None
            scopes.append(inner)
        for scope in reversed(scopes):
            if type(scope) is dict and name in scope:
                return scope[name]
        return MISSING

    def inner(self, inputs: dict[str, Any], decided: dict[tuple[Any, ...], Any]) -> "Session":
        """The session of a decision service called from within; it shares the budget."""
        session = Session({}, reads_texts=self.reads_texts)
        session.inputs = inputs
        session.decided = decided
        session.steps, session.calls = self.steps, self.calls
        session.warnings, session.matched = self.warnings, self.matched
        return session
