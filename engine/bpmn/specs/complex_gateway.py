"""Complex gateways: a join that fires when its activation condition says so.

`activationCount` is how many tokens wait. After it has fired, tokens that can still come by the
other flows are swallowed, as an inclusive join would wait for them; then it begins anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn.errors import ElementFailed
from engine.bpmn.scripting import readable
from engine.bpmn.specs.inclusive_gateway import InclusiveGateway

if TYPE_CHECKING:
    from engine.bpmn.level import Level
    from engine.bpmn.model import Element
    from engine.bpmn.specs.process import ProcessSpec
    from engine.bpmn.token import Token


class ComplexGateway(InclusiveGateway):
    """Without a condition it joins like an inclusive gateway."""

    def __init__(self, spec: ProcessSpec, element: Element, name: str | None = None) -> None:
        super().__init__(spec, element, name)
        self.activation = readable(element.condition)

    def joins(self, token: Token, arrived: list[Token]) -> bool:
        """Whether the activation condition holds now that this token has arrived."""
        if self.activation is None:
            return super().joins(token, arrived)
        late = token.workflow.swallowing.get(self.name)
        if late is None:
            return self._fires(token, arrived)
        if token.flow in late:
            late.remove(token.flow)
            level = token.workflow
            token.case.move(token, ())
            self.begin_anew(level)
        return False

    def is_complete(self, token: Token) -> bool:
        """Only the activation condition decides where there is one."""
        return self.activation is None and super().is_complete(token)

    def begin_anew(self, level: Level) -> None:
        """Be ready to fire again when nothing is late any more; what came meanwhile counts then."""
        empty = set(level.swallowing[self.name])
        arrived = level.arrived.get(self.name, [])
        if self._expected(level, empty, arrived):
            return
        del level.swallowing[self.name]
        for token in reversed(arrived):
            try:
                if self._fires(token, arrived):
                    token.case.finish(token)
            except ElementFailed as failure:
                token.case.fail(token, failure)
            return

    def _fires(self, token: Token, arrived: list[Token]) -> bool:
        assert self.activation is not None
        if not self.activation.holds({**token.data, "activationCount": len(arrived)}):
            return False
        came = {each.flow for each in arrived}
        self.consume(token, arrived)
        token.workflow.swallowing[self.name] = sorted(set(self.element.incoming) - came)
        self.begin_anew(token.workflow)
        return True
