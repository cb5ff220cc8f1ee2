"""Start events: by the time there is a token, their trigger has come."""

from collections.abc import Mapping
from typing import Any

from engine.bpmn.errors import ElementFailed
from engine.bpmn.scripting import readable
from engine.bpmn.specs.node import Node


class StartEvent(Node):
    """Where an instance or a sub-process begins."""

    def holds(self, variables: Mapping[str, Any]) -> bool:
        """Whether a condition that begins an instance here is true of what it is given."""
        for event in self.element.events:
            condition = readable(event.expression) if event.kind == "conditional" else None
            try:
                if condition is not None and condition.holds(variables):
                    return True
            except ElementFailed:
                continue
        return False
