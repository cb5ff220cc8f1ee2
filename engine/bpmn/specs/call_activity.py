"""Call activities: another process, with variables of its own, under the activity's token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from engine.bpmn.errors import ElementFailed, NotWaiting
from engine.bpmn.scripting import Expression, setting
from engine.bpmn.specs.node import Node
from engine.bpmn.variables import Scope

if TYPE_CHECKING:
    from engine.bpmn.extensions import InOut
    from engine.bpmn.journal import Wait
    from engine.bpmn.model import Element
    from engine.bpmn.specs.process import ProcessSpec
    from engine.bpmn.token import Token

Mappings = tuple[tuple[str, Expression], ...]


class CallActivity(Node):
    """Runs a called process; only what is mapped goes in and comes out.

    In an unfinished drawing one that calls nothing is a manual task.
    """

    def __init__(self, spec: ProcessSpec, element: Element, name: str | None = None) -> None:
        super().__init__(spec, element, name)
        called = element.called_element
        self.called = setting(called) if called else None
        call = element.settings.call
        self.ins = _mappings(call.ins if call else ())
        self.outs = _mappings(call.outs if call else ())
        self.all_in = call is not None and any(each.all for each in call.ins)
        self.all_out = call is not None and any(each.all for each in call.outs)

    def execute(self, token: Token) -> bool:
        """Open the called process and put a token on its start."""
        case = token.case
        if token.id in case.subprocesses:
            return False
        if self.called is None:
            return False
        key = str(self.called.value(token.data))
        spec = case.program.processes.get(key)
        if spec is None:
            raise ElementFailed("call", f"There is no process “{key}” to call.")
        variables = dict(token.data) if self.all_in else {}
        variables.update((name, source.kept(token.data)) for name, source in self.ins)
        scope = Scope(variables, key=token.id)
        level = case.enclose(token, spec, scope)
        case.tell(scope, variables)
        case.begin(level, spec.starts)
        return False

    def caught(self, token: Token, variables: Mapping[str, Any], which: int = 0) -> None:
        """A person did what no process is chosen for yet. Raises NotWaiting."""
        if self.called is not None:
            raise NotWaiting(element_id=self.element.id)
        token.case.write(token.scope, variables)
        token.case.finish(token)

    def waits(self, token: Token) -> Iterator[Wait]:
        """The person, where no process is chosen."""
        if self.called is None:
            yield self.wait(token, "manual")

    def write_outputs(self, token: Token) -> None:
        """Write what comes out of the called process, then the mapped outputs."""
        level = token.case.subprocesses.get(token.id)
        if level is not None:
            inside = level.scope.own
            # Only what was written inside: the rest may have changed outside meanwhile.
            written = level.scope.written if self.all_out else ()
            values = {name: inside[name] for name in written}
            values.update((name, source.kept(inside)) for name, source in self.outs)
            token.case.write(token.scope, values)
        super().write_outputs(token)


def _mappings(pairs: tuple[InOut, ...]) -> Mappings:
    """Targets and the expressions of their sources; a lone source keeps its name."""
    return tuple(
        (pair.target or pair.source, Expression(pair.source))
        for pair in pairs
        if pair.source is not None
    )
