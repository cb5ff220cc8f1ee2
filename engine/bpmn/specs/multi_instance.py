"""Multi-instance activities: one item for each element of a collection, at once or in turn."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core import feel
from engine.bpmn.errors import ElementFailed
from engine.bpmn.scripting import Expression, readable
from engine.bpmn.specs.definition import Definition
from engine.bpmn.specs.loop import LoopBody
from engine.bpmn.specs.throwing import throw_sign

if TYPE_CHECKING:
    from engine.bpmn.model import Element, Loop
    from engine.bpmn.specs.node import Node
    from engine.bpmn.specs.process import ProcessSpec
    from engine.bpmn.token import Token

#: Most items of one activity.
MAX_ITEMS = 10_000


class MultiInstance(LoopBody):
    """Keeps, in its token: count, done, next, the items still to come, and the outputs in order."""

    def __init__(self, spec: ProcessSpec, element: Element, item: Node, loop: Loop) -> None:
        super().__init__(spec, element, item)
        self.sequential = loop.kind == "sequential"
        self.item_name = loop.item
        self.collection = readable(loop.collection)
        self.cardinality = readable(loop.cardinality)
        self.output = readable(loop.output_item)
        self.output_item = loop.output_item
        self.output_collection = loop.output_collection
        self.until = readable(loop.completion_condition)
        self.only_first = loop.behavior == "One"
        self.signs = tuple(Definition(each.event) for each in loop.signs)
        self.sign_conditions = tuple(readable(each.condition) for each in loop.signs)

    @property
    def at_once(self) -> bool:
        """Whether all items run beside each other."""
        return not self.sequential

    def execute(self, token: Token) -> bool:
        """Start the items; an empty collection is over at once."""
        kept = token.internal_data
        if "count" in kept:
            return False
        items = self._items(token)
        count = len(items)
        kept |= {"count": count, "done": 0, "next": 0, "out": [None] * count}
        if self.sequential:
            kept["items"] = items
        for value in items[:1] if self.sequential else items:
            self._start(token, value)
        return count == 0

    def check_child(self, token: Token, child: Token) -> None:
        """Gather the output and judge the completion condition, before anything moves."""
        kept = token.internal_data
        value = self.output.kept(child.data) if self.output else None
        done = kept["done"] + 1
        numbers = {
            "numberOfInstances": kept["count"],
            "numberOfActiveInstances": kept["next"] - done,
            "numberOfCompletedInstances": done,
            "numberOfTerminatedInstances": 0,
        }
        seen = {**child.data, **numbers}
        over = self.until is not None and self.until.holds(seen)
        kept["thrown"] = [n for n in range(len(self.signs)) if self._is_thrown(n, done, seen)]
        kept["out"][child.internal_data["index"]] = value
        kept["done"] = done
        kept["over"] = over

    def child_left(self, token: Token, child: Token) -> None:
        """Start the next item, or end the activity."""
        kept = token.internal_data
        for number in kept.pop("thrown", ()):
            if not throw_sign(token, self.signs[number]):
                return
        if kept["over"]:
            for other in token.children:
                if not other.listener:
                    token.case.abort(other)
            token.case.finish(token)
        elif kept["done"] == kept["count"]:
            token.case.finish(token)
        elif self.sequential:
            self._start(token, kept["items"][kept["next"]])

    def write_outputs(self, token: Token) -> None:
        """Write the outputs, in the order of the items."""
        outputs = token.internal_data.get("out")
        if self.output_collection is not None and outputs is not None:
            token.case.write(token.scope, {self.output_collection: list(outputs)})

    def _is_thrown(self, number: int, done: int, seen: Mapping[str, Any]) -> bool:
        """Whether an event is thrown now that `done` items are complete."""
        condition = self.sign_conditions[number]
        if condition is not None:
            return condition.holds(seen)
        return done == 1 or not self.only_first

    def _start(self, body: Token, value: Any) -> None:
        index = body.internal_data["next"]
        body.internal_data["next"] = index + 1
        own: dict[str, Any] = {self.item_name: value} if self.item_name else {}
        if self.output_item is not None and self.output_item.isidentifier():
            own.setdefault(self.output_item, None)
        self.spawn_item(body, index, own)

    def _items(self, token: Token) -> list[Any]:
        expression = self.collection or self.cardinality
        if expression is None:
            # An unfinished drawing: the activity runs once.
            return [None]
        value = expression.kept(token.data)
        if self.collection is None:
            value = _range(value, expression)
        if not isinstance(value, list):
            shown = feel.format_value(value)
            raise ElementFailed("loop", f"“{expression.text}” is {shown}, not a list.")
        if len(value) > MAX_ITEMS:
            raise ElementFailed("loop", f"There are {len(value):,} items, {MAX_ITEMS:,} at most.")
        return value


def _range(value: Any, expression: Expression) -> list[int]:
    whole = isinstance(value, int | Decimal) and not isinstance(value, bool)
    if not whole or value < 0 or value != int(value) or value > MAX_ITEMS:
        shown = feel.format_value(value)
        raise ElementFailed("loop", f"“{expression.text}” is {shown}, not a number of items.")
    return list(range(1, int(value) + 1))
