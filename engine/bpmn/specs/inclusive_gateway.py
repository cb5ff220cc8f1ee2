"""Inclusive gateways: every flow whose condition is true; a join waits for what can still come.

BPMN 2.0.2, 13.4.3: a token elsewhere is waited for when it can reach an incoming flow that is
still empty and cannot reach one that has a token already, without passing the gateway itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn.specs.deciding import Deciding
from engine.bpmn.specs.joining import Joining

if TYPE_CHECKING:
    from engine.bpmn.level import Level
    from engine.bpmn.specs.flow import Flow
    from engine.bpmn.specs.node import Node
    from engine.bpmn.token import Token


class InclusiveGateway(Deciding, Joining):
    """Decides when nothing else runs any more, so that tokens on their way are seen."""

    def joins(self, token: Token, arrived: list[Token]) -> bool:
        """Never at once: the case asks again when all is quiet."""
        token.case.undecided_joins[token.id] = token
        return False

    def is_complete(self, token: Token) -> bool:
        """Whether nothing is on its way to a flow that is still empty."""
        level = token.workflow
        arrived = level.arrived.get(self.name, [])
        empty = set(self.element.incoming) - {each.flow for each in arrived}
        return not self._expected(level, empty, arrived)

    def release(self, token: Token) -> None:
        """Let the joined token go on."""
        token.case.undecided_joins.pop(token.id, None)
        self.consume(token, token.workflow.arrived[self.name])
        token.case.finish(token)

    def _expected(self, level: Level, empty: set[str], arrived: list[Token]) -> bool:
        """Whether something is on its way to an empty flow, and to none that is filled."""
        return any(
            reached & empty and reached <= empty
            for other in level.roots()
            if other not in arrived and not other.listener and not other.stays
            for reached in [self._reaches(other.node)]
        )

    def _reaches(self, start: Node) -> set[str]:
        """The incoming flows of this gateway that a token at `start` can come by."""
        found: set[str] = set()
        seen = {start.name}
        waiting = [start]
        while waiting:
            node = waiting.pop()
            for flow in onward(node):
                if flow.target is self:
                    found.add(flow.id)
                elif flow.target.name not in seen:
                    seen.add(flow.target.name)
                    waiting.append(flow.target)
        return found


def onward(node: Node) -> list[Flow]:
    """The flows that leave a node, or a boundary event attached to it."""
    return [*node.flows, *(flow for each in node.boundaries for flow in each.flows)]
