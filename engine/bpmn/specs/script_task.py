"""Script tasks: FEEL is evaluated in place, Python is a call to a sandbox outside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.python_script import read_script
from engine.bpmn.scripting import FEEL_FORMATS, Expression
from engine.bpmn.specs.node import Node
from engine.bpmn.specs.waiting_task import ServiceTask

if TYPE_CHECKING:
    from engine.bpmn.journal import Wait
    from engine.bpmn.model import Element
    from engine.bpmn.specs.process import ProcessSpec
    from engine.bpmn.token import Token


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
        if self.script is None or language not in FEEL_FORMATS:
            return False
        value = self.script.kept(token.data)
        variable = self.element.settings.result
        if variable is not None:
            token.case.write(token.scope, {variable: value})
        elif isinstance(value, dict):
            token.case.write(token.scope, value)
        return True


class PythonTask(ServiceTask):
    """Waits like a service task until a sandbox has run its script.

    In an unfinished drawing a script that cannot run is a manual task.
    """

    def waits(self, token: Token) -> Iterator[Wait]:
        """The call, or the person who does what cannot be called."""
        can_run = self.element.script and not read_script(self.element.script).mistakes
        yield self.wait(token, "service_task" if can_run else "manual")
