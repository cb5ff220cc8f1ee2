"""What a decision needs from outside: declared input data, and names that nobody declared."""

from collections.abc import Iterator
from dataclasses import dataclass

from core import feel
from engine.dmn import model
from engine.dmn.graph import Graph, Node, ServiceFunction

#: Most values that are offered for one input.
MAX_CHOICES = 50


@dataclass(frozen=True)
class Need:
    """One value to be given. `type` as the file has it, "" for any; `choices` are known texts."""

    name: str
    type: str
    choices: tuple[str, ...]


def of(graph: Graph, node: Node) -> tuple[Need, ...]:
    """What a decision or service needs, each name once, in the order it is met."""
    reached = list(_reached(node))
    found: dict[str, str] = {}
    for each in reached:
        if isinstance(each.element, model.InputData):
            found.setdefault(each.name, each.element.variable.type_ref or "")
    for each in reached:
        for name in _undeclared(each):
            if name not in graph.declared:
                found.setdefault(name, "")
    return tuple(_need(graph, name, kind) for name, kind in found.items())


def _reached(node: Node) -> Iterator[Node]:
    """The node and all it builds on, what is needed first before what needs it."""
    seen: set[int] = set()

    def visit(each: Node) -> Iterator[Node]:
        if id(each) in seen:
            return
        seen.add(id(each))
        function = each.function
        inner = [other for _, other in each.required]
        if isinstance(function, ServiceFunction):
            inner = function.inputs
        for other in inner:
            yield from visit(other)
        yield each

    return visit(node)


def _undeclared(node: Node) -> list[str]:
    """Names that the logic reads and nothing in the file gives."""
    found: dict[str, None] = {}
    for text, names, _ in node.texts:
        try:
            read = node.unit.environment.dialect(names).compile(text).names
        except feel.FeelSyntaxError:
            continue
        found.update(dict.fromkeys(sorted(read - names)))
    return list(found)


def _need(graph: Graph, name: str, kind: str) -> Need:
    """With the type and the texts that table columns over this very name tell."""
    choices: dict[str, None] = {}
    for unit in graph.units:
        for table in unit.environment.tables:
            for column, source, index in zip(
                table.columns, table.node.inputs, table.index, strict=True
            ):
                if source.expression.text == name:
                    kind = kind or source.expression.type_ref or ""
                    choices.update(dict.fromkeys(_texts(column.allowed)))
                    if "string" in index.by_kind:
                        values = index.by_kind["string"].values.values()
                        choices.update(dict.fromkeys(str(value) for value in values))
    return Need(name, kind, tuple(choices)[:MAX_CHOICES])


def _texts(allowed: feel.UnaryTests | None) -> list[str]:
    constants = () if allowed is None else allowed.constants or ()
    return [value for value in constants if isinstance(value, str)]
