"""Start events: by the time there is a token, their trigger has come."""

from engine.bpmn.specs.node import Node


class StartEvent(Node):
    """Where an instance or a sub-process begins."""
