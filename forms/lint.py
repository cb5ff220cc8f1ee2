"""Checks a form before it is deployed: every setting works, or is named."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from core import feel
from core.errors import Invalid
from forms import classes, numbers, texts
from forms.errors import FormUnreadable
from forms.paths import read
from forms.reach import holes
from forms.schema import CHOICES, MULTIPLE_CHOICES, Component, Form, is_expression, parse

RULES = {
    "required",
    "min",
    "max",
    "minLength",
    "maxLength",
    "pattern",
    "patternErrorMessage",
    "validationType",
}
VALIDATION_TYPES = {None, "", "custom", "email", "phone"}
SUBTYPES = {None, "date", "time", "datetime"}
#: What form-js evaluates where it begins with `=`, besides `required`, which only the server does.
EXPRESSIONS = (
    "accept",
    "alt",
    "appearance.prefixAdorner",
    "appearance.suffixAdorner",
    "columnsExpression",
    "conditional.hide",
    "content",
    "dataSource",
    "description",
    "expression",
    "label",
    "multiple",
    "readonly",
    "source",
    "text",
    "title",
    "url",
    "validate.max",
    "validate.maxLength",
    "validate.min",
    "validate.minLength",
    "validate.required",
    "valuesExpression",
)
#: A group that repeats without end around something that repeats without end: `(a+)*`.
EXPLOSIVE = re.compile(r"\((?:[^()\\]|\\.)*(?:[+*]|,\})\??\)(?:[+*]|\{\d*,\})")

#: An address on some host, rather than a path on this one or data within the form.
OUTSIDE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?//|\s*(?!data:|blob:)[a-z][a-z0-9+.-]*:", re.I)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a form; `element` is the component's id."""

    element: str | None
    rule: str
    severity: Literal["error", "warning"]
    message: str


def check(data: bytes) -> list[Problem]:
    """Everything that is wrong with a `.form` file; empty when it can be deployed."""
    try:
        form = parse(data)
    except FormUnreadable as error:
        return [Problem(None, "form_readable", "error", str(error))]
    problems = [problem for component in form.walk() for problem in _component(component)]
    return [*problems, *_steps(form), *_claims(form)]


def _component(component: Component) -> Iterator[Problem]:
    if component.is_input and not all(component.path or ("",)):
        yield _error(component, "form_key", "It has no key, so its answer would be lost.")
    if component.repeats and not component.path:
        yield _error(component, "form_key", "This list has no path, so its rows would be lost.")
    for text in _expressions(component):
        try:
            feel.compile(text)
        except Invalid as error:
            yield _error(component, "form_feel", f"“{text}” is not valid FEEL: {error}")
    for hole in _holes(component):
        try:
            feel.compile(hole)
        except Invalid as error:
            yield _error(component, "form_feel", f"“{hole}” in double braces is not FEEL: {error}")
    yield from _condition(component)
    yield from _rules(component)
    yield from _options(component)
    yield from _class(component)
    yield from _sources(component)


def _condition(component: Component) -> Iterator[Problem]:
    conditional = component.settings.get("conditional") or {}
    hide = conditional.get("hide") if isinstance(conditional, dict) else conditional
    if hide and not is_expression(hide):
        yield Problem(
            component.id,
            "form_condition",
            "warning",
            "Its condition is never looked at, because it does not begin with “=”.",
        )
    if component.type == "expression" and not is_expression(component.settings.get("expression")):
        yield _error(component, "form_feel", "It has no expression that begins with “=”.")


def _rules(component: Component) -> Iterator[Problem]:
    rules = component.rules
    for name in sorted(set(rules) - RULES):
        yield _error(component, "form_rule", f"Nothing checks the rule “{name}”.")
    if rules.get("validationType") not in VALIDATION_TYPES:
        yield _error(
            component, "form_rule", f"Nothing checks texts to be “{rules['validationType']}”."
        )
    if component.type == "datetime" and component.settings.get("subtype") not in SUBTYPES:
        yield _error(component, "form_rule", "It asks for neither a date nor a time.")
    written = rules.get("pattern")
    if isinstance(written, str) and written and texts.pattern(written) is None:
        yield _error(component, "form_pattern", f"“{written}” is not a regular expression.")
    elif isinstance(written, str) and EXPLOSIVE.search(written):
        yield _error(
            component, "form_pattern", f"“{written}” can take forever: a repetition repeats."
        )
    for name in ("min", "max", "minLength", "maxLength"):
        limit = rules.get(name)
        if limit not in (None, "") and not is_expression(limit) and numbers.decimal(limit) is None:
            yield _error(component, "form_rule", f"Its rule “{name}” is not a number.")


def _class(component: Component) -> Iterator[Problem]:
    """A class that nothing knows would protect nothing, and nobody would notice."""
    written = classes.written(component)
    if written and written not in classes.CLASSES:
        known = " or ".join(classes.CLASSES)
        yield _error(component, "form_class", f"Its class “{written}” is not known: {known}.")


def _options(component: Component) -> Iterator[Problem]:
    if component.type not in CHOICES | MULTIPLE_CHOICES:
        return
    settings = component.settings
    if not any(settings.get(name) for name in ("values", "valuesKey", "valuesExpression")):
        yield _error(component, "form_options", "There is nothing to choose from.")


def _sources(component: Component) -> Iterator[Problem]:
    """Forms load nothing from other hosts: those would learn who reads what, and when."""
    name = {"iframe": "url", "image": "source"}.get(component.type)
    source = component.settings.get(name) if name else None
    if isinstance(source, str) and OUTSIDE.match(source):
        message = "It shows something of another host, which pages here never load."
        yield _error(component, "form_outside", message)
    elif component.type == "iframe":
        message = "It stays empty: no page of this installation lets itself be framed."
        yield Problem(component.id, "form_outside", "warning", message)


def _steps(form: Form) -> Iterator[Problem]:
    marked = [component for component in form.walk() if component.is_step]
    for component in marked:
        if component.type != "group" or component not in form.components:
            message = "It is no step: only a group at the top of the form can be one."
            yield _error(component, "form_step", message)
    if len(marked) == 1:
        message = "It is the only step, so the form is shown whole."
        yield Problem(marked[0].id, "form_step", "warning", message)


def _claims(form: Form) -> Iterator[Problem]:
    """Two components that write to one place would overwrite each other."""
    claimed = Counter(path for path, _ in _paths(form.components, ()))
    for path, component in _paths(form.components, ()):
        # What stands in a list's rows is below its path with `[]`, so it does not clash with it.
        inside = any(
            path[:length] in claimed and path[length] != "[]" for length in range(1, len(path))
        )
        if claimed[path] > 1 or inside:
            place = ".".join(path).replace(".[]", "[]")
            yield _error(component, "form_key", f"Another component also writes to “{place}”.")


def _paths(
    components: tuple[Component, ...], above: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Component]]:
    for component in components:
        path = above + component.path
        if component.path and (component.is_input or component.repeats):
            yield path, component
        mark = ("[]",) if component.repeats else ()
        yield from _paths(component.components, path + mark)


def _expressions(component: Component) -> Iterator[str]:
    """The settings of a component that form-js would evaluate as FEEL."""
    for path in EXPRESSIONS:
        value = read(component.settings, tuple(path.split(".")))
        if is_expression(value):
            yield value


def _holes(component: Component) -> Iterator[str]:
    """The expressions in double braces within the texts of a component."""
    for path in EXPRESSIONS:
        value = read(component.settings, tuple(path.split(".")))
        if isinstance(value, str) and not is_expression(value):
            yield from holes(value)


def _error(component: Component, rule: str, message: str) -> Problem:
    return Problem(component.id, rule, "error", message)
