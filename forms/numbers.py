"""Judges numbers, exactly: no binary fraction comes between what was typed and the rule."""

from decimal import Decimal, InvalidOperation
from typing import Any

from forms.schema import Component
from forms.scope import Scope

#: Longest number, in digits before or after the point: what FEEL keeps exactly.
MAX_DIGITS = 34


def problem(component: Component, value: Any, scope: Scope) -> str | None:
    """What is wrong with a number."""
    number = decimal(value, text_too=component.settings.get("serializeToString") is True)
    if number is None:
        return "Enter a number."
    if number.adjusted() >= MAX_DIGITS or -int(number.as_tuple().exponent) > MAX_DIGITS:
        return "This number is too long."
    return (
        _decimals(component, number)
        or _step(component, number)
        or _between(number, limit(component, "min", scope), limit(component, "max", scope))
    )


def decimal(value: Any, *, text_too: bool = True) -> Decimal | None:
    """A JSON number (or the text of one) as an exact number; None when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    if isinstance(value, str) and not text_too:
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _decimals(component: Component, number: Decimal) -> str | None:
    digits = component.settings.get("decimalDigits")
    if not isinstance(digits, int) or digits < 0:
        return None
    if -int(number.normalize().as_tuple().exponent) <= digits:
        return None
    if digits == 0:
        return "Enter a whole number."
    return f"Enter at most {digits} decimal digit{'s' if digits > 1 else ''}."


def _step(component: Component, number: Decimal) -> str | None:
    step = decimal(component.settings.get("increment"))
    if not step or number % step == 0:
        return None
    below = number - number % step
    return f"Enter a valid number; the two nearest are {below} and {below + step}."


def _between(number: Decimal, least: Decimal | None, most: Decimal | None) -> str | None:
    if least is not None and number < least:
        return f"Enter {least:f} or more."
    if most is not None and number > most:
        return f"Enter {most:f} or less."
    return None


def limit(component: Component, name: str, scope: Scope) -> Decimal | None:
    """A rule such as `min` as a number, computed when it is an expression."""
    return decimal(scope.setting(component.rules.get(name)))
