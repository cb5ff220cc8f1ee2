"""Event-based gateways: the first event that comes decides the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.specs.node import Node

if TYPE_CHECKING:
    from engine.bpmn.journal import Wait
    from engine.bpmn.token import Token


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
    return _gateway_before(node) is not None


def awaited_with(node: Node) -> list[Node]:
    """What else an instance waits for that began here: a parallel gateway wants all its events."""
    gateway = _gateway_before(node)
    if gateway is None or not gateway.element.parallel_multiple:
        return []
    return [flow.target for flow in gateway.flows if flow.target is not node]


def _gateway_before(node: Node) -> EventBasedGateway | None:
    """The event-based gateway in front of an element that begins instances."""
    sources: list[Node] = node.inputs
    for source in sources:
        if isinstance(source, EventBasedGateway) and source.element.instantiate:
            return source
    return None
