"""What is wrong with an expression, for the people who write it: names, functions, literals."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from core.feel import regex, tree
from core.feel.builtins import BUILTINS, Builtin
from core.feel.constants import constant
from core.feel.errors import FeelLimitExceeded, Null
from core.feel.limits import Run
from core.feel.scope import MISSING
from core.feel.timemath import calculate
from core.feel.values import compare, kind_of

_PATTERNS = {"matches": 1, "replace": 1, "split": 1}
_PARAMETRIC = frozenset(("list", "context", "range", "function"))
_PURE = frozenset(("date", "time", "date and time", "duration", "number", "range"))


@dataclass(frozen=True)
class Problem:
    """Something wrong with an expression, at a position counted from 0."""

    position: int
    sentence: str


def problems(node: tree.Node, names: Collection[str] | None) -> list[Problem]:
    """Mistakes below a node; variables are checked only when their names are given."""
    checker = _Checker(None if names is None else frozenset(names))
    found = list(checker.visit(node, frozenset(), False))
    return sorted(dict.fromkeys(found), key=lambda problem: problem.position)


class _Checker:
    def __init__(self, names: frozenset[str] | None) -> None:
        self.names = names

    def visit(self, node: Any, local: frozenset[str], filtered: bool) -> Iterator[Problem]:
        """Problems of a node and all below; inside of a filter any name may be an entry."""
        if isinstance(node, tree.Name):
            yield from self.variable(node, local, filtered)
        elif isinstance(node, tree.Call):
            yield from self.call(node, local, filtered)
        elif isinstance(node, tree.Constant):
            yield from _constant(node)
        elif isinstance(node, tree.Arithmetic):
            yield from _arithmetic(node)
        elif isinstance(node, tree.Comparison):
            yield from _comparison(node)
        elif isinstance(node, tree.InstanceOf):
            yield from _instance_of(node)
        for child, seen, inside in _children(node, local, filtered):
            yield from self.visit(child, seen, inside)

    def variable(self, node: tree.Name, local: frozenset[str], filtered: bool) -> Iterator[Problem]:
        known = self.names
        if known is None or filtered or node.name in local or node.name in known:
            return
        if node.name not in BUILTINS:
            yield Problem(node.position, _unknown("variable", node.name, known | local))

    def call(self, node: tree.Call, local: frozenset[str], filtered: bool) -> Iterator[Problem]:
        function = node.function
        if not isinstance(function, tree.Name) or function.name in local:
            return
        builtin = BUILTINS.get(function.name)
        if builtin is not None and function.name not in (self.names or ()):
            yield from _builtin_call(node, builtin)
        elif self.names is None and not filtered:
            close = _unknown("function", function.name, BUILTINS)
            if "mean" in close:
                yield Problem(function.position, close)


def _children(
    node: Any, local: frozenset[str], filtered: bool
) -> Iterator[tuple[Any, frozenset[str], bool]]:
    """What is below a node, with the local names that are visible there."""
    if isinstance(node, tree.Context):
        for key, value in node.entries:
            yield value, local | {key}, filtered
            local |= {key}
    elif isinstance(node, tree.Filter):
        yield node.source, local, filtered
        yield node.test, local | {"item"}, True
    elif isinstance(node, tree.For | tree.Quantified):
        yield from _iteration(node, local, filtered)
    elif isinstance(node, tree.FunctionDefinition):
        yield node.body, local | {name for name, _ in node.parameters}, filtered
    elif isinstance(node, tree.Call):
        plain = isinstance(node.function, tree.Name) and node.function.name in BUILTINS
        if not plain:
            yield node.function, local, filtered
        yield from ((argument, local, filtered) for argument in node.arguments)
    elif isinstance(node, tree.Node):
        yield from ((child, local, filtered) for child in _nodes(vars(node).values()))


def _iteration(
    node: tree.For | tree.Quantified, local: frozenset[str], filtered: bool
) -> Iterator[tuple[Any, frozenset[str], bool]]:
    for iterator in node.iterators:
        yield iterator.source, local, filtered
        if iterator.end is not None:
            yield iterator.end, local, filtered
        local |= {iterator.name}
    body = node.body if isinstance(node, tree.For) else node.test
    yield body, local | {"partial"}, filtered


def _nodes(values: Any) -> Iterator[tree.Node]:
    for value in values:
        if isinstance(value, tree.Node):
            yield value
        elif isinstance(value, list | tuple):
            yield from _nodes(value)


def _unknown(what: str, name: str, known: Collection[str]) -> str:
    close = get_close_matches(name, sorted(known), 1)
    hint = f"; do you mean {close[0]}?" if close else ""
    return f"There is no {what} {name}{hint}"


def _instance_of(node: tree.InstanceOf) -> Iterator[Problem]:
    kind = node.type
    if kind.name in _PARAMETRIC and not (kind.parameters or kind.members or kind.result):
        yield Problem(
            node.position, f"The type {kind.name} requires parameters, as in {kind.name}<…>"
        )


def _constant(node: tree.Constant) -> Iterator[Problem]:
    if node.text:
        message = f"{node.text} is no date, time, date and time or duration"
        yield Problem(node.position, message)


def _arithmetic(node: tree.Arithmetic) -> Iterator[Problem]:
    left = constant(node.first)
    operator, other = node.rest[0]
    right = constant(other)
    if MISSING in (left, right) or type(left) is type(right) is not bool:
        return
    if calculate(operator, left, right) is None:
        message = f"{kind_of(left)} {operator} {kind_of(right)} is always null"
        yield Problem(node.position, message)


def _comparison(node: tree.Comparison) -> Iterator[Problem]:
    left, right = constant(node.left), constant(node.right)
    if MISSING in (left, right) or node.operator in ("=", "!="):
        return
    if compare(left, right) is None:
        yield Problem(node.position, f"{kind_of(left)} and {kind_of(right)} cannot be compared")


def _builtin_call(node: tree.Call, builtin: Builtin) -> Iterator[Problem]:
    name = builtin.name
    if node.names is not None:
        yield from _named(node, builtin)
        return
    count = len(node.arguments)
    if not any(found.required <= count <= found.most for found in builtin.overloads):
        yield Problem(node.position, f"{name} does not take {count} arguments")
        return
    values = [constant(argument) for argument in node.arguments]
    if MISSING not in values and name in _PURE:
        yield from _evaluated(node, builtin, values)
    at = _PATTERNS.get(name, count)
    if at < count and type(values[at]) is str:
        yield from _pattern(node.arguments[at], values[at])


def _named(node: tree.Call, builtin: Builtin) -> Iterator[Problem]:
    given = set(node.names or ())
    allowed = [{part.name for part in found.parameters} for found in builtin.overloads]
    if not any(given <= names for names in allowed):
        known = set().union(*allowed)
        wrong = ", ".join(sorted(given - known)) or "these together"
        message = f"{builtin.name} has no parameter {wrong}; it has {', '.join(sorted(known))}"
        yield Problem(node.position, message)


def _evaluated(node: tree.Call, builtin: Builtin, values: list[Any]) -> Iterator[Problem]:
    try:
        builtin.call(Run(), values)
    except Null as reason:
        yield Problem(node.position, f"{builtin.name} is always null here: {reason}")


def _pattern(node: tree.Node, pattern: str) -> Iterator[Problem]:
    try:
        regex.search(pattern, "", "")
    except (Null, FeelLimitExceeded) as reason:
        yield Problem(node.position, str(reason))
