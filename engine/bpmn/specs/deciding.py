"""Gateways that decide: by conditions, or by a person where a condition is not written yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from engine.bpmn.errors import NotWaiting
from engine.bpmn.scripting import Undecided
from engine.bpmn.specs.node import Node

if TYPE_CHECKING:
    from engine.bpmn.journal import Wait
    from engine.bpmn.specs.flow import Flow
    from engine.bpmn.token import Token

AnyNode = TypeVar("AnyNode", bound=Node)


class Deciding(Node):
    """In an unfinished drawing the token asks which way to go, and waits for the answer."""

    def leave(self, token: Token) -> None:
        """Leave, or ask a person first."""
        kept = token.internal_data
        if "flows" not in kept and self._must_ask(token):
            kept["asked"] = True
            token.leaving = False
            token.case.stay(token)
            return
        kept.pop("asked", None)
        super().leave(token)

    def caught(self, token: Token, variables: Mapping[str, Any], which: int = 0) -> None:
        """The answer: `flow` is the id of one flow, or a list of ids. Raises NotWaiting."""
        if "asked" not in token.internal_data:
            super().caught(token, variables, which)
            return
        answer = variables.get("flow")
        chosen = answer if isinstance(answer, list) else [answer]
        known = {flow.id for flow in self.flows}
        if not chosen or not known.issuperset(chosen):
            raise NotWaiting(element_id=self.element.id)
        token.internal_data["flows"] = chosen
        token.case.finish(token)

    def done_by_hand(self, token: Token, variables: Mapping[str, Any]) -> None:
        """A person says which way to go on from a gateway that could not decide."""
        if "flow" in variables:
            token.internal_data["asked"] = True
            self.caught(token, variables)
        else:
            super().done_by_hand(token, variables)

    def choose(self, token: Token) -> list[Flow]:
        """The flows a person chose, else those whose conditions are true."""
        chosen = token.internal_data.get("flows")
        if chosen is not None:
            return [flow for flow in self.flows if flow.id in chosen]
        return self.decide(token)

    def decide(self, token: Token) -> list[Flow]:
        """The flows whose conditions are true. Raises ElementFailed when there is none."""
        return super().choose(token)

    def waits(self, token: Token) -> Iterator[Wait]:
        """The person who is asked."""
        if "asked" in token.internal_data:
            yield self.wait(token, "choice")
        else:
            yield from super().waits(token)

    def _must_ask(self, token: Token) -> bool:
        """Whether no written condition is true, and there are flows that still need one."""
        return any(map(self.is_open, self.flows)) and not any(
            flow.condition.holds(token.data) for flow in self.flows if flow.condition
        )

    def is_open(self, flow: Flow) -> bool:
        """Whether a flow's condition is no FEEL, or is still missing beside other flows."""
        if flow.condition is None:
            return len(self.flows) > 1 and not flow.is_default
        return isinstance(flow.condition, Undecided)


class DecidingActivity(Deciding):
    """Leaves an activity by conditions of which some cannot be read; flows may have none."""

    def is_open(self, flow: Flow) -> bool:
        """Whether a flow has a condition that is no FEEL."""
        return isinstance(flow.condition, Undecided)


def deciding(kind: type[AnyNode]) -> type[AnyNode]:
    """An activity's class that also asks which way to go."""
    return type(f"Deciding{kind.__name__}", (DecidingActivity, kind), {})
