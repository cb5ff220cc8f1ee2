"""Boxed expressions compiled to functions of the visible values and the session."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from core.feel.errors import Null
from core.feel.external import external
from core.feel.iteration import range_values
from core.feel.limits import Run
from core.feel.types import FeelType
from core.feel.values import Function, Range, kind_of
from engine.dmn import model, tables
from engine.dmn.environment import Code, Environment, Names, Values, fitted
from engine.dmn.session import Session


def compile_boxed(
    expression: model.Expression | None, names: Names, environment: Environment
) -> Code:
    """The code of a boxed expression; null where there is none."""
    if expression is None:
        return _nothing
    code = _COMPILE[type(expression)](expression, names, environment)
    if expression.type_ref is None or isinstance(expression, model.FunctionDefinition):
        return code
    return _typed(code, environment.type_of(expression.type_ref, expression.id))


def _nothing(values: Values, session: Session) -> Any:
    return None


def _typed(code: Code, kind: FeelType) -> Code:
    return lambda values, session: fitted(kind, code(values, session), session, "The expression")


def _literal(node: model.Literal, names: Names, environment: Environment) -> Code:
    if not node.text:
        return _nothing
    compiled = environment.expression(node.text, names, node.id)
    if compiled is None:
        return _broken(node.text)
    return compiled.run


def _broken(text: str) -> Code:
    def fail(values: Values, session: Session) -> Any:
        session.warn(f"{text!r} cannot be read")
        return None

    return fail


def _table(node: model.Table, names: Names, environment: Environment) -> Code:
    return tables.compile_table(node, names, environment, compile_boxed)


def _context(node: model.Context, names: Names, environment: Environment) -> Code:
    entries: list[tuple[str, FeelType, Code]] = []
    result: Code | None = None
    for entry in node.entries:
        variable = entry.variable
        if variable is None:
            result = compile_boxed(entry.value, names, environment)
            continue
        known = names | {variable.name} if _is_function(entry.value) else names
        code = compile_boxed(entry.value, known, environment)
        entries.append((variable.name, environment.type_of(variable.type_ref, node.id), code))
        names |= {variable.name}

    def run(values: Values, session: Session) -> Any:
        visible = dict(values)
        built: dict[str, Any] = {}
        for name, kind, code in entries:
            value = fitted(kind, code(visible, session), session, name)
            visible[name] = built[name] = value
            if isinstance(value, BoxedFunction) and value.values is not visible:
                value.values.setdefault(name, value)
        return built if result is None else result(visible, session)

    return run


def _is_function(node: model.Expression | None) -> bool:
    return isinstance(node, model.FunctionDefinition)


def _items(node: model.Items, names: Names, environment: Environment) -> Code:
    codes = [compile_boxed(item, names, environment) for item in node.items]
    return lambda values, session: [code(values, session) for code in codes]


def _relation(node: model.Relation, names: Names, environment: Environment) -> Code:
    columns = [
        (column.name, environment.type_of(column.type_ref, node.id)) for column in node.columns
    ]
    rows = [[compile_boxed(cell, names, environment) for cell in row] for row in node.rows]

    def run(values: Values, session: Session) -> Any:
        return [
            {
                name: fitted(kind, code(values, session), session, name)
                for (name, kind), code in zip(columns, row, strict=False)
            }
            for row in rows
        ]

    return run


def _invocation(node: model.Invocation, names: Names, environment: Environment) -> Code:
    function = compile_boxed(node.function, names, environment)
    bindings = [(name, compile_boxed(value, names, environment)) for name, value in node.bindings]

    def run(values: Values, session: Session) -> Any:
        found = function(values, session)
        if not isinstance(found, Function):
            session.warn(f"{kind_of(found)} is not a function")
            return None
        arguments = {name: code(values, session) for name, code in bindings}
        try:
            return found.call_named(session, arguments)
        except Null as reason:
            session.warn(f"{found.name}: {reason}")
            return None

    return run


class BoxedFunction(Function):
    """A function whose body is a boxed expression."""

    __slots__ = ("body", "result", "types", "values")

    def __init__(
        self,
        name: str,
        parameters: tuple[str, ...],
        types: list[FeelType],
        result: FeelType,
        body: Code,
        values: Values,
    ) -> None:
        super().__init__(name, parameters)
        self.types = types
        self.result = result
        self.body = body
        self.values = values

    def call(self, run: Run, arguments: list[Any]) -> Any:
        assert isinstance(run, Session)
        if len(arguments) != len(self.parameters):
            raise Null(f"{len(self.parameters)} arguments expected, {len(arguments)} given")
        visible = dict(self.values)
        for name, kind, value in zip(self.parameters, self.types, arguments, strict=True):
            visible[name] = kind.coerce(value)
        run.enter()
        try:
            return self.result.coerce(self.body(visible, run))
        finally:
            run.leave()

    def call_named(self, run: Run, arguments: dict[str, Any]) -> Any:
        unknown = arguments.keys() - set(self.parameters)
        if unknown:
            raise Null(f"There is no parameter {', '.join(sorted(unknown))}")
        missing = [name for name in self.parameters if name not in arguments]
        if missing:
            raise Null(f"{', '.join(missing)} missing")
        return self.call(run, [arguments[name] for name in self.parameters])


def compile_function(
    node: model.FunctionDefinition,
    name: str,
    result: FeelType,
    names: Names,
    environment: Environment,
) -> Callable[[Values], Function | None]:
    """What makes the function value, given the values that are visible at its definition."""
    parameters = tuple(parameter.name for parameter in node.parameters)
    types = [environment.type_of(parameter.type_ref, node.id) for parameter in node.parameters]
    body = compile_boxed(node.body, names | set(parameters), environment)
    if node.kind.upper() != "FEEL":
        return partial(_external, node.kind.lower(), parameters, body)
    return lambda values: BoxedFunction(name, parameters, types, result, body, values)


def _external(
    kind: str, parameters: tuple[str, ...], body: Code, values: Values
) -> Function | None:
    try:
        return external(parameters, {kind: body(values, Session({}))})
    except Null:
        return None


def _function(node: model.FunctionDefinition, names: Names, environment: Environment) -> Code:
    result = environment.type_of(None)
    make = compile_function(node, "function", result, names, environment)

    def run(values: Values, session: Session) -> Any:
        made = make(dict(values))
        if made is None:
            session.warn("There is no such external function")
        return made

    return run


def _conditional(node: model.Conditional, names: Names, environment: Environment) -> Code:
    test = compile_boxed(node.test, names, environment)
    yes = compile_boxed(node.yes, names, environment)
    no = compile_boxed(node.no, names, environment)
    return lambda values, session: (yes if test(values, session) is True else no)(values, session)


def _as_list(value: Any) -> list[Any]:
    if type(value) is list:
        return value
    if type(value) is Range:
        return range_values(value)
    return [] if value is None else [value]


def _filter(node: model.Filter, names: Names, environment: Environment) -> Code:
    source = compile_boxed(node.source, names, environment)
    match = compile_boxed(node.match, names | {"item"} | environment.members, environment)

    def run(values: Values, session: Session) -> Any:
        items = _as_list(source(values, session))
        session.step(len(items))
        selected = []
        for item in items:
            visible = {**values, **(item if type(item) is dict else {}), "item": item}
            passed = match(visible, session)
            if type(passed) is Decimal:
                return _at(items, passed, session)
            if passed is True:
                selected.append(item)
            elif passed is not None and passed is not False:
                session.warn(f"The match is a {kind_of(passed)}, not a boolean")
                return None
        return selected

    return run


def _at(items: list[Any], position: Decimal, session: Session) -> Any:
    size = len(items)
    if position == position.to_integral_value() and 0 < abs(position) <= size:
        return items[int(position) - 1 if position > 0 else int(position)]
    session.warn(f"A list of {size} has no item {position}")
    return None


def _iteration(node: model.Iteration, names: Names, environment: Environment) -> Code:
    source = compile_boxed(node.source, names, environment)
    inner = names | {node.variable, "partial"}
    body = compile_boxed(node.body, inner, environment)
    rounds = (
        _for(body, node.variable)
        if node.kind == "for"
        else _quantified(body, node.variable, node.kind == "every")
    )

    def run(values: Values, session: Session) -> Any:
        found = source(values, session)
        if found is None:
            session.warn("null cannot be iterated over")
            return None
        try:
            items = _as_list(found)
        except Null as reason:
            session.warn(str(reason))
            return None
        session.step(len(items))
        return rounds(items, dict(values), session)

    return run


def _for(body: Code, variable: str) -> Callable[[list[Any], Values, Session], Any]:
    def run(items: list[Any], visible: Values, session: Session) -> Any:
        results: list[Any] = []
        for item in items:
            visible[variable] = item
            visible["partial"] = list(results)
            session.step(len(results) // 16)
            results.append(body(visible, session))
        return results

    return run


def _quantified(
    body: Code, variable: str, every: bool
) -> Callable[[list[Any], Values, Session], Any]:
    def run(items: list[Any], visible: Values, session: Session) -> Any:
        result: bool | None = every
        for item in items:
            visible[variable] = item
            value = body(visible, session)
            if value is (not every):
                return not every
            if value is not every:
                result = None
        return result

    return run


_COMPILE: dict[type, Callable[[Any, Names, Environment], Code]] = {
    model.Literal: _literal,
    model.Table: _table,
    model.Context: _context,
    model.Items: _items,
    model.Relation: _relation,
    model.Invocation: _invocation,
    model.FunctionDefinition: _function,
    model.Conditional: _conditional,
    model.Filter: _filter,
    model.Iteration: _iteration,
}
