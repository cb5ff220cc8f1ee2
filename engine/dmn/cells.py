"""Cells of decision tables that can not be meant: constants of another type, texts unquoted."""

import re
from collections.abc import Iterator
from typing import Any

from core import feel
from core.feel.errors import Null
from core.feel.types import ANY, FeelType
from core.feel.values import Range, format_value
from engine.bpmn.problem import Problem, error, warning
from engine.dmn.tables import CompiledTable
from engine.dmn.types import ItemType


def problems(table: CompiledTable) -> Iterator[Problem]:
    """Each cell that is wrong whatever is decided, by rule and column."""
    known = _known(table)
    for at, rule in enumerate(table.node.rules, 1):
        if (len(rule.inputs), len(rule.outputs)) != (len(table.columns), len(table.outputs)):
            continue  # table_shape tells
        where = rule.id or table.node.id or None
        for label, kind, text in _texts(table, at - 1):
            if _is_bare(text, known) and kind.name == "string":
                message = (
                    f"Rule {at}, {label}: {text} is read as a variable. "
                    "If a text is meant, write it in quotes."
                )
                yield warning(where, "bare_text", message)
        for column, test in table.tests[at - 1].items():
            kind, label = table.columns[column].kind, table.columns[column].label
            for value in test.constants or ():
                if not _may_be(kind, value):
                    message = (
                        f"Rule {at}, {label}: {format_value(value)} is no {_name(kind)}; "
                        "mend the cell, or the type of the column."
                    )
                    yield error(where, "wrong_type", message)
        for (name, kind), entry in zip(table.outputs, rule.outputs, strict=True):
            yield from _output(table, at, name, kind, getattr(entry, "text", ""))


def _texts(table: CompiledTable, at: int) -> Iterator[tuple[str, FeelType, str]]:
    """The cells of a rule: label and plain type of the column, and what is written."""
    rule = table.node.rules[at]
    for column, entry in zip(table.columns, rule.inputs, strict=True):
        yield column.label, _plain(column.kind), entry.text
    for (name, kind), output in zip(table.outputs, rule.outputs, strict=True):
        yield name or "the output", _plain(kind), getattr(output, "text", "")


def _known(table: CompiledTable) -> frozenset[str]:
    """What is there to be read: requirements, and whatever the columns read."""
    read = [_read_by(column.expression.text) for column in table.node.inputs]
    return table.names.union(*read)


def _read_by(text: str) -> frozenset[str]:
    """The variables a text reads; none while it cannot be read."""
    try:
        return feel.names(text)
    except feel.FeelSyntaxError:
        return frozenset()


def _is_bare(text: str, known: frozenset[str]) -> bool:
    return _WORD.fullmatch(text) is not None and text not in known and text not in _CONSTANTS


def _output(
    table: CompiledTable, at: int, name: str, kind: FeelType, text: str
) -> Iterator[Problem]:
    value = _constant(text)
    if value is None:
        return
    where = table.node.rules[at - 1].id or table.node.id or None
    label = name or "the output"
    if kind is not ANY and not _fits(kind, value):
        message = (
            f"Rule {at}, {label}: {text} is no {_name(kind)}; "
            "mend the cell, or the type of the column."
        )
        yield error(where, "wrong_type", message)
        return
    column = next(each for each in table.node.outputs if each.name == name)
    allowed = _tests(column.values)
    if allowed is not None and allowed(value, {}) is False:
        message = f"Rule {at}, {label}: {text} is none of the output's values {column.values}."
        yield error(where, "wrong_type", message)


def _constant(text: str) -> Any:
    """The value of a text that names exactly one; None for all others."""
    tests = _tests(text)
    constants = () if tests is None else tests.constants or ()
    if len(constants) != 1 or isinstance(constants[0], Range):
        return None
    return constants[0]


def _tests(text: str | None) -> feel.UnaryTests | None:
    if not text or text == "-":
        return None
    try:
        return feel.unary_tests(text)
    except feel.FeelSyntaxError:
        return None


def _fits(kind: FeelType, value: Any) -> bool:
    try:
        return kind.coerce(value) is not None
    except Null:
        return False


def _may_be(kind: FeelType, value: Any) -> bool:
    """Whether a value of the column could be this, or within it."""
    if value is None:
        return True
    if isinstance(kind, ItemType):
        # A cell may ask for items of a list too.
        return bool(kind.item.collection or kind.components) or _may_be(kind.base, value)
    if isinstance(value, Range):
        return all(_may_be(kind, end) for end in (value.low, value.high))
    return kind is ANY or kind.accepts(value) or kind.name not in _PLAIN


#: Types whose values are told by what they look like.
_PLAIN = frozenset(
    {
        *("number", "string", "boolean", "date", "time", "date and time", "duration"),
        *("days and time duration", "years and months duration"),
    }
)


#: One name, and nothing else.
_WORD = re.compile(r"[^\W\d]\w*")
_CONSTANTS = frozenset({"true", "false", "null"})


def _plain(kind: FeelType) -> FeelType:
    return kind.base if isinstance(kind, ItemType) else kind


def _name(kind: FeelType) -> str:
    return _plain(kind).name
