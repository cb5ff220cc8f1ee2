"""The syntax tree of an expression. Every node knows the position of its first character."""

from typing import Any, ClassVar, dataclass_transform


@dataclass_transform(eq_default=False)
class Fields:
    """A class that names its fields; values come in that order, those with a default last.

    Not a dataclass because two dozen of them would take half of the package's import time.
    """

    fields: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls.fields = (*cls.fields, *cls.__annotations__)

    def __init__(self, *values: Any) -> None:
        for name, value in zip(self.fields, values, strict=False):
            setattr(self, name, value)


class Node(Fields):
    """Any expression."""

    position: int


class Constant(Node):
    """A literal: number, string, boolean, null, or an `@` literal.

    `text` is that of an `@` literal that stands for nothing.
    """

    value: Any
    text: str = ""


class Name(Node):
    """A variable, parameter or built-in, looked up in scope."""

    name: str


class Path(Node):
    """`source.member`."""

    source: Node
    member: str


class Filter(Node):
    """`source[test]`."""

    source: Node
    test: Node


class Call(Node):
    """A function call; `names` is None for positional arguments."""

    function: Node
    arguments: list[Node]
    names: list[str] | None


class Negation(Node):
    """`-operand`."""

    operand: Node


class Arithmetic(Node):
    """`first op operand op operand …` of one precedence, from left to right."""

    first: Node
    rest: list[tuple[str, Node]]


class Logic(Node):
    """`and` or `or` of two or more."""

    operator: str
    operands: list[Node]


class Comparison(Node):
    """`left op right` with one of = != < <= > >=."""

    operator: str
    left: Node
    right: Node


class Between(Node):
    """`value between low and high`."""

    value: Node
    low: Node
    high: Node


class Test(Node):
    """One unary test. Operator "" is an expression that the value is compared with."""

    operator: str
    operand: Node


class Tests(Node):
    """Unary tests of which one must hold, or none when negated; none at all is `-`."""

    tests: list[Test]
    negated: bool


class In(Node):
    """`value in tests`."""

    value: Node
    tests: list[Test]


class Interval(Node):
    """A range: `[a..b]`, or `(< a)` as a value."""

    low_closed: bool
    low: Node
    high: Node
    high_closed: bool
    operator: str = ""


class Unequal(Node):
    """`(!= a)` as a value."""

    operand: Node


class ListOf(Node):
    """`[a, b]`."""

    items: list[Node]


class Context(Node):
    """`{a: 1, b: a}`."""

    entries: list[tuple[str, Node]]


class If(Node):
    """`if test then yes else no`."""

    test: Node
    yes: Node
    no: Node


class Iterator(Node):
    """`name in source` or `name in source..end`."""

    name: str
    source: Node
    end: Node | None


class For(Node):
    """`for iterators return body`."""

    iterators: list[Iterator]
    body: Node


class Quantified(Node):
    """`some|every iterators satisfies test`."""

    every: bool
    iterators: list[Iterator]
    test: Node


class TypeName(Node):
    """A type as written: a name with parameters (`list<number>`, `function<a> -> b`)."""

    name: str
    parameters: list["TypeName"]
    members: list[str]
    result: "TypeName | None" = None


class InstanceOf(Node):
    """`value instance of type`."""

    value: Node
    type: TypeName


class FunctionDefinition(Node):
    """`function(a: number, b) body`."""

    parameters: list[tuple[str, TypeName | None]]
    body: Node
    external: bool
