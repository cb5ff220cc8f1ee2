"""What the engine cannot execute yet, named for one process before anything is deployed."""

from collections.abc import Iterator

from engine.bpmn.model import DATA, Element, ProcessModel
from engine.bpmn.parser import NOT_EXECUTED
from engine.bpmn.problem import Problem, error, warning


def not_executed(model: ProcessModel) -> Iterator[Problem]:
    """An error for each element that would not do what BPMN says; data that is only noted warns."""
    for each in model.elements.values():
        for part in _parts(each):
            if part not in NOT_EXECUTED:
                continue
            if each.kind in DATA:
                message = f"“{each.title}” is kept in the drawing and is not read or written yet."
                yield warning(each.id, "not_executed", message)
                continue
            words = part.replace("event:", "").replace(":", " with ")
            yield error(each.id, "not_executed", f"“{each.title}” is not executed yet: {words}.")


def _parts(element: Element) -> Iterator[str]:
    """The names under which an element or a part of it may be listed."""
    yield element.kind
    yield from (f"event:{event.kind}" for event in element.events)
    if element.instantiate:
        yield f"{element.kind}:instantiate"
    if element.parallel_multiple:
        yield "event:parallelMultiple"
