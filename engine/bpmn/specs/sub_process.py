"""Embedded sub-processes: a level of their own under the activity's token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from engine.bpmn.errors import NotWaiting
from engine.bpmn.specs.node import Node

if TYPE_CHECKING:
    from engine.bpmn.journal import Wait
    from engine.bpmn.level import Level
    from engine.bpmn.model import Element
    from engine.bpmn.specs.process import ProcessSpec
    from engine.bpmn.token import Token


class SubProcess(Node):
    """Runs what is drawn inside it; its variables are those around it.

    In an unfinished drawing an empty one is a manual task.
    """

    def __init__(
        self, spec: ProcessSpec, element: Element, inside: ProcessSpec, name: str | None = None
    ) -> None:
        super().__init__(spec, element, name)
        self.inside: ProcessSpec = inside

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is drawn inside."""
        return not self.inside.task_specs

    def execute(self, token: Token) -> bool:
        """Open the level inside and put a token on its start."""
        case = token.case
        if self.is_empty:
            return False
        if token.id not in case.subprocesses:
            level = case.enclose(token, self.inside, token.scope)
            self.begin(token, level)
        return False

    def caught(self, token: Token, variables: Mapping[str, Any], which: int = 0) -> None:
        """A person did what is not drawn yet. Raises NotWaiting."""
        if not self.is_empty:
            raise NotWaiting(element_id=self.element.id)
        token.case.write(token.scope, variables)
        token.case.finish(token)

    def waits(self, token: Token) -> Iterator[Wait]:
        """The person, where nothing is drawn inside."""
        if self.is_empty:
            yield self.wait(token, "manual")

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
