"""Which loop a token goes round in: what an incident about an endless one names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.specs.inclusive_gateway import onward
from engine.bpmn.specs.loop import LoopBody

if TYPE_CHECKING:
    from engine.bpmn.specs.node import Node
    from engine.bpmn.token import Token

#: Elements of a loop that are named.
MOST_NAMED = 5


def around(token: Token) -> list[Node]:
    """The elements of the innermost loop that a token is in; none when it is in no loop.

    A loop is drawn with flows, or is an activity that runs several times.
    """
    here: Token | None = token
    while here is not None:
        if isinstance(here.node, LoopBody):
            return [here.node]
        found = _circle(here.node)
        if found:
            return found
        here = here.owner or here.workflow.parent_token
    return []


def named(nodes: list[Node]) -> str:
    """The elements by name, in the order a token comes to them."""
    names = [node.element.name or node.element.id for node in nodes[:MOST_NAMED]]
    return ", ".join(names) + (" …" if len(nodes) > MOST_NAMED else "")


def _circle(start: Node) -> list[Node]:
    """The elements that `start` leads to and that lead back to it."""
    found = {start.name: start}
    sources: dict[str, list[str]] = {}
    waiting = [start]
    while waiting:
        node = waiting.pop(0)
        for target in _next(node):
            sources.setdefault(target.name, []).append(node.name)
            if target.name not in found:
                found[target.name] = target
                waiting.append(target)
    back: set[str] = set()
    names = list(sources.get(start.name, ()))
    while names:
        name = names.pop()
        if name not in back:
            back.add(name)
            names += sources.get(name, ())
    return [node for name, node in found.items() if name in back]


def _next(node: Node) -> Iterator[Node]:
    return (flow.target for flow in onward(node))
