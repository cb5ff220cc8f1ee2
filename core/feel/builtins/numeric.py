"""Numeric built-ins (DMN 1.5, 10.3.4.5)."""

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from core.feel.builtins.registry import builtin, require
from core.feel.errors import Null
from core.feel.numbers import CONTEXT, ZERO
from core.feel.temporal import AnyDuration, YearsMonths, duration_nanos
from core.feel.timemath import negate


def _round(value: Decimal, scale: Decimal, rounding: str) -> Decimal:
    digits = int(scale)
    require(-6111 <= digits <= 6176, "the scale is out of range")
    if digits >= -int(value.as_tuple().exponent):
        return value
    if not value:
        return ZERO
    return (
        value.quantize(Decimal(1).scaleb(-digits), rounding, CONTEXT)
        if (value.adjusted() + digits >= -1)
        else _beyond(value, digits, rounding)
    )


def _beyond(value: Decimal, digits: int, rounding: str) -> Decimal:
    """Rounding where the unit is larger than ten times the value."""
    up = rounding == ROUND_UP or rounding == (ROUND_FLOOR if value < 0 else ROUND_CEILING)
    return Decimal(1).scaleb(-digits).copy_sign(value) if up else ZERO


@builtin("decimal", "n: number, scale: number")
def decimal(value: Decimal, scale: Decimal) -> Decimal:
    """Rounded half to even."""
    return _round(value, scale, ROUND_HALF_EVEN)


@builtin("floor", "n: number, scale: number?")
def floor(value: Decimal, scale: Decimal | None = ZERO) -> Decimal:
    """Rounded down, towards minus infinity."""
    return _round(value, _scale(scale), ROUND_FLOOR)


@builtin("ceiling", "n: number, scale: number?")
def ceiling(value: Decimal, scale: Decimal | None = ZERO) -> Decimal:
    """Rounded up, towards infinity."""
    return _round(value, _scale(scale), ROUND_CEILING)


def _scale(scale: Decimal | None) -> Decimal:
    if scale is None:
        raise Null("scale is null")
    return scale


@builtin("round up", "n: number, scale: number")
def round_up(value: Decimal, scale: Decimal) -> Decimal:
    """Rounded away from zero."""
    return _round(value, scale, ROUND_UP)


@builtin("round down", "n: number, scale: number")
def round_down(value: Decimal, scale: Decimal) -> Decimal:
    """Rounded towards zero."""
    return _round(value, scale, ROUND_DOWN)


@builtin("round half up", "n: number, scale: number")
def round_half_up(value: Decimal, scale: Decimal) -> Decimal:
    """Rounded to the nearest, ties away from zero."""
    return _round(value, scale, ROUND_HALF_UP)


@builtin("round half down", "n: number, scale: number")
def round_half_down(value: Decimal, scale: Decimal) -> Decimal:
    """Rounded to the nearest, ties towards zero."""
    return _round(value, scale, ROUND_HALF_DOWN)


@builtin("abs", "n: number")
def abs_(value: Decimal) -> Decimal:
    """Without its sign."""
    return abs(value)


@builtin("abs", "n: days and time duration")
def abs_days(value: AnyDuration) -> object:
    """A duration without its sign."""
    return negate(value) if duration_nanos(value) < 0 else value


@builtin("abs", "n: years and months duration")
def abs_months(value: YearsMonths) -> YearsMonths:
    """A duration without its sign."""
    return YearsMonths(abs(value.months))


@builtin("modulo", "dividend: number, divisor: number")
def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """The remainder, with the sign of the divisor."""
    require(bool(divisor), "the divisor is 0")
    rest = _defined(CONTEXT.remainder, dividend, divisor)
    return CONTEXT.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


@builtin("sqrt", "number: number")
def sqrt(value: Decimal) -> Decimal:
    """The square root."""
    require(value >= 0, "a negative number has no square root")
    return CONTEXT.sqrt(value)


@builtin("log", "number: number")
def log(value: Decimal) -> Decimal:
    """The natural logarithm."""
    require(value > 0, "only positive numbers have a logarithm")
    return CONTEXT.ln(value)


@builtin("exp", "number: number")
def exp(value: Decimal) -> Decimal:
    """e to the power of the number."""
    return _defined(CONTEXT.exp, value)


def _defined(function: object, *values: Decimal) -> Decimal:
    try:
        return function(*values)  # type: ignore[operator,no-any-return]
    except ArithmeticError:
        raise Null("the result is not a number") from None


@builtin("odd", "number: number")
def odd(value: Decimal) -> bool:
    """Whether it is a whole number that cannot be halved."""
    return _rest(value) == 1


@builtin("even", "number: number")
def even(value: Decimal) -> bool:
    """Whether it is a whole number that can be halved."""
    return _rest(value) == 0


def _rest(value: Decimal) -> Decimal | int:
    return abs(value) % 2 if value.adjusted() < CONTEXT.prec else 0
