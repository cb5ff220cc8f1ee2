"""Judges one answer to one field: what is wrong with it, in a sentence, or nothing."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from core.values import to_json
from forms import moments, numbers, texts
from forms.files import MAX_FILES, references
from forms.options import is_among, options
from forms.schema import CHOICES, MULTIPLE_CHOICES, TEXTS, Component
from forms.scope import Scope

#: Most chosen values of one field.
MAX_CHOSEN = 1_000

#: What an unanswered field is worth in the process; the rest is null.
EMPTY: Mapping[str, Any] = {
    **dict.fromkeys(TEXTS, ""),
    **dict.fromkeys(MULTIPLE_CHOICES, ()),
    "checkbox": False,
}


def empty(component: Component) -> Any:
    """What the field is worth while nobody has answered it."""
    value = EMPTY.get(component.type)
    return list(value) if isinstance(value, tuple) else value


def is_empty(value: Any) -> bool:
    return value is None or value == "" or value == []


def problem(component: Component, value: Any, scope: Scope) -> str | None:
    """What is wrong with this answer, as a sentence for the person who gave it."""
    rules = component.rules
    if is_empty(value) or (component.type == "checkbox" and value is False):
        return "This is required." if scope.setting(rules.get("required")) is True else None
    return CHECKS[component.type](component, value, scope)


def normal(component: Component, value: Any) -> Any:
    """A valid answer as the process keeps it."""
    if component.type == "expression":
        return value
    if is_empty(value):
        return empty(component)
    if component.type == "number" and component.settings.get("serializeToString") is True:
        return str(value)
    if component.type == "textfield":
        return re.sub(r"[\r\n\t]", " ", value)
    return value


def fitting(component: Component, value: Any, scope: Scope) -> Any:
    """What a page shows of a value that nobody typed: it, or nothing where it does not fit."""
    if component.type in TEXTS:
        return _as_text(value)
    if component.type == "checkbox":
        return value is True
    if component.type == "number":
        number = numbers.decimal(value)
        return None if number is None or is_empty(value) else to_json(number)
    if component.type in MULTIPLE_CHOICES:
        known = options(component, scope)
        found = [one for one in value if is_among(one, known)] if isinstance(value, list) else []
        return [one for place, one in enumerate(found) if not is_among(one, found[:place])]
    return None if CHECKS[component.type](component, value, scope) else value


def _as_text(value: Any) -> str:
    if value is None or isinstance(value, list | dict):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _checkbox(component: Component, value: Any, scope: Scope) -> str | None:
    return None if value is True else "Answer with yes or no."


def _choice(component: Component, value: Any, scope: Scope) -> str | None:
    return None if is_among(value, options(component, scope)) else "Choose one of the options."


def _choices(component: Component, value: Any, scope: Scope) -> str | None:
    if not isinstance(value, list):
        return "Choose from the options."
    if len(value) > MAX_CHOSEN:
        return f"Choose at most {MAX_CHOSEN:,}."
    known = options(component, scope)
    if not all(is_among(chosen, known) for chosen in value):
        return "Choose only from the options."
    if any(is_among(chosen, value[:place]) for place, chosen in enumerate(value)):
        return "Choose each option only once."
    return None


def _files(component: Component, value: Any, scope: Scope) -> str | None:
    found = references(component, value)
    if found is None:
        return f"Choose up to {MAX_FILES} files."
    several = scope.setting(component.settings.get("multiple", False)) is True
    return None if several or len(found) == 1 else "Choose one file."


def _computed(component: Component, value: Any, scope: Scope) -> str | None:
    return None


CHECKS: Mapping[str, Callable[[Component, Any, Scope], str | None]] = {
    **dict.fromkeys(TEXTS, texts.problem),
    **dict.fromkeys(CHOICES, _choice),
    **dict.fromkeys(MULTIPLE_CHOICES, _choices),
    "number": numbers.problem,
    "checkbox": _checkbox,
    "datetime": moments.problem,
    "filepicker": _files,
    "expression": _computed,
}
