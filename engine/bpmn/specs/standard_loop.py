"""Standard loops: the activity runs again while its condition holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn.scripting import readable
from engine.bpmn.specs.loop import LoopBody

if TYPE_CHECKING:
    from engine.bpmn.model import Element, Loop
    from engine.bpmn.specs.node import Node
    from engine.bpmn.specs.process import ProcessSpec
    from engine.bpmn.token import Token


class StandardLoop(LoopBody):
    """Keeps, in its token, how often it has begun; the condition is tested before or after."""

    def __init__(self, spec: ProcessSpec, element: Element, item: Node, loop: Loop) -> None:
        super().__init__(spec, element, item)
        self.condition = readable(loop.condition)
        self.maximum = loop.maximum
        self.test_before = loop.test_before

    def execute(self, token: Token) -> bool:
        """Run the first round, unless a condition tested before says no."""
        if any(not child.listener for child in token.children):
            return False
        if self.test_before and not self._again(token, token):
            return True
        self._start(token)
        return False

    def check_child(self, token: Token, child: Token) -> None:
        """Judge the condition, before anything moves."""
        token.internal_data["again"] = self._again(token, child)

    def child_left(self, token: Token, child: Token) -> None:
        """Run another round, or end the activity."""
        if token.internal_data.pop("again"):
            self._start(token)
        else:
            token.case.finish(token)

    def _again(self, body: Token, seen_from: Token) -> bool:
        begun = body.internal_data.get("count", 0)
        if self.maximum is not None and begun >= self.maximum:
            return False
        if self.condition is None:
            return self.maximum is not None or begun == 0
        context = {**seen_from.data, "loopCounter": begun}
        return self.condition.holds(context)

    def _start(self, body: Token) -> None:
        index = body.internal_data.get("count", 0)
        body.internal_data["count"] = index + 1
        self.spawn_item(body, index, {})
