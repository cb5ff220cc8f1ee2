"""Exclusive gateways: the first flow whose condition is true, else the default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn.errors import ElementFailed
from engine.bpmn.specs.deciding import Deciding

if TYPE_CHECKING:
    from engine.bpmn.specs.flow import Flow
    from engine.bpmn.token import Token


class ExclusiveGateway(Deciding):
    """One way out, in the order the flows are drawn."""

    def decide(self, token: Token) -> list[Flow]:
        """The one flow to take."""
        if len(self.flows) <= 1 and not any(flow.condition for flow in self.flows):
            return list(self.flows)
        for flow in self.flows:
            if flow.is_default:
                continue
            if flow.condition is not None and flow.condition.holds(token.data):
                return [flow]
        default = [flow for flow in self.flows if flow.is_default]
        if not default:
            raise ElementFailed("gateway", self.undecided())
        return default
