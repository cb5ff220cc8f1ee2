"""Script tasks in FEEL: a value for one variable, or a context for several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn.errors import ElementFailed
from engine.bpmn.scripting import Expression
from engine.bpmn.specs.node import Node

if TYPE_CHECKING:
    from engine.bpmn.model import Element
    from engine.bpmn.specs.process import ProcessSpec
    from engine.bpmn.workflow import Token


class ScriptTask(Node):
    """Evaluates its script. Without a result variable the entries of a context are written.

    In an unfinished drawing an empty script is a manual task, and one in a language that is never
    run here too.
    """

    wait_kind = "manual"

    def __init__(self, spec: ProcessSpec, element: Element, name: str | None = None) -> None:
        super().__init__(spec, element, name)
        self.script = Expression(element.script) if element.script else None

    def execute(self, token: Token) -> bool:
        """Run the script."""
        language = (self.element.script_format or "feel").lower()
        if "python" in language:
            raise ElementFailed("script", f"Scripts in {language} are not run here yet.")
        if self.script is None or language not in FEEL_FORMATS:
            return False
        value = self.script.kept(token.data)
        variable = self.element.settings.result
        if variable is not None:
            token.case.write(token.scope, {variable: value})
        elif isinstance(value, dict):
            token.case.write(token.scope, value)
        return True


FEEL_FORMATS = frozenset(["feel", "text/feel", "application/feel"])
