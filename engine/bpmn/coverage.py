"""What plays went through, and which branches of a process none of them has gone through yet."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.bpmn.journal import Entry
from engine.bpmn.model import Element, ProcessModel


@dataclass
class Covered:
    """Elements entered and sequence flows taken, of one play or of many."""

    #: How often, by element id.
    elements: Counter[str] = field(default_factory=Counter)
    flows: set[str] = field(default_factory=set)

    def add(self, entries: Iterable[Entry]) -> None:
        """Count in what a log tells."""
        for entry in entries:
            if entry.kind == "process":
                continue
            if entry.lifecycle == "start":
                self.elements[entry.element_id] += 1
            if entry.flow is not None:
                self.flows.add(entry.flow)


@dataclass(frozen=True)
class Branch:
    """A way that a case may take or not.

    kind      subject            way
    "flow"    element it leaves  name of the flow, else of what it leads to
    "event"   activity           the event at it
    "start"   the start event    ""
    """

    element_id: str
    kind: str
    subject: str
    way: str
    is_covered: bool

    def __str__(self) -> str:
        if self.kind == "event":
            return f"“{self.way}” at “{self.subject}” happens"
        if self.kind == "start":
            return f"it begins with “{self.subject}”"
        return f"“{self.subject}” goes to “{self.way}”"


def branches(model: ProcessModel, covered: Covered) -> list[Branch]:
    """All branches of a process, in the order of its file."""
    return [
        Branch(element.id, kind, subject, way, _is_covered(element, covered))
        for element, kind, subject, way in _ways(model)
    ]


def _is_covered(element: Element, covered: Covered) -> bool:
    if element.kind == "sequenceFlow":
        return element.id in covered.flows
    return covered.elements[element.id] > 0


def _ways(model: ProcessModel) -> Iterator[tuple[Element, str, str, str]]:
    for element in model.elements.values():
        if element.kind == "boundaryEvent":
            yield element, "event", model.elements[element.attached_to or ""].title, element.title
        elif element.kind == "startEvent" and _is_one_of_many(model, element):
            yield element, "start", element.title, ""
        elif element.is_node and len(element.outgoing) > 1 and element.kind != "parallelGateway":
            for flow in model.flows_from(element.id):
                target = model.elements[flow.outgoing[0]] if flow.outgoing else flow
                yield flow, "flow", element.title, flow.name.strip() or target.title


def _is_one_of_many(model: ProcessModel, start: Element) -> bool:
    parent = model.elements.get(start.parent or "")
    return len(model.starts) > 1 if parent is None else parent.triggered_by_event
