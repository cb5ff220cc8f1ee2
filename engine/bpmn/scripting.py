"""SpiffWorkflow's script engine, replaced: text of a model is FEEL and never Python."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core import feel
from core.errors import BackOfficeError
from engine.bpmn.codec import unstorable
from engine.bpmn.errors import ElementFailed
from engine.bpmn.extensions import is_feel

if TYPE_CHECKING:
    from engine.bpmn.token import Token

FEEL_FORMATS = frozenset(
    ["feel", "text/feel", "application/feel", "text/x-feel", "application/x-feel"]
)


class Expression:
    """FEEL text of a model, compiled when the model is loaded; a mistake shows when it is used."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.problem: str | None = None
        self.names: frozenset[str] = frozenset()
        try:
            self._compiled = feel.compile(text)
            self.names = self._compiled.names
        except BackOfficeError as error:
            self.problem = str(error)

    def value(self, context: Mapping[str, Any]) -> Any:
        """The value over these variables. Raises ElementFailed."""
        if self.problem is not None:
            raise ElementFailed("expression", f"“{self.text}” is not FEEL: {self.problem}")
        try:
            return self._compiled(context)
        except BackOfficeError as error:
            raise ElementFailed("expression", f"“{self.text}”: {error}") from error

    def kept(self, context: Mapping[str, Any]) -> Any:
        """The value for a variable. Raises ElementFailed for functions and other passing values."""
        value = self.value(context)
        passing = unstorable(value)
        if passing is not None:
            shown = feel.format_value(passing)
            text = f"“{self.text}” gives {shown}, which no variable can keep."
            raise ElementFailed("expression", text)
        return value

    def holds(self, context: Mapping[str, Any]) -> bool:
        """Whether a condition is true; null is not. Raises ElementFailed for other values."""
        value = self.value(context)
        if value is None or isinstance(value, bool):
            return bool(value)
        shown = feel.format_value(value)
        raise ElementFailed("expression", f"Condition “{self.text}” is {shown}, not true or false.")


class Undecided(Expression):
    """A condition that is not FEEL, in an unfinished drawing: it never holds, a person decides."""

    def holds(self, context: Mapping[str, Any]) -> bool:
        """No."""
        return False


class Literal(Expression):
    """Text that a model means as it stands."""

    def __init__(self, text: str) -> None:
        self.text, self.problem, self.names = text, None, frozenset()

    def value(self, context: Mapping[str, Any]) -> Any:
        """The text itself."""
        return self.text


def setting(text: str) -> Expression:
    """A value of the `work` vocabulary: FEEL after "=", else literal."""
    return Expression(text) if is_feel(text) else Literal(text)


def readable(text: str | None) -> Expression | None:
    """The expression of a text, None where there is none or it is not FEEL.

    What cannot be read is refused in a finished process; in a drawing it counts as open.
    """
    expression = Expression(text) if text else None
    return expression if expression is not None and expression.problem is None else None


class FeelScriptEngine:
    """What the library asks for values; it knows FEEL only."""

    def evaluate(
        self, task: "Token", expression: str, external_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The value of FEEL text in the scope of a token."""
        return Expression(expression).value({**(external_context or {}), **task.data})

    def execute(self, task: "Token", script: str, external_context: object = None) -> bool:
        """Scripts run in their own element; the library never runs any."""
        raise ElementFailed("script", "The library asked to run a script.")
