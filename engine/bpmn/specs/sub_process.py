"""Embedded sub-processes: a level of their own under the activity's token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn.specs.node import Node

if TYPE_CHECKING:
    from engine.bpmn.model import Element
    from engine.bpmn.specs.process import ProcessSpec
    from engine.bpmn.workflow import Level, Token


class SubProcess(Node):
    """Runs what is drawn inside it; its variables are those around it."""

    def __init__(
        self, spec: ProcessSpec, element: Element, inside: ProcessSpec, name: str | None = None
    ) -> None:
        super().__init__(spec, element, name)
        self.inside: ProcessSpec = inside

    def execute(self, token: Token) -> bool:
        """Open the level inside and put a token on its start."""
        case = token.case
        if token.id not in case.subprocesses:
            level = case.enclose(token, self.inside, token.scope)
            self.begin(token, level)
        return False

    def begin(self, token: Token, level: Level) -> None:
        """Put the first tokens inside: at the start, or on the way to a compensation handler."""
        kept = token.internal_data
        if kept.get("route"):
            first, *rest = kept["route"]
            level.compensations = kept.get("inner", [])
            token.case.begin(level, [self.inside.node(first)], rest)
        elif "start" in kept:
            token.case.begin(level, [self.inside.node(kept["start"])])
        else:
            token.case.begin(level, self.inside.starts)
