"""Complex gateways: a join that fires when its activation condition says so.

`activationCount` is how many tokens wait. After it has fired, tokens that were
on their way by the other flows are swallowed; then it begins anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn.scripting import readable
from engine.bpmn.specs.inclusive_gateway import InclusiveGateway

if TYPE_CHECKING:
    from engine.bpmn.model import Element
    from engine.bpmn.specs.process import ProcessSpec
    from engine.bpmn.workflow import Token


class ComplexGateway(InclusiveGateway):
    """Without a condition it joins like an inclusive gateway."""

    def __init__(self, spec: ProcessSpec, element: Element, name: str | None = None) -> None:
        super().__init__(spec, element, name)
        self.activation = readable(element.condition)

    def joins(self, token: Token, arrived: list[Token]) -> bool:
        """Whether the activation condition holds now that this token has arrived."""
        if self.activation is None:
            return super().joins(token, arrived)
        if self._swallows(token, arrived):
            return False
        counted = {**token.data, "activationCount": len(arrived)}
        if not self.activation.holds(counted):
            return False
        came = {each.flow for each in arrived}
        self.consume(token, arrived)
        late = self.on_the_way(token) - came
        if late:
            token.workflow.swallowing[self.name] = sorted(late)
        return True

    def is_complete(self, token: Token) -> bool:
        """Only the activation condition decides where there is one."""
        return self.activation is None and super().is_complete(token)

    def _swallows(self, token: Token, arrived: list[Token]) -> bool:
        swallowing = token.workflow.swallowing
        late = swallowing.get(self.name, [])
        if token.flow not in late:
            return False
        late.remove(token.flow)
        if not late:
            del swallowing[self.name]
        token.case.move(token, ())
        return True
