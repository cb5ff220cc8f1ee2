"""The spec of a process or sub-process: its elements, where it starts, what it listens for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.specs import WorkflowSpec

if TYPE_CHECKING:
    from engine.bpmn.model import Element, ProcessModel
    from engine.bpmn.specs.event_sub_process import EventSubProcessStart
    from engine.bpmn.specs.node import Node


class ProcessSpec(WorkflowSpec):  # type: ignore[misc]
    """The elements directly inside one process or sub-process; shared by all its instances.

    The library adds tasks of its own to each process ("Start", "End" …) which elements of a
    model may be called too; this spec has none.
    """

    def __init__(self, model: ProcessModel, element: Element | None = None) -> None:
        self.model = model
        #: The sub-process, None for the process itself.
        self.element = element
        #: Name of this spec among all of a program.
        self.path = model.key if element is None else f"{model.key}/{element.id}"
        super().__init__(self.path, model.file)
        #: Looked for by the library.
        self.data_objects: dict[str, Any] = {}
        #: Where a token begins when nothing else is said.
        self.starts: tuple[Node, ...] = ()
        #: The starts of event sub-processes, and the ones of them that wait as tokens.
        self.event_starts: tuple[EventSubProcessStart, ...] = ()
        self.listeners: tuple[EventSubProcessStart, ...] = ()

    def node(self, name: str) -> Node:
        """The element of that name."""
        found: Node = self.task_specs[name]
        return found
