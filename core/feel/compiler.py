"""From the syntax tree to Python closures.

Every node becomes one function of a frame. Nothing here touches attributes of values, and no code
is generated: what an expression can do is what these functions do.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeGuard

from core.feel import (
    arithmetic,
    comparison,
    functions,
    inference,
    iteration,
    paths,
    tree,
    types,
)
from core.feel.comparison import Matcher
from core.feel.errors import FeelSyntaxError
from core.feel.iteration import Source
from core.feel.limits import require_bounded
from core.feel.scope import CONTEXT, MISSING, RUN, Code, Frame, Layer, Scope, warn
from core.feel.types import FeelType
from core.feel.values import KIND_OF, Function, Range, Unequal, compare, kind_of, read_once

_READY = frozenset(KIND_OF) - {list, dict, Decimal}


class Compiler:
    """Compiles the trees of one expression."""

    def __init__(
        self,
        builtins: Mapping[str, Function],
        known_type: Callable[[str], FeelType | None] = lambda name: None,
    ) -> None:
        self.scope = Scope()
        self.builtins = builtins
        self.known_type = known_type

    def compile(self, node: tree.Node) -> Code:
        """The code of a node."""
        return _COMPILE[type(node)](self, node)

    def type_of(self, name: tree.TypeName) -> FeelType:
        """The type a name stands for. Raises FeelSyntaxError."""
        found = types.resolve(name, self.known_type)
        if found is None:
            raise FeelSyntaxError(f"There is no type {name.name}", name.position)
        return found

    # -- leaves

    def constant(self, node: tree.Constant) -> Code:
        value = node.value
        return lambda frame: value

    def name(self, node: tree.Name) -> Code:
        items, slot = self.scope.find(node.name)
        code = self.variable(node.name) if slot is None else _local(slot)
        if node.name == "partial" and slot is not None:
            code = iteration.copied(code)
        return _item_first(tuple(items), node.name, code) if items else code

    def variable(self, name: str) -> Code:
        """A name of the context, else a built-in."""
        self.scope.reads.add(name)
        builtin = self.builtins.get(name, MISSING)

        def load(frame: Frame) -> Any:
            value = frame[CONTEXT].get(name, MISSING)
            kind = type(value)
            if kind in _READY or (kind is Decimal and value.is_finite()):
                return value
            if value is not MISSING:
                return read_once(value, frame[RUN])
            if builtin is not MISSING:
                return builtin
            warn(frame, f"There is no variable {name}")
            return None

        return load

    # -- control

    def condition(self, node: tree.If) -> Code:
        test, yes, no = self.compile(node.test), self.compile(node.yes), self.compile(node.no)
        return lambda frame: yes(frame) if test(frame) is True else no(frame)

    def logic(self, node: tree.Logic) -> Code:
        return comparison.logic(node.operator, [self.compile(part) for part in node.operands])

    def comparison(self, node: tree.Comparison) -> Code:
        left, right = node.left, node.right
        code = comparison.compared(node.operator, self.compile(left), self.compile(right))
        if (
            self._is_variable(left)
            and isinstance(right, tree.Constant)
            and type(right.value) in (Decimal, str)
            and node.operator != "!="
        ):
            return comparison.with_constant(node.operator, left.name, right.value, code)
        return code

    def _is_variable(self, node: tree.Node) -> TypeGuard[tree.Name]:
        return isinstance(node, tree.Name) and self.scope.find(node.name) == ([], None)

    def between(self, node: tree.Between) -> Code:
        return comparison.between(
            self.compile(node.value), self.compile(node.low), self.compile(node.high)
        )

    def inside(self, node: tree.In) -> Code:
        value = self.compile(node.value)
        return comparison.inside(value, [self.test(test) for test in node.tests])

    def test(self, node: tree.Test) -> Matcher:
        """One test as a function of frame and value."""
        operand = self.compile(node.operand)
        if node.operator:
            return comparison.operator_test(node.operator, operand)
        return comparison.value_test(operand)

    def negation(self, node: tree.Negation) -> Code:
        return arithmetic.negation(self.compile(node.operand))

    def arithmetic(self, node: tree.Arithmetic) -> Code:
        first = self.compile(node.first)
        return arithmetic.chain(first, [(op, self.compile(part)) for op, part in node.rest])

    # -- values

    def list_of(self, node: tree.ListOf) -> Code:
        items = [self.compile(item) for item in node.items]
        return lambda frame: [item(frame) for item in items]

    def interval(self, node: tree.Interval) -> Code:
        low, high = self.compile(node.low), self.compile(node.high)
        bounded = not (_is_null(node.low) or _is_null(node.high))
        return _interval(low, high, node, bounded)

    def unequal(self, node: tree.Unequal) -> Code:
        operand = self.compile(node.operand)
        return lambda frame: Unequal(operand(frame))

    def context(self, node: tree.Context) -> Code:
        self.scope.layers.append(Layer())
        entries: list[tuple[str, Code, int]] = []
        for key, value in node.entries:
            if isinstance(value, tree.FunctionDefinition):
                slot = self.scope.declare(key)
                entries.append((key, self.compile(value), slot))
            else:
                code = self.compile(value)
                entries.append((key, code, self.scope.declare(key)))
        self.scope.layers.pop()
        return paths.context(entries)

    def path(self, node: tree.Path) -> Code:
        members = [node.member]
        source = node.source
        while isinstance(source, tree.Path):
            members.append(source.member)
            source = source.source
        members.reverse()
        code = self.compile(source)
        if self._is_variable(source):
            return paths.entry_of_variable(source.name, members, code)
        return paths.members(code, members)

    def filter(self, node: tree.Filter) -> Code:
        self.scope.needs_run = True
        source = self.compile(node.source)
        if isinstance(node.source, tree.Name) and node.source.name == "partial":
            items, slot = self.scope.find("partial")
            source = source if items or slot is None else _local(slot)
        index = _constant_index(node.test)
        if index is not None:
            return paths.at_index(source, index)
        slot = self.scope.new_slot()
        self.scope.layers.append(Layer({"item": slot}, slot))
        test = self.compile(node.test)
        self.scope.layers.pop()
        return paths.filtered(source, test, slot, isinstance(node.test, _BOOLEAN))

    # -- iterations

    def iteration(self, node: tree.For) -> Code:
        self.scope.layers.append(Layer())
        partial = self.scope.declare("partial")
        sources = self.iterators(node.iterators)
        body = self.compile(node.body)
        self.scope.layers.pop()
        return iteration.loop(sources, body, partial)

    def quantified(self, node: tree.Quantified) -> Code:
        self.scope.layers.append(Layer())
        sources = self.iterators(node.iterators)
        test = self.compile(node.test)
        self.scope.layers.pop()
        return iteration.quantified(sources, test, node.every)

    def iterators(self, nodes: list[tree.Iterator]) -> list[Source]:
        self.scope.needs_run = True
        sources: list[Source] = []
        for node in nodes:
            start = self.compile(node.source)
            end = self.compile(node.end) if node.end else None
            sources.append(Source(self.scope.declare(node.name), start, end))
        return sources

    # -- functions and types

    def call(self, node: tree.Call) -> Code:
        self.scope.needs_run = True
        arguments = [self.compile(argument) for argument in node.arguments]
        function = self.compile(node.function)
        name = node.function.name if isinstance(node.function, tree.Name) else ""
        if name in self.builtins and self.scope.find(name) == ([], None):
            function = _function_named(name, self.builtins[name])
        if node.names is not None:
            return functions.call_named(function, node.names, arguments, name)
        return functions.call(function, arguments, name)

    def definition(self, node: tree.FunctionDefinition) -> Code:
        self.scope.needs_run = True
        self.scope.layers.append(Layer())
        names = tuple(name for name, _ in node.parameters)
        slots = [self.scope.declare(name) for name in names]
        kinds = [self.type_of(kind) if kind else None for _, kind in node.parameters]
        body = self.compile(node.body)
        self.scope.layers.pop()
        if node.external:
            return functions.named_elsewhere(names, body)
        result = inference.result_of(node.body, dict(zip(names, kinds, strict=True)))
        return functions.closure(names, kinds, slots, body, result)

    def instance_of(self, node: tree.InstanceOf) -> Code:
        value = self.compile(node.value)
        kind = self.type_of(node.type)
        # DMN 1.5, table 61: these types require parameters.
        is_bare = type(kind) is types.Simple and kind.name in _PARAMETRIC

        def check(frame: Frame) -> bool | None:
            found = value(frame)
            require_bounded(found)
            if is_bare:
                warn(frame, f"The type {kind.name} requires parameters")
                return None
            return kind is types.NULL if found is None else kind.accepts(found)

        return check

    def tests(self, node: tree.Tests) -> Matcher:
        """All tests of a cell as a function of frame and value."""
        slot = self.scope.new_slot()
        self.scope.layers.append(Layer({"?": slot}))
        matchers = [self.cell_test(test) for test in node.tests]
        self.scope.layers.pop()
        return comparison.cell(matchers, slot, node.negated)

    def cell_test(self, node: tree.Test) -> Matcher:
        if node.operator:
            return self.test(node)
        code = self.compile(node.operand)
        if mentions_value(node.operand):
            return lambda frame, value: code(frame) is True
        if isinstance(node.operand, tree.Constant):
            return comparison.value_test(code)
        return comparison.expression_test(code)


def mentions_value(node: Any) -> bool:
    """Whether `?` is read somewhere below the node."""
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, tree.Name) and current.name == "?":
            return True
        if isinstance(current, tree.Node):
            stack.extend(vars(current).values())
        elif isinstance(current, list | tuple):
            stack.extend(current)
    return False


def _local(slot: int) -> Code:
    return lambda frame: frame[slot]


def _item_first(items: tuple[int, ...], name: str, otherwise: Code) -> Code:
    """The entry of a filtered item, from the innermost filter outwards, else something else."""

    def load(frame: Frame) -> Any:
        for slot in items:
            item = frame[slot]
            if type(item) is dict and name in item:
                return item[name]
        return otherwise(frame)

    return load


def _function_named(name: str, builtin: Function) -> Code:
    """A function of the context that hides a built-in, else the built-in."""

    def load(frame: Frame) -> Any:
        value = frame[CONTEXT].get(name)
        return value if value is not None and isinstance(value, Function) else builtin

    return load


def _interval(low: Code, high: Code, node: tree.Interval, bounded: bool) -> Code:
    low_closed, high_closed, operator = node.low_closed, node.high_closed, node.operator

    def build(frame: Frame) -> Any:
        start, end = low(frame), high(frame)
        order = compare(start, end) if bounded else 0
        # DMN 1.5, 10.3.2.7: the ends are of one type, and in order.
        if order is None or order > 0:
            why = "the end is before the start" if order else f"{kind_of(start)} to {kind_of(end)}"
            warn(frame, f"This is no range: {why}")
            return None
        return Range(start, end, low_closed, high_closed, operator)

    return build


def _is_null(node: tree.Node) -> bool:
    return isinstance(node, tree.Constant) and node.value is None


def _constant_index(node: tree.Node) -> int | None:
    sign = 1
    while isinstance(node, tree.Negation):
        node, sign = node.operand, -sign
    if not isinstance(node, tree.Constant):
        return None
    return paths.index_of(node.value, sign)


_PARAMETRIC = frozenset(("list", "context", "range", "function"))
_BOOLEAN = (tree.Comparison, tree.Logic, tree.Between, tree.In, tree.Quantified, tree.InstanceOf)
_COMPILE: dict[type, Callable[[Compiler, Any], Code]] = {
    tree.Constant: Compiler.constant,
    tree.Name: Compiler.name,
    tree.Path: Compiler.path,
    tree.Filter: Compiler.filter,
    tree.Call: Compiler.call,
    tree.Negation: Compiler.negation,
    tree.Arithmetic: Compiler.arithmetic,
    tree.Logic: Compiler.logic,
    tree.Comparison: Compiler.comparison,
    tree.Between: Compiler.between,
    tree.In: Compiler.inside,
    tree.Interval: Compiler.interval,
    tree.Unequal: Compiler.unequal,
    tree.ListOf: Compiler.list_of,
    tree.Context: Compiler.context,
    tree.If: Compiler.condition,
    tree.For: Compiler.iteration,
    tree.Quantified: Compiler.quantified,
    tree.InstanceOf: Compiler.instance_of,
    tree.FunctionDefinition: Compiler.definition,
}
