"""What one evaluation may cost: steps, depth, sizes; and where it keeps its warnings."""

from core.feel.errors import FeelLimitExceeded

#: Longest expression that is compiled, in characters.
MAX_TEXT = 50_000
#: Deepest nesting of an expression.
MAX_NESTING = 100
#: Longest chain of operators of one precedence.
MAX_CHAIN = 400
#: Loop rounds, filter tests and function calls of one evaluation.
MAX_STEPS = 1_000_000
#: Deepest nesting of function calls.
MAX_CALLS = 60
#: Longest list, in items.
MAX_LIST = 250_000
#: Longest string, in code points.
MAX_STRING = 1_000_000
#: Warnings kept of one evaluation.
MAX_WARNINGS = 50


class Run:
    """The budget and the warnings of one evaluation; never shared between evaluations."""

    __slots__ = ("calls", "steps", "warnings")

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.steps = steps
        self.calls = 0
        self.warnings: list[str] = []

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


def require_length(text: str) -> str:
    """Give the text back. Raises FeelLimitExceeded when it is too long."""
    if len(text) > MAX_STRING:
        raise FeelLimitExceeded(what="characters in a string", limit=MAX_STRING)
    return text


def require_size(count: int) -> None:
    """Raise FeelLimitExceeded when a list of that many items is too long."""
    if count > MAX_LIST:
        raise FeelLimitExceeded(what="items in a list", limit=MAX_LIST)
