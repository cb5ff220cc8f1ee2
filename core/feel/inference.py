"""The type of an expression as far as it can be seen without running it."""

from collections.abc import Mapping

from core.feel import tree
from core.feel.types import ANY, SIMPLE, FeelType, ListType
from core.feel.values import kind_of

_BOOLEAN = (
    tree.Comparison,
    tree.Logic,
    tree.Between,
    tree.In,
    tree.Quantified,
    tree.InstanceOf,
)


def result_of(node: tree.Node, names: Mapping[str, FeelType | None]) -> FeelType:
    """The type of a function's body; `names` are its parameters. Any when it is not obvious."""
    if isinstance(node, tree.Constant):
        return ANY if node.value is None else SIMPLE[kind_of(node.value)]
    if isinstance(node, tree.Name):
        return names.get(node.name) or ANY
    if isinstance(node, _BOOLEAN):
        return SIMPLE["boolean"]
    if isinstance(node, tree.Arithmetic):
        parts = [node.first, *(operand for _, operand in node.rest)]
        return _same([result_of(part, names) for part in parts], ("number", "string"))
    if isinstance(node, tree.If):
        return _same([result_of(node.yes, names), result_of(node.no, names)], tuple(SIMPLE))
    if isinstance(node, tree.ListOf) and node.items:
        return ListType(_same([result_of(item, names) for item in node.items], tuple(SIMPLE)))
    return ANY


def _same(types: list[FeelType], allowed: tuple[str, ...]) -> FeelType:
    names = {found.name for found in types}
    return types[0] if len(names) == 1 and types[0].name in allowed else ANY
