"""What one evaluation may cost: steps, depth, sizes; and where it keeps its warnings."""

from typing import Any

from core.feel.errors import FeelLimitExceeded

#: Longest expression that is compiled, in characters.
MAX_TEXT = 50_000
#: Deepest nesting of an expression.
MAX_NESTING = 100
#: Longest chain of operators of one precedence.
MAX_CHAIN = 400
#: Loop rounds, filter tests and function calls of one evaluation.
MAX_STEPS = 500_000
#: Deepest nesting of function calls.
MAX_CALLS = 60
#: Longest list, in items.
MAX_LIST = 250_000
#: Longest string, in code points.
MAX_STRING = 1_000_000
#: Most parts of a value, counting a shared part each time it is met.
MAX_PARTS = 500_000
#: Deepest nesting of lists and contexts in a result.
MAX_DEPTH = 64
#: Warnings kept of one evaluation.
MAX_WARNINGS = 50


class Run:
    """The budget and the warnings of one evaluation; never shared between evaluations."""

    __slots__ = ("calls", "known", "steps", "warnings")

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.steps = steps
        self.calls = 0
        self.warnings: list[str] = []
        #: Values of the context that were read before, with what they became, by identity.
        self.known: dict[int, tuple[Any, Any]] = {}

    def step(self, count: int = 1) -> None:
        """Spend `count` steps. Raises FeelLimitExceeded when none are left."""
        self.steps -= count
        if self.steps < 0:
            raise FeelLimitExceeded(what="steps", limit=MAX_STEPS)

    def enter(self) -> None:
        """Begin a function call. Raises FeelLimitExceeded when calls are nested too deeply."""
        self.step()
        self.calls += 1
        if self.calls > MAX_CALLS:
            raise FeelLimitExceeded(what="nested function calls", limit=MAX_CALLS)

    def leave(self) -> None:
        """End a function call."""
        self.calls -= 1

    def warn(self, sentence: str) -> None:
        """Remember why something became null."""
        if len(self.warnings) < MAX_WARNINGS and sentence not in self.warnings:
            self.warnings.append(sentence)


def require_bounded(value: Any) -> None:
    """Raise FeelLimitExceeded when a value has too many parts or is nested too deeply.

    Parts may be shared, so that a small expression can make a value that is huge when written out.
    """
    level = [value]
    count = depth = 0
    while level:
        depth += 1
        inner: list[Any] = []
        for item in level:
            kind = type(item)
            if kind is list or kind is dict:
                count += len(item)
                if count > MAX_PARTS:
                    raise FeelLimitExceeded(what="parts of a value", limit=MAX_PARTS)
                inner.extend(item if kind is list else item.values())
        if inner and depth > MAX_DEPTH:
            raise FeelLimitExceeded(what="levels of lists and contexts", limit=MAX_DEPTH)
        level = inner


def require_length(text: str) -> str:
    """Give the text back. Raises FeelLimitExceeded when it is too long."""
    if len(text) > MAX_STRING:
        raise FeelLimitExceeded(what="characters in a string", limit=MAX_STRING)
    return text


def require_size(count: int) -> None:
    """Raise FeelLimitExceeded when a list of that many items is too long."""
    if count > MAX_LIST:
        raise FeelLimitExceeded(what="items in a list", limit=MAX_LIST)
