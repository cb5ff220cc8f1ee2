"""Decision tables: which rules match, and what their outputs are."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from core import feel
from core.feel.types import ANY, FeelType
from engine.dmn import hit_policies, model
from engine.dmn.environment import Code, Environment, Names, Values, fitted
from engine.dmn.index import ColumnIndex, is_indexable
from engine.dmn.session import Session
from engine.dmn.shape import table_shape
from engine.dmn.texts import from_text

CompileBoxed = Callable[[model.Expression | None, Names, Environment], Code]


class Column:
    """An input column: its expression, and what values it allows."""

    __slots__ = ("allowed", "code", "kind", "label")

    def __init__(
        self, label: str, code: Code, kind: FeelType, allowed: feel.UnaryTests | None
    ) -> None:
        self.label = label
        self.kind = kind
        self.code = code
        self.allowed = allowed


class Row:
    """A rule: the tests that the index does not answer, and the code of its outputs."""

    __slots__ = ("id", "outputs", "tests")

    def __init__(
        self, rule: str, tests: list[tuple[int, feel.UnaryTests]], outputs: list[Code]
    ) -> None:
        self.id = rule
        self.tests = tests
        self.outputs = outputs

    def matches(self, found: list[Any], values: Values, session: Session) -> bool:
        """Whether all tests pass for the values of the columns."""
        return all(test.run(found[column], values, session) is True for column, test in self.tests)


class CompiledTable:
    """A decision table ready to run."""

    def __init__(
        self, node: model.Table, names: Names, environment: Environment, boxed: CompileBoxed
    ) -> None:
        self.node = node
        #: The variables that cells may read.
        self.names = names
        self.policy = hit_policies.policy(node, environment)
        self.columns = [self._column(column, names, environment, boxed) for column in node.inputs]
        #: The tests of each rule, by column.
        self.tests = [self._tests(rule, names, environment) for rule in node.rules]
        self.rows = [
            Row(
                rule.id,
                [(at, test) for at, test in cells.items() if not _is_indexed(test)],
                [boxed(entry, names, environment) for entry in rule.outputs],
            )
            for rule, cells in zip(node.rules, self.tests, strict=True)
        ]
        self.index = [_column_index(at, self.tests) for at in range(len(self.columns))]
        self.outputs: list[tuple[str, FeelType]] = [
            (output.name, environment.type_of(output.type_ref, node.id)) for output in node.outputs
        ]
        self.defaults = [
            boxed(output.default, names, environment) if output.default else None
            for output in node.outputs
        ]

    def _column(
        self, column: model.Input, names: Names, environment: Environment, boxed: CompileBoxed
    ) -> Column:
        label = column.title
        code = boxed(replace(column.expression, type_ref=None), names, environment)
        kind = ANY
        if column.expression.type_ref:
            kind = environment.type_of(column.expression.type_ref, column.expression.id)
            code = _typed(code, kind, label)
        allowed = environment.tests(column.allowed, names, column.id) if column.allowed else None
        return Column(label, code, kind, allowed)

    def _tests(
        self, rule: model.Rule, names: Names, environment: Environment
    ) -> dict[int, feel.UnaryTests]:
        """The tests of a rule by column; none where everything is accepted."""
        tests: dict[int, feel.UnaryTests] = {}
        for column, entry in enumerate(rule.inputs):
            if entry.text not in ("", "-"):
                compiled = environment.tests(entry.text, names | {"?"}, rule.id)
                if compiled is not None:
                    tests[column] = compiled
        return tests

    def run(self, values: Values, session: Session) -> Any:
        """The result of the table."""
        found = [column.code(values, session) for column in self.columns]
        for column, value in zip(self.columns, found, strict=True):
            session.seen[column.label] = value
            if column.allowed and column.allowed.run(value, values, session) is not True:
                session.warn(f"{column.label}: {feel.format_value(value)} is not allowed")
                return None
        matched = self._matched(found, values, session)
        session.matched.extend((self.rows[index].id, index + 1) for index in matched)
        if not matched and any(self.defaults):
            return self._default(values, session)
        return self.policy(
            [self._output(self.rows[index], values, session) for index in matched], session
        )

    def _matched(self, found: list[Any], values: Values, session: Session) -> list[int]:
        first_only = self.node.hit_policy == "FIRST"
        candidates = (1 << len(self.rows)) - 1
        for index, value in zip(self.index, found, strict=True):
            candidates &= index.find(value)
        matched: list[int] = []
        while candidates:
            session.step()
            lowest = candidates & -candidates
            candidates ^= lowest
            at = lowest.bit_length() - 1
            if self.rows[at].matches(found, values, session):
                matched.append(at)
                if first_only:
                    break
        return matched

    def _output(self, row: Row, values: Values, session: Session) -> Any:
        parts = [
            fitted(kind, code(values, session), session, name or "The output")
            for (name, kind), code in zip(self.outputs, row.outputs, strict=False)
        ]
        return self._result(parts)

    def _result(self, parts: list[Any]) -> Any:
        if len(self.outputs) == 1:
            return parts[0] if parts else None
        return {name: part for (name, _), part in zip(self.outputs, parts, strict=False)}

    def _default(self, values: Values, session: Session) -> Any:
        parts = [code(values, session) if code else None for code in self.defaults]
        return self._result(parts)


def _typed(code: Code, kind: FeelType, label: str) -> Code:
    def run(values: Values, session: Session) -> Any:
        value = code(values, session)
        if session.reads_texts:
            value = from_text(kind, value)
        return fitted(kind, value, session, label)

    return run


def _is_indexed(test: feel.UnaryTests) -> bool:
    return test.constants is not None and is_indexable(test.constants)


def _column_index(column: int, tests: list[dict[int, feel.UnaryTests]]) -> ColumnIndex:
    cells = [cells.get(column) for cells in tests]
    return ColumnIndex(
        [None if test is None else test.constants for test in cells],
        [test is not None and not _is_indexed(test) for test in cells],
    )


def compile_table(
    node: model.Table, names: Names, environment: Environment, boxed: CompileBoxed
) -> Code:
    """The code of a decision table."""
    environment.problems.extend(table_shape(node))
    compiled = CompiledTable(node, names, environment, boxed)
    environment.tables.append(compiled)
    return compiled.run
