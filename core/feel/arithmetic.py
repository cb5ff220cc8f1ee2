"""The code of `+ - * / **` and of the sign."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from core.feel.limits import require_length
from core.feel.numbers import CONTEXT
from core.feel.scope import Code, Frame, warn
from core.feel.timemath import calculate, negate
from core.feel.values import kind_of

_NUMERIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": CONTEXT.add,
    "-": CONTEXT.subtract,
    "*": CONTEXT.multiply,
    "/": CONTEXT.divide,
    "**": CONTEXT.power,
}


def chain(first: Code, rest: list[tuple[str, Code]]) -> Code:
    """Operations of one precedence, from left to right."""
    if len(rest) == 1:
        return _single(first, *rest[0])
    steps = [(operator, _NUMERIC[operator], code) for operator, code in rest]

    def run(frame: Frame) -> Any:
        value = first(frame)
        for operator, numeric, code in steps:
            value = _operate(frame, operator, numeric, value, code(frame))
        return value

    return run


def _single(first: Code, operator: str, second: Code) -> Code:
    numeric = _NUMERIC[operator]

    def run(frame: Frame) -> Any:
        return _operate(frame, operator, numeric, first(frame), second(frame))

    return run


def _operate(frame: Frame, operator: str, numeric: Any, left: Any, right: Any) -> Any:
    kind = type(left)
    if kind is type(right):
        if kind is Decimal:
            try:
                return numeric(left, right)
            except ArithmeticError:
                warn(frame, f"{left} {operator} {right} is not a number")
                return None
        if kind is str and operator == "+":
            return require_length(left + right)
    result = calculate(operator, left, right)
    if result is None:
        warn(frame, f"{kind_of(left)} {operator} {kind_of(right)} is not defined")
    return result


def negation(operand: Code) -> Code:
    """A number or duration with the opposite sign."""

    def run(frame: Frame) -> Any:
        value = operand(frame)
        if type(value) is Decimal:
            return CONTEXT.minus(value)
        result = negate(value)
        if result is None:
            warn(frame, f"-{kind_of(value)} is not defined")
        return result

    return run
