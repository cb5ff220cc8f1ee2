"""The requirements graph of several files, compiled: what each decision, model and service does."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from core.feel.errors import Null
from core.feel.limits import Run
from core.feel.scope import MISSING
from core.feel.types import ANY, FeelType
from core.feel.values import Function
from engine.dmn import model
from engine.dmn.boxed import BoxedFunction, compile_boxed, compile_function
from engine.dmn.environment import Code, Environment, FindType, Names, Values, fitted
from engine.dmn.session import Session
from engine.dmn.texts import from_text
from engine.dmn.types import ItemType, builtin_type

Key = tuple[str, str]
Path = tuple[str, ...]


def type_finder(found: Mapping[str, FeelType]) -> FindType:
    """Finds types by reference: FEEL's own, those of the file, those of imports by name."""

    def find(reference: str) -> FeelType | None:
        known = found.get(reference) or builtin_type(reference)
        if known is None and ":" in reference:
            known = found.get(reference.rpartition(":")[2])
        return known

    return find


class Unit:
    """One file with what it imports."""

    def __init__(self, definitions: model.Definitions) -> None:
        self.definitions = definitions
        self.imports: dict[str, tuple[str, Unit]] = {}
        self.types: dict[str, FeelType] = {}
        self.environment = Environment(type_finder(self.types), frozenset())


class Node:
    """An element of the graph, compiled."""

    def __init__(self, unit: Unit, element: model.Element) -> None:
        self.unit = unit
        self.element = element
        self.key: Key = (unit.definitions.namespace, element.id)
        self.type: FeelType = ANY
        self.code: Code | None = None
        self.required: list[tuple[str, Node]] = []
        self.function: Function | None = None
        #: The expressions of its logic, with the names each may use.
        self.texts: list[tuple[str, Names, str]] = []

    @property
    def name(self) -> str:
        """The name of the element's variable."""
        return self.element.variable.name


class Graph:
    """All nodes of all files."""

    def __init__(self, files: list[model.Definitions]) -> None:
        self.units = [Unit(definitions) for definitions in files]
        self.nodes: dict[Key, Node] = {}
        by_namespace = {unit.definitions.namespace: unit for unit in self.units}
        members = frozenset(_members(files))
        for unit in self.units:
            self._link(unit, by_namespace)
            self._declare_types(unit, members)
        for unit in self.units:
            self._borrow_types(unit)
            for element in unit.definitions.elements.values():
                node = Node(unit, element)
                self.nodes[node.key] = node
        for node in self.nodes.values():
            self._connect(node)
        for node in self.nodes.values():
            self._compile(node)
        for node in self.nodes.values():
            self._bind(node)

    # -- files and types

    def _link(self, unit: Unit, by_namespace: dict[str, Unit]) -> None:
        for entry in unit.definitions.imports:
            other = by_namespace.get(entry.namespace)
            if other is not None:
                unit.imports[entry.namespace] = (entry.name, other)
            elif "DMN" in entry.kind.upper() or "/dmn" in entry.kind:
                message = f"No file has the imported namespace {entry.namespace}."
                unit.environment.refuse(unit.definitions.id, "import_missing", message)

    def _declare_types(self, unit: Unit, members: frozenset[str]) -> None:
        environment = unit.environment
        environment.members = members
        for item in unit.definitions.items:
            tests = partial(environment.tests, names=frozenset({"?"}), element=item.name)
            unit.types[item.name] = ItemType(item, environment.type_of, tests)

    def _borrow_types(self, unit: Unit) -> None:
        for name, other in unit.imports.values():
            for item in other.definitions.items:
                qualified = f"{name}.{item.name}" if name else item.name
                unit.types.setdefault(qualified, other.types[item.name])
                for prefix, namespace in unit.definitions.prefixes.items():
                    if prefix and namespace == other.definitions.namespace:
                        unit.types.setdefault(f"{prefix}:{item.name}", other.types[item.name])

    # -- nodes

    def _connect(self, node: Node) -> None:
        element = node.element
        node.type = self._type(node)
        for reference in element.requires:
            other = self.find(node.unit, reference)
            if other is None:
                message = f"{element.name} requires {reference}, which is nowhere."
                node.unit.environment.refuse(element.id, "requirement_missing", message)
            else:
                node.required.append((self._prefix(node, other), other))

    def _type(self, node: Node) -> FeelType:
        reference = node.element.variable.type_ref
        if isinstance(node.element, model.Knowledge | model.Service) and reference:
            found = node.unit.environment.type_of(reference, node.element.id)
            item = getattr(found, "item", None)
            if item is not None and item.function is not None:
                return node.unit.environment.type_of(item.function[1], node.element.id)
            return found
        return node.unit.environment.type_of(reference, node.element.id)

    def find(self, unit: Unit, reference: str) -> Node | None:
        """The node of `#id` or `namespace#id`."""
        namespace, _, element = reference.rpartition("#")
        return self.nodes.get((namespace or unit.definitions.namespace, element))

    def _prefix(self, node: Node, other: Node) -> str:
        """The import's name under which the other's variable is seen; "" in the same file."""
        found = node.unit.imports.get(other.unit.definitions.namespace)
        return "" if found is None or other.unit is node.unit else found[0]

    def _compile(self, node: Node) -> None:
        element = node.element
        names = frozenset(prefix or other.name for prefix, other in node.required)
        environment = node.unit.environment
        known = len(environment.texts)
        if isinstance(element, model.Decision):
            node.code = compile_boxed(element.logic, names, environment)
        elif isinstance(element, model.Knowledge):
            self._compile_knowledge(node, element, names, environment)
        elif isinstance(element, model.Service):
            node.function = ServiceFunction(self, node, element)
        node.texts = environment.texts[known:]

    def _compile_knowledge(
        self, node: Node, element: model.Knowledge, names: frozenset[str], environment: Environment
    ) -> None:
        if element.logic is None:
            return
        make = compile_function(
            element.logic, node.name, node.type, names | {node.name}, environment
        )
        node.function = make({})

    def _bind(self, node: Node) -> None:
        """Show a knowledge model itself and what it requires; models may need each other."""
        if not isinstance(node.function, BoxedFunction):
            return
        values = node.function.values
        values[node.name] = node.function
        for prefix, other in node.required:
            if prefix:
                values[prefix] = {**values.get(prefix, {}), other.name: other.function}
            else:
                values[other.name] = other.function

    # -- running

    def value(self, node: Node, session: Session, path: Path = ()) -> Any:
        """The value of a node's variable in this evaluation.

        `path` are the names of the imports that led here: two ways to one file may bring different
        inputs.
        """
        if node.function is not None or isinstance(node.element, model.Knowledge):
            return node.function
        place = (path, node.key)
        if place in session.decided:
            return session.decided[place]
        if isinstance(node.element, model.InputData):
            result = self._input(node, session, path)
        else:
            result = self._decide(node, session, path)
        session.decided[place] = result
        return result

    def _input(self, node: Node, session: Session, path: Path) -> Any:
        value = session.input(node.name, path)
        if value is MISSING:
            session.warn(f"There is no input {node.name}")
            return None
        if session.reads_texts:
            value = from_text(node.type, value)
        return fitted(node.type, value, session, node.name)

    def _decide(self, node: Node, session: Session, path: Path) -> Any:
        place = (path, node.key)
        if place in session.deciding or node.code is None:
            session.warn(f"{node.name} needs itself")
            return None
        session.deciding.add(place)
        session.enter()
        try:
            values = self.visible(node, session, path)
            return fitted(node.type, node.code(values, session), session, node.name)
        finally:
            session.leave()
            session.deciding.discard(place)

    def visible(self, node: Node, session: Session, path: Path) -> Values:
        """What the logic of a node can see: what it requires, and inputs nobody declared."""
        values: Values = {
            name: value for name, value in session.inputs.items() if name not in self.declared
        }
        imports = {name for name, _ in node.unit.imports.values()}
        for name in imports & values.keys():
            del values[name]
        for prefix, other in node.required:
            inner = path if other.unit is node.unit else (*path, prefix)
            value = self.value(other, session, inner)
            if prefix:
                values[prefix] = {**values.get(prefix, {}), other.name: value}
            else:
                values[other.name] = value
        return values

    @property
    def declared(self) -> frozenset[str]:
        """The names of all elements of all files."""
        found = getattr(self, "_declared", None)
        if found is None:
            found = frozenset(node.name for node in self.nodes.values())
            self._declared = found
        return found


class ServiceFunction(Function):
    """A decision service as a function of its input data and input decisions."""

    __slots__ = ("element", "graph", "inputs", "node", "outputs")

    def __init__(self, graph: Graph, node: Node, element: model.Service) -> None:
        self.graph = graph
        self.node = node
        self.element = element
        found = [
            graph.find(node.unit, reference)
            for reference in (*element.input_data, *element.input_decisions)
        ]
        self.inputs = [other for other in found if other is not None]
        outputs = [graph.find(node.unit, reference) for reference in element.outputs]
        self.outputs = [other for other in outputs if other is not None]
        super().__init__(node.name, tuple(other.name for other in self.inputs))

    def call(self, run: Run, arguments: list[Any]) -> Any:
        assert isinstance(run, Session)
        if len(arguments) != len(self.inputs):
            raise Null(f"{len(self.inputs)} arguments expected, {len(arguments)} given")
        inputs: dict[str, Any] = {}
        decided: dict[tuple[Any, ...], Any] = {}
        for node, value in zip(self.inputs, arguments, strict=True):
            decided[(), node.key] = inputs[node.name] = node.type.coerce(value)
        run.enter()
        session = run.inner(inputs, decided)
        try:
            result = self.decide(session)
        finally:
            run.steps = session.steps
            run.leave()
        return fitted(self.node.type, result, run, self.name)

    def call_named(self, run: Run, arguments: dict[str, Any]) -> Any:
        if arguments.keys() != set(self.parameters):
            raise Null("The parameters do not match")
        return self.call(run, [arguments[name] for name in self.parameters])

    def decide(self, session: Session) -> Any:
        """The value of the only output, or a context of all outputs."""
        values = {node.name: self.graph.value(node, session) for node in self.outputs}
        return next(iter(values.values())) if len(values) == 1 else values


def _members(files: list[model.Definitions]) -> Iterator[str]:
    """Names that may follow a dot: components of types, variables of other files, outputs."""
    for definitions in files:
        for item in definitions.items:
            yield from _component_names(item)
        for element in definitions.elements.values():
            yield element.variable.name
            if isinstance(element, model.Decision | model.Knowledge):
                yield from _inner_names(element.logic)


def _component_names(item: model.Item) -> Iterator[str]:
    for component in item.components:
        yield component.name
        yield from _component_names(component)


def _inner_names(node: Any) -> Iterator[str]:
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, model.Output | model.Variable) and current.name:
            yield current.name
        if isinstance(current, tuple):
            stack.extend(current)
        elif hasattr(current, "__dataclass_fields__"):
            stack.extend(vars(current).values())
