"""How many tokens an activity needs to begin, and how many leave it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn.forks import joined

if TYPE_CHECKING:
    from engine.bpmn.token import Token


def gathers(token: Token, quantity: int) -> bool:
    """Whether enough tokens are there; this one then stands for them, else it waits."""
    kept = token.internal_data
    if quantity < 2 or token.belongs or "route" in kept or "gathered" in kept:
        return True
    arrived = token.workflow.arrived.setdefault(token.node.name, [])
    if token not in arrived:
        arrived.append(token)
    if len(arrived) < quantity:
        if not token.arrived:
            token.arrived = True
            token.case.log(token, "arrive")
        return False
    arrived.remove(token)
    others = arrived[: quantity - 1]
    for other in others:
        token.case.log(other, "join")
        token.case.drop(other)
    token.branch = joined(each.branch for each in [token, *others])
    kept["gathered"] = True
    return True


def is_gathering(token: Token) -> bool:
    """Whether a token waits at an activity for others to begin it with."""
    return (
        token.arrived
        and token.node.element.start_quantity > 1
        and ("gathered" not in token.internal_data)
    )
