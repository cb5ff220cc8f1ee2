"""Parallel gateways: a token of every incoming flow makes one; one goes out on every flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn.specs.joining import Joining

if TYPE_CHECKING:
    from engine.bpmn.specs.flow import Flow
    from engine.bpmn.token import Token


class ParallelGateway(Joining):
    """Synchronises; tokens beyond one a flow are kept for the next time."""

    def joins(self, token: Token, arrived: list[Token]) -> bool:
        """Whether every incoming flow has a token."""
        if len({each.flow for each in arrived}) < len(self.element.incoming):
            return False
        self.consume(token, arrived)
        return True

    def choose(self, token: Token) -> list[Flow]:
        """All flows; conditions mean nothing here."""
        return list(self.flows)
