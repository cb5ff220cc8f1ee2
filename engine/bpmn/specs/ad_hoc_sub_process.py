"""Ad-hoc sub-processes: what is inside runs in any order until the completion condition holds.

All activities that no flow enters begin at once, or one after the other when it is sequential.
When they are all over and the condition does not hold, the sub-process waits: a person starts
another activity or says that it is done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from engine.bpmn.errors import NotWaiting
from engine.bpmn.scripting import readable
from engine.bpmn.specs.sub_process import SubProcess

if TYPE_CHECKING:
    from engine.bpmn.journal import Wait
    from engine.bpmn.level import Level
    from engine.bpmn.model import Element
    from engine.bpmn.specs.node import Node
    from engine.bpmn.specs.process import ProcessSpec
    from engine.bpmn.token import Token


class AdHocSubProcess(SubProcess):
    """Keeps, in its token, the activities still to begin."""

    def __init__(
        self, spec: ProcessSpec, element: Element, inside: ProcessSpec, name: str | None = None
    ) -> None:
        super().__init__(spec, element, inside, name)
        self.until = readable(element.completion_condition)

    @property
    def is_empty(self) -> bool:
        """Never: its person is asked in any case."""
        return False

    def begin(self, token: Token, level: Level) -> None:
        """Begin all activities, or the first; without any, wait."""
        if token.internal_data.get("route"):
            super().begin(token, level)
            return
        names = [node.name for node in self.inside.starts]
        count = 1 if self.element.sequential else len(names)
        token.internal_data["todo"] = names[count:]
        # The level stays open between activities; this token alone says when it is over.
        level.held = True
        token.case.begin(level, map(self.inside.node, names[:count]))

    def execute(self, token: Token) -> bool:
        """Open the level, or judge once more after the condition has failed."""
        level = token.case.subprocesses.get(token.id)
        if level is not None:
            self.moved_inside(token, level)
        return super().execute(token)

    def moved_inside(self, token: Token, level: Level) -> None:
        """Something inside is completed: is all over, or what is next?"""
        kept = token.internal_data
        if self.until is not None and self.until.holds(token.data):
            kept["todo"] = []
            kept["over"] = True
            if self.element.cancel_remaining:
                token.case.clear(level)
        if level.open:
            return
        if kept["todo"]:
            token.case.spawn(level, self.inside.node(kept["todo"].pop(0)))
        elif self.until is None or kept.get("over"):
            self._close(token, level)

    def begin_activity(self, token: Token, element_id: str) -> None:
        """Start one of the activities inside, again or for the first time. Raises NotWaiting."""
        startable: dict[str, Node] = {node.element.id: node for node in self.inside.starts}
        if element_id not in startable or token.internal_data.get("over"):
            raise NotWaiting(element_id=element_id)
        level = token.case.subprocesses[token.id]
        token.case.spawn(level, startable[element_id], after=token)

    def caught(self, token: Token, variables: Mapping[str, Any], which: int = 0) -> None:
        """A person says that nothing is left to do."""
        level = token.case.subprocesses[token.id]
        if level.open:
            raise NotWaiting(element_id=self.element.id)
        token.case.write(token.scope, variables)
        self._close(token, level)

    def waits(self, token: Token) -> Iterator[Wait]:
        """The person who decides, while nothing runs inside."""
        level = token.case.subprocesses[token.id]
        if level.held and not level.open:
            yield self.wait(token, "ad_hoc")

    def _close(self, token: Token, level: Level) -> None:
        level.held = False
        token.case.settle(level)
