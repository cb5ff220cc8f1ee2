"""What is wrong or doubtful in the requirements graph, beyond single expressions."""

from collections import Counter
from collections.abc import Iterator

from engine.bpmn.problem import Problem, error, todo, warning
from engine.dmn import analysis, cells, model
from engine.dmn.graph import Graph, Node, Unit


def problems(graph: Graph) -> list[Problem]:
    """All mistakes, doubts and unfinished parts, each once."""
    found = mistakes(graph)
    for unit in graph.units:
        # A cell that cannot be read accepts everything: what it would clash with says nothing.
        for table in () if unit.environment.problems else unit.environment.tables:
            found.extend(analysis.problems(table))
        found.extend(_expressions(unit))
    return list(dict.fromkeys(found))


def mistakes(graph: Graph) -> list[Problem]:
    """What is seen without looking at tables as a whole; all errors are among it."""
    found: list[Problem] = []
    for unit in graph.units:
        found.extend(unit.environment.problems)
        found.extend(_names(unit))
        for table in unit.environment.tables:
            found.extend(cells.problems(table))
    for node in graph.nodes.values():
        found.extend(_node(node))
    return found


def _names(unit: Unit) -> Iterator[Problem]:
    elements = unit.definitions.elements.values()
    for double in unit.definitions.doubles:
        message = f"Several elements have the id {double}: editors keep one of them only."
        yield warning(double, "duplicate_id", message)
    counted = Counter(element.name for element in elements)
    for element in elements:
        if counted[element.name] > 1:
            message = f"Another element is called {element.name} too."
            yield error(element.id, "duplicate_name", message)
        if not element.name:
            yield warning(element.id, "no_name", "This element has no name.")


def _node(node: Node) -> Iterator[Problem]:
    element = node.element
    if isinstance(element, model.Decision | model.Knowledge) and element.logic is None:
        yield todo(element.id, "no_logic", f"{element.name} has no logic yet.")
    if isinstance(element, model.Decision) and _needs_itself(node):
        yield error(element.id, "circular_requirement", f"{element.name} requires itself.")


def _needs_itself(node: Node) -> bool:
    seen: set[tuple[str, str]] = set()
    waiting = [other for _, other in node.required]
    while waiting:
        other = waiting.pop()
        if other is node:
            return True
        if other.key not in seen:
            seen.add(other.key)
            waiting.extend(inner for _, inner in other.required)
    return False


def _expressions(unit: Unit) -> Iterator[Problem]:
    environment = unit.environment
    for text, names, element in dict.fromkeys(environment.texts):
        for found in environment.dialect(names).check(text, None):
            yield warning(element or None, "feel_doubt", f"{text!r}: {found.sentence}.")
