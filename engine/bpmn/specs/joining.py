"""Gateways that wait for several flows: what their joins share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.forks import joined
from engine.bpmn.specs.node import Node
from engine.bpmn.specs.quantity import is_gathering
from engine.bpmn.states import STARTED

if TYPE_CHECKING:
    from engine.bpmn.journal import Wait
    from engine.bpmn.token import Token


class Joining(Node):
    """Holds tokens that have arrived until the join is complete, then lets one go on."""

    def execute(self, token: Token) -> bool:
        """Arrive; true when the join is complete and this token leaves for all."""
        if len(self.element.incoming) <= 1:
            return True
        arrived = token.workflow.arrived.setdefault(self.name, [])
        if token not in arrived:
            arrived.append(token)
        if self.joins(token, arrived):
            return True
        if token.is_alive and not token.arrived:
            token.arrived = True
            token.case.log(token, "arrive")
        return False

    def joins(self, token: Token, arrived: list[Token]) -> bool:
        """Whether the join is complete now that this token has arrived."""
        raise NotImplementedError

    def consume(self, token: Token, arrived: list[Token]) -> None:
        """Take one token of each flow; the one that goes on stands for them."""
        used = {token.flow: token}
        arrived.remove(token)
        for other in list(arrived):
            if other.flow not in used:
                used[other.flow] = other
                token.case.log(other, "join")
                token.case.drop(other)
        token.branch = joined(each.branch for each in used.values())

    def enter(self, token: Token) -> None:
        """A join is entered once, when it is complete; before that its tokens only arrive."""
        if len(self.element.incoming) <= 1:
            super().enter(token)

    def waits(self, token: Token) -> Iterator[Wait]:
        """A token that waits for the others."""
        yield self.wait(token, "join")


def waits_at_join(token: Token) -> bool:
    """Whether a token stands at a join and waits for others."""
    at_join = isinstance(token.node, Joining) and "asked" not in token.internal_data
    return (at_join or is_gathering(token)) and token.state == STARTED
