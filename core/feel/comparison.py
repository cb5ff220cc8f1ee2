"""The code of `and`, `or`, comparisons, `between`, `in`, and of unary tests."""

import operator as python
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

from core.feel.scope import CONTEXT, Code, Frame, warn
from core.feel.values import Function, Range, Unequal, compare, contains, equal, kind_of

#: One test: does the value pass? None when that cannot be said.
Matcher: TypeAlias = Callable[[Frame, Any], bool | None]

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": python.lt,
    "<=": python.le,
    ">": python.gt,
    ">=": python.ge,
}


def logic(operator: str, operands: list[Code]) -> Code:
    """Three-valued `and` or `or` (DMN 1.5, Table 50)."""
    decisive = operator == "or"

    def run(frame: Frame) -> bool | None:
        result: bool | None = not decisive
        for operand in operands:
            value = operand(frame)
            if value is decisive:
                return decisive is True
            if value is not result:
                result = None
                if value is not None and type(value) is not bool:
                    warn(frame, f"{kind_of(value)} is not a boolean")
        return result

    return run


def compared(operator: str, left: Code, right: Code) -> Code:
    """`left operator right`."""
    if operator == "=":
        return _equality(left, right)
    if operator == "!=":
        return _inequality(left, right)
    return _ordered(operator, left, right)


def _equality(left: Code, right: Code) -> Code:
    def run(frame: Frame) -> bool | None:
        first, second = left(frame), right(frame)
        kind = type(first)
        if kind is type(second) and (kind is str or kind is Decimal or kind is bool):
            return bool(first == second)
        return _equal(frame, first, second)

    return run


def _inequality(left: Code, right: Code) -> Code:
    def run(frame: Frame) -> bool | None:
        result = _equal(frame, left(frame), right(frame))
        return None if result is None else not result

    return run


def _equal(frame: Frame, left: Any, right: Any) -> bool | None:
    result = equal(left, right)
    if result is None:
        warn(frame, f"{kind_of(left)} and {kind_of(right)} cannot be compared")
    return result


def _ordered(operator: str, left: Code, right: Code) -> Code:
    python_order = _ORDER[operator]

    def run(frame: Frame) -> bool | None:
        first, second = left(frame), right(frame)
        kind = type(first)
        if kind is type(second) and (kind is Decimal or kind is str):
            return python_order(first, second)
        return _compared(frame, python_order, first, second)

    return run


def _compared(
    frame: Frame, order: Callable[[Any, Any], bool], left: Any, right: Any
) -> bool | None:
    result = compare(left, right)
    if result is None:
        warn(frame, f"{kind_of(left)} and {kind_of(right)} cannot be compared")
        return None
    return order(result, 0)


def with_constant(operator: str, name: str, constant: Any, otherwise: Code) -> Code:
    """`name operator constant` for a variable of the context: the commonest condition there is."""
    order: Callable[[Any, Any], bool] = _ORDER.get(operator, python.eq)
    kind = type(constant)

    def run(frame: Frame) -> bool | None:
        value = frame[CONTEXT].get(name)
        found = type(value)
        if found is kind or (found is int and kind is Decimal):
            try:
                return order(value, constant)
            except ArithmeticError:
                return None
        result: bool | None = otherwise(frame)
        return result

    return run


def between(value: Code, low: Code, high: Code) -> Code:
    """`value between low and high`, both ends included."""

    def run(frame: Frame) -> bool | None:
        found = value(frame)
        lower = _compared(frame, python.ge, found, low(frame))
        upper = _compared(frame, python.le, found, high(frame))
        return None if lower is None or upper is None else lower and upper

    return run


def inside(value: Code, tests: list[Matcher]) -> Code:
    """`value in (tests)`: true when one passes."""
    return lambda frame: _any(frame, value(frame), tests)


def _any(frame: Frame, value: Any, tests: list[Matcher]) -> bool | None:
    result: bool | None = False
    for test in tests:
        passed = test(frame, value)
        if passed is True:
            return True
        if passed is None:
            result = None
    return result


def operator_test(operator: str, operand: Code) -> Matcher:
    """`< 5`, `!= "a"` …"""
    if operator == "=":
        return lambda frame, value: _equal(frame, value, operand(frame))
    if operator == "!=":
        return _unequal_test(operand)
    order = _ORDER[operator]

    def test(frame: Frame, value: Any) -> bool | None:
        bound = operand(frame)
        kind = type(value)
        if kind is type(bound) and (kind is Decimal or kind is str):
            return order(value, bound)
        return _compared(frame, order, value, bound)

    return test


def _unequal_test(operand: Code) -> Matcher:
    def test(frame: Frame, value: Any) -> bool | None:
        result = _equal(frame, value, operand(frame))
        return None if result is None else not result

    return test


def value_test(operand: Code) -> Matcher:
    """An expression that gives a value, list or range to compare with."""
    return lambda frame, value: matches(frame, value, operand(frame))


def matches(frame: Frame, value: Any, expected: Any) -> bool | None:
    """Whether the value is the expected one, or in the expected list or range."""
    kind = type(expected)
    if kind is Range:
        result = contains(expected, value)
        if result is None:
            warn(frame, f"{kind_of(value)} cannot be looked for in this range")
        return result
    if kind is Unequal:
        result = equal(value, expected.value)
        return None if result is None else not result
    if kind is list:
        return _in_list(frame, value, expected)
    return _equal(frame, value, expected)


def _in_list(frame: Frame, value: Any, expected: list[Any]) -> bool:
    if type(value) is list and equal(value, expected) is True:
        return True
    for item in expected:
        if type(item) is Range and type(value) is not Range:
            if contains(item, value) is True:
                return True
        elif equal(value, item) is True:
            return True
    return False


def expression_test(operand: Code) -> Matcher:
    """A cell's expression without `?`: a value to compare with, or a condition that holds."""

    def test(frame: Frame, value: Any) -> bool | None:
        expected = operand(frame)
        if type(expected) is bool and type(value) is not bool:
            return expected
        if isinstance(expected, Function):
            return None
        return matches(frame, value, expected)

    return test


def cell(tests: list[Matcher], slot: int, negated: bool) -> Matcher:
    """All tests of a cell; an empty cell takes everything."""
    if not tests:
        return lambda frame, value: True

    def run(frame: Frame, value: Any) -> bool | None:
        frame[slot] = value
        result = _any(frame, value, tests)
        return (None if result is None else not result) if negated else result

    return run
