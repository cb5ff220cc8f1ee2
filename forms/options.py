"""The values a choice can take: written in the form, from the data, or computed."""

from collections.abc import Sequence
from typing import Any

from forms.paths import MISSING, read
from forms.schema import Component
from forms.scope import Scope


def options(component: Component, scope: Scope) -> list[Any]:
    """The values that may be chosen."""
    return [value for value in map(_value, source(component, scope)) if value is not MISSING]


def source(component: Component, scope: Scope) -> list[Any]:
    """The options as they are written. form-js prefers `valuesKey`, then `values`."""
    settings = component.settings
    key, written = settings.get("valuesKey"), settings.get("values")
    if isinstance(key, str) and key:
        found = scope.data.get(key, read(scope.data, tuple(key.split("."))))
    elif written is not None:
        found = written
    else:
        found = scope.setting(settings.get("valuesExpression"))
    return found if isinstance(found, list) else []


def is_among(value: Any, values: Sequence[Any]) -> bool:
    """Whether a value is one of `values`; unlike in Python, true is not 1."""
    return any(
        value == known and isinstance(value, bool) == isinstance(known, bool) for known in values
    )


def _value(option: Any) -> Any:
    value = option.get("value", MISSING) if isinstance(option, dict) else option
    return MISSING if value is None or value == "" else value
