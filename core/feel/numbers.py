"""FEEL's numbers: decimals of 34 digits (IEEE 754 decimal128), rounded half even."""

from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

#: Whatever FEEL computes, it computes with this.
CONTEXT = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
ZERO = Decimal(0)
ONE = Decimal(1)


def parse_number(text: str) -> Decimal | None:
    """The number a literal stands for; None when it is too large or none at all."""
    try:
        return CONTEXT.create_decimal(text)
    except ArithmeticError:
        return None


def from_int(value: int) -> Decimal | None:
    """A Python int as a FEEL number; None when it is too large."""
    try:
        return CONTEXT.create_decimal(value)
    except ArithmeticError:
        return None


def from_float(value: float) -> Decimal | None:
    """A Python float as the number it is written as; None for infinities and NaN."""
    number = Decimal(repr(value))
    return number if number.is_finite() else None


def format_number(value: Decimal) -> str:
    """A number as FEEL writes it: without exponent and without superfluous zeros."""
    if not value:
        return "0"
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text
