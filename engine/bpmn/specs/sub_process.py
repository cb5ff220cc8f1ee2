"""Embedded sub-processes: a level of their own under the activity's token."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.bpmn.specs.node import Node

if TYPE_CHECKING:
    from engine.bpmn.model import Element
    from engine.bpmn.specs.process import ProcessSpec
    from engine.bpmn.workflow import Token


class SubProcess(Node):
    """Runs what is drawn inside it; its variables are those around it."""

    def __init__(
        self, spec: ProcessSpec, element: Element, inside: ProcessSpec, name: str | None = None
    ) -> None:
        super().__init__(spec, element, name)
        self.inside = inside

    def execute(self, token: Token) -> bool:
        """Open the level inside and put a token on its start."""
        case = token.case
        if token.id not in case.subprocesses:
            level = case.enclose(token, self.inside, token.scope)
            case.begin(level, self.starts(token))
        return False

    def starts(self, token: Token) -> Iterable[Node]:
        """Where the level inside begins."""
        start = token.internal_data.get("start")
        return self.inside.starts if start is None else (self.inside.node(start),)
