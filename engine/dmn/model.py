"""What DMN files say: definitions, decisions, boxed expressions. Plain data, read once, shared."""

from collections.abc import Mapping
from dataclasses import dataclass, field

_POLICY_LETTERS = {
    "UNIQUE": "U",
    "ANY": "A",
    "PRIORITY": "P",
    "FIRST": "F",
    "RULE ORDER": "R",
    "OUTPUT ORDER": "O",
    "COLLECT": "C",
}
_AGGREGATION_SIGNS = {"SUM": "+", "MIN": "<", "MAX": ">", "COUNT": "#"}


@dataclass(frozen=True)
class Variable:
    """A name with a type reference."""

    name: str
    type_ref: str | None = None


@dataclass(frozen=True)
class Expression:
    """Any boxed expression. `id` is that of its element, "" when it has none."""

    id: str
    type_ref: str | None


@dataclass(frozen=True)
class Literal(Expression):
    """A FEEL text."""

    text: str


@dataclass(frozen=True)
class Input:
    """An input column."""

    id: str
    label: str
    expression: Literal
    allowed: str | None

    @property
    def title(self) -> str:
        """What people call it."""
        return self.label or self.expression.text


@dataclass(frozen=True)
class Output:
    """An output column; `values` is the text of its output values."""

    id: str
    label: str
    name: str
    type_ref: str | None
    values: str | None
    default: Literal | None

    @property
    def title(self) -> str:
        """What people call it; "" where the table has no other result."""
        return self.label or self.name


@dataclass(frozen=True)
class Rule:
    """One rule: the texts of its input entries, and its output entries."""

    id: str
    inputs: tuple[Literal, ...]
    outputs: tuple[Literal, ...]
    annotations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table(Expression):
    """A decision table. `aggregation` is "", SUM, COUNT, MIN or MAX."""

    hit_policy: str
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    annotations: tuple[str, ...] = ()

    @property
    def policy_letters(self) -> str:
        """The hit policy as tables show it: "U", "F", "C+"."""
        letter = _POLICY_LETTERS.get(self.hit_policy.upper(), "U")
        return letter + _AGGREGATION_SIGNS.get(self.aggregation.upper(), "")


@dataclass(frozen=True)
class Entry:
    """An entry of a boxed context; without variable it is the context's result."""

    variable: Variable | None
    value: Expression | None


@dataclass(frozen=True)
class Context(Expression):
    """A boxed context."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Items(Expression):
    """A boxed list."""

    items: tuple[Expression, ...]


@dataclass(frozen=True)
class Relation(Expression):
    """A list of contexts, written as a table."""

    columns: tuple[Variable, ...]
    rows: tuple[tuple[Expression, ...], ...]


@dataclass(frozen=True)
class Invocation(Expression):
    """A call with a binding for each parameter."""

    function: Expression | None
    bindings: tuple[tuple[str, Expression | None], ...]


@dataclass(frozen=True)
class FunctionDefinition(Expression):
    """A boxed function; `kind` is FEEL, Java or PMML."""

    kind: str
    parameters: tuple[Variable, ...]
    body: Expression | None


@dataclass(frozen=True)
class Conditional(Expression):
    """if, then, else."""

    test: Expression | None
    yes: Expression | None
    no: Expression | None


@dataclass(frozen=True)
class Filter(Expression):
    """The items of a list that match."""

    source: Expression | None
    match: Expression | None


@dataclass(frozen=True)
class Iteration(Expression):
    """`kind` for, some or every, over one list."""

    kind: str
    variable: str
    source: Expression | None
    body: Expression | None


@dataclass(frozen=True)
class Item:
    """An item definition: a named type."""

    name: str
    type_ref: str | None = None
    collection: bool = False
    allowed: str | None = None
    constraint: str | None = None
    components: tuple["Item", ...] = ()
    function: tuple[tuple[Variable, ...], str | None] | None = None


@dataclass(frozen=True)
class Element:
    """Any node of the requirements graph; `requires` are references to other nodes."""

    id: str
    name: str
    variable: Variable
    requires: tuple[str, ...] = ()


@dataclass(frozen=True)
class InputData(Element):
    """A value from outside."""


@dataclass(frozen=True)
class Decision(Element):
    """A decision with its logic, if it has any yet."""

    logic: Expression | None = None


@dataclass(frozen=True)
class Knowledge(Element):
    """A business knowledge model: a function."""

    logic: FunctionDefinition | None = None


@dataclass(frozen=True)
class Service(Element):
    """A decision service: some decisions as one function."""

    outputs: tuple[str, ...] = ()
    encapsulated: tuple[str, ...] = ()
    input_decisions: tuple[str, ...] = ()
    input_data: tuple[str, ...] = ()


@dataclass(frozen=True)
class Import:
    """Another file's definitions, under a name of their own ("" for the same names)."""

    name: str
    namespace: str
    kind: str


@dataclass(frozen=True)
class Definitions:
    """One DMN file."""

    file: str
    id: str
    name: str
    namespace: str
    items: tuple[Item, ...] = ()
    imports: tuple[Import, ...] = ()
    elements: Mapping[str, Element] = field(default_factory=dict)
    prefixes: Mapping[str, str] = field(default_factory=dict)
    #: Ids that several elements have.
    doubles: tuple[str, ...] = ()
