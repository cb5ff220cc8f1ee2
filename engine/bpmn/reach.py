"""Which elements of a process a token can ever stand on, judged by the drawing alone."""

from collections.abc import Iterable, Iterator

from engine.bpmn.model import Element, ProcessModel


def unreachable(model: ProcessModel) -> list[Element]:
    """The nodes that no start leads to, in document order."""
    lost = []
    for scope in _scopes(model):
        nodes = [each for each in model.inside(scope) if each.is_node]
        found = _reached(model, nodes)
        lost += [each for each in nodes if each.id not in found]
    return lost


def _scopes(model: ProcessModel) -> Iterable[str | None]:
    return dict.fromkeys(each.parent for each in model.elements.values())


def _reached(model: ProcessModel, nodes: list[Element]) -> set[str]:
    beyond = _beyond(nodes)
    found: set[str] = set()
    open_ids = [each.id for each in _entries(nodes)]
    while open_ids:
        element_id = open_ids.pop()
        element = model.elements.get(element_id)
        if element_id in found or element is None or not element.is_node:
            continue
        found.add(element_id)
        for flow in element.outgoing:
            open_ids += model.elements[flow].outgoing
        open_ids += beyond.get(element_id, ())
    return found


def _beyond(nodes: list[Element]) -> dict[str | None, list[str]]:
    """What is reached from a node other than by flows: its boundary events, its link's target."""
    targets: dict[str | None, list[str]] = {}
    for each in nodes:
        for name in _links(each) if each.kind == "intermediateCatchEvent" else ():
            targets.setdefault(name, []).append(each.id)
    found: dict[str | None, list[str]] = {}
    for each in nodes:
        if each.kind == "boundaryEvent":
            found.setdefault(each.attached_to, []).append(each.id)
        elif each.kind == "intermediateThrowEvent":
            found[each.id] = [to for name in _links(each) for to in targets.get(name, ())]
    return found


def _links(event: Element) -> list[str | None]:
    return [each.name for each in event.events if each.kind == "link"]


def _entries(nodes: list[Element]) -> Iterator[Element]:
    """Where tokens begin: start events, or without any of them what no flow leads to."""
    starts = [each for each in nodes if each.kind == "startEvent" or each.instantiate]
    aside = [each for each in nodes if each.triggered_by_event or each.for_compensation]
    yield from aside
    if starts:
        yield from starts
    else:
        waiting = [each for each in nodes if each.kind != "boundaryEvent" and each not in aside]
        yield from [each for each in waiting if not each.incoming] or waiting[:1]
