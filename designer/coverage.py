"""What a play went through, and which branches of a process nothing has gone through yet."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from flask_babel import gettext as _

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
    """A way that a case may take or not: a flow, an event at an activity, a start."""

    element_id: str
    sentence: str
    is_covered: bool


def branches(model: ProcessModel, covered: Covered) -> list[Branch]:
    """All branches of a process, in the order of its file."""
    return [
        Branch(element.id, sentence, _is_covered(element, covered))
        for element, sentence in _ways(model)
    ]


def _is_covered(element: Element, covered: Covered) -> bool:
    if element.kind == "sequenceFlow":
        return element.id in covered.flows
    return covered.elements[element.id] > 0


def _ways(model: ProcessModel) -> Iterator[tuple[Element, str]]:
    for element in model.elements.values():
        if element.kind == "boundaryEvent":
            host = model.elements[element.attached_to or ""]
            yield (
                element,
                _(
                    "“%(event)s” at “%(activity)s” happens",
                    event=element.title,
                    activity=host.title,
                ),
            )
        elif element.kind == "startEvent" and _is_one_of_many(model, element):
            yield element, _("it begins with “%(event)s”", event=element.title)
        elif element.is_node and len(element.outgoing) > 1 and element.kind != "parallelGateway":
            yield from _flows(model, element)


def _is_one_of_many(model: ProcessModel, start: Element) -> bool:
    parent = model.elements.get(start.parent or "")
    return len(model.starts) > 1 if parent is None else parent.triggered_by_event


def _flows(model: ProcessModel, element: Element) -> Iterator[tuple[Element, str]]:
    for flow in model.flows_from(element.id):
        target = model.elements[flow.outgoing[0]] if flow.outgoing else flow
        name = flow.name.strip() or target.title
        yield flow, _("“%(element)s” goes to “%(way)s”", element=element.title, way=name)
