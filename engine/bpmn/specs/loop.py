"""Activities that run several times: the token of the whole, with one below it for each item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.bpmn.forks import side
from engine.bpmn.specs.node import Node

if TYPE_CHECKING:
    from engine.bpmn.model import Element
    from engine.bpmn.specs.process import ProcessSpec
    from engine.bpmn.token import Token


class LoopBody(Node):
    """The activity as a whole: boundary events and flows belong to it, the work to its items."""

    def __init__(self, spec: ProcessSpec, element: Element, item: Node) -> None:
        super().__init__(spec, element)
        self.item = item
        self.input_mappings = self.output_mappings = ()

    @property
    def at_once(self) -> bool:
        """Whether items run beside each other, as on sides of a fork."""
        return False

    def enter(self, token: Token) -> None:
        """The items are logged, not the whole."""
        entered, token.entered = token.entered, True
        super().enter(token)
        token.entered = entered

    def log_entry(self, token: Token) -> None:
        """Only a loop without items is logged itself."""
        if not token.internal_data.get("count"):
            super().log_entry(token)
        token.entered = True

    def log_exit(self, token: Token) -> None:
        """Like the entry: each item has told its own end."""
        if not token.internal_data.get("count"):
            super().log_exit(token)

    def spawn_item(self, body: Token, index: int, own: dict[str, Any]) -> None:
        """Start one item with its own variables."""
        token = body.case.spawn(body.workflow, self.item, parent=body)
        token.previous = body.previous
        token.internal_data["index"] = index
        token.branch = side(body.branch, body.id, index) if self.at_once else body.branch
        token.declare({**own, "loopCounter": index + 1})
