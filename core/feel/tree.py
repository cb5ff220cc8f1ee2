"""The syntax tree of an expression. Every node knows the position of its first character."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class Node:
    """Any expression."""

    position: int


@dataclass(eq=False)
class Constant(Node):
    """A literal: number, string, boolean, null, or an `@` literal."""

    value: Any


@dataclass(eq=False)
class Name(Node):
    """A variable, parameter or built-in, looked up in scope."""

    name: str


@dataclass(eq=False)
class Path(Node):
    """`source.member`."""

    source: Node
    member: str


@dataclass(eq=False)
class Filter(Node):
    """`source[test]`."""

    source: Node
    test: Node


@dataclass(eq=False)
class Call(Node):
    """A function call; `names` is None for positional arguments."""

    function: Node
    arguments: list[Node]
    names: list[str] | None


@dataclass(eq=False)
class Negation(Node):
    """`-operand`."""

    operand: Node


@dataclass(eq=False)
class Arithmetic(Node):
    """`first op operand op operand …` of one precedence, from left to right."""

    first: Node
    rest: list[tuple[str, Node]]


@dataclass(eq=False)
class Logic(Node):
    """`and` or `or` of two or more."""

    operator: str
    operands: list[Node]


@dataclass(eq=False)
class Comparison(Node):
    """`left op right` with one of = != < <= > >=."""

    operator: str
    left: Node
    right: Node


@dataclass(eq=False)
class Between(Node):
    """`value between low and high`."""

    value: Node
    low: Node
    high: Node


@dataclass(eq=False)
class Test(Node):
    """One unary test. Operator "" is an expression that the value is compared with."""

    operator: str
    operand: Node


@dataclass(eq=False)
class Tests(Node):
    """Unary tests of which one must hold, or none when negated; none at all is `-`."""

    tests: list[Test]
    negated: bool


@dataclass(eq=False)
class In(Node):
    """`value in tests`."""

    value: Node
    tests: list[Test]


@dataclass(eq=False)
class Interval(Node):
    """A range: `[a..b]`, or `(< a)` as a value."""

    low_closed: bool
    low: Node
    high: Node
    high_closed: bool
    operator: str = ""


@dataclass(eq=False)
class Unequal(Node):
    """`(!= a)` as a value."""

    operand: Node


@dataclass(eq=False)
class ListOf(Node):
    """`[a, b]`."""

    items: list[Node]


@dataclass(eq=False)
class Context(Node):
    """`{a: 1, b: a}`."""

    entries: list[tuple[str, Node]]


@dataclass(eq=False)
class If(Node):
    """`if test then yes else no`."""

    test: Node
    yes: Node
    no: Node


@dataclass(eq=False)
class Iterator(Node):
    """`name in source` or `name in source..end`."""

    name: str
    source: Node
    end: Node | None


@dataclass(eq=False)
class For(Node):
    """`for iterators return body`."""

    iterators: list[Iterator]
    body: Node


@dataclass(eq=False)
class Quantified(Node):
    """`some|every iterators satisfies test`."""

    every: bool
    iterators: list[Iterator]
    test: Node


@dataclass(eq=False)
class TypeName(Node):
    """A type as written: a name with parameters (`list<number>`, `function<a> -> b`)."""

    name: str
    parameters: list["TypeName"] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    result: "TypeName | None" = None


@dataclass(eq=False)
class InstanceOf(Node):
    """`value instance of type`."""

    value: Node
    type: TypeName


@dataclass(eq=False)
class FunctionDefinition(Node):
    """`function(a: number, b) body`."""

    parameters: list[tuple[str, TypeName | None]]
    body: Node
    external: bool
