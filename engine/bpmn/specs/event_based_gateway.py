"""Event-based gateways: the first event that comes decides the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.specs.node import Node

if TYPE_CHECKING:
    from engine.bpmn.journal import Wait
    from engine.bpmn.workflow import Token


class EventBasedGateway(Node):
    """Holds a token below for each event or receive task behind it."""

    hides_children = True

    def execute(self, token: Token) -> bool:
        """Wait at everything behind the gateway at once."""
        if not token.has_children:
            for flow in self.flows:
                token.case.spawn(
                    token.workflow, flow.target, after=token, parent=token, flow=flow.id
                )
        return not self.flows

    def waits(self, token: Token) -> Iterator[Wait]:
        """The token itself; what it waits for is listed by the tokens below."""
        yield self.wait(token, "gateway")


def is_behind_start(node: Node) -> bool:
    """Whether an element stands behind an event-based gateway that begins instances."""
    sources: list[Node] = node.inputs
    return any(
        isinstance(source, EventBasedGateway) and source.element.instantiate for source in sources
    )
