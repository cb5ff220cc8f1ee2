"""A form as plain HTML controls: what a browser without scripts shows, fills in and sends.

form-js draws the same form where scripts run; both send answers of the same shape. A control is
named after the path of its value: `answer:items[0].price`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from core.errors import Invalid
from core.values import from_json, to_json
from forms import paths, scope
from forms.lint import OUTSIDE
from forms.options import source
from forms.paths import MISSING, Path
from forms.schema import CHOICES, MULTIPLE_CHOICES, Component, Form
from forms.scope import Scope

#: An expression within a text; blocks like {{#if}} are left to the scripts.
HOLE = re.compile(r"\{\{\s*([^#/{}][^{}]*?)\s*\}\}")

#: A row of a list as its remove button names it.
ROW = re.compile(r"(.+)\[(\d{1,4})\]")

PREFIX = "answer:"
#: Rows of a list are counted in a hidden control, so that an emptied row is still a row.
COUNT = "#"
MAX_ROWS = 200

#: HTML's own input types for the three kinds of `datetime`.
DATE_INPUTS = {"date": "date", "time": "time", "datetime": "datetime-local"}


@dataclass(frozen=True)
class Option:
    """One choice of a select, radio or checklist."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Control:
    """One thing of the form as it is drawn; `kind` says how."""

    kind: str
    name: str
    id: str
    label: str = ""
    description: str = ""
    value: str = ""
    required: bool = False
    locked: bool = False
    error: str = ""
    prefix: str = ""
    suffix: str = ""
    step: str = "any"
    options: tuple[Option, ...] = ()
    #: Of a group; and which step of how many it is: "2/3".
    controls: tuple["Control", ...] = ()
    stage: str = ""
    #: Of a list.
    rows: tuple[tuple["Control", ...], ...] = ()
    #: Of a table: its head, then its lines.
    columns: tuple[str, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Filled:
    """A form with values and errors, on the way to becoming controls."""

    data: Mapping[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)
    read_only: bool = False


def controls(
    form: Form,
    data: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
    *,
    read_only: bool = False,
) -> tuple[Control, ...]:
    """The form's controls for this data; what its conditions hide is left out."""
    filled = Filled(data, errors or {}, read_only)
    drawn = _controls(form.components, Scope(data, data), (), filled)
    steps = {step.id for step in form.steps}
    staged = [each for each in drawn if each.kind == "group" and each.id in steps]
    return tuple(
        replace(each, stage=f"{staged.index(each) + 1}/{len(staged)}") if each in staged else each
        for each in drawn
    )


def answers(form: Form, data: Mapping[str, Any], sent: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed, in the shape form-js sends it. Unreadable numbers stay text."""
    typed: dict[str, Any] = {}
    for place in scope.places(form, {**data, **_lists(sent)}):
        if place.component.repeats:
            paths.write(typed, place.path, [{} for _ in range(_count(sent, place.path))])
    for place in scope.places(form, {**data, **typed}):
        component = place.component
        if component.repeats or component.type == "expression" or place.is_locked:
            continue
        value = _typed(component, sent, name_of(place.path))
        if value is not MISSING:
            paths.write(typed, place.path, value)
    _remove_row(typed, sent.get("remove_row", ""))
    return typed


def name_of(path: Path) -> str:
    """The name of the control that carries the value at a path."""
    return PREFIX + paths.text(path)


def value_of(text: str) -> Any:
    """A value noted by hand: JSON where it is JSON (true, 12, null), else the text itself."""
    try:
        return from_json(text.strip())
    except Invalid:
        return text


def _lists(sent: MultiDict[str, str]) -> dict[str, Any]:
    """Empty rows for the lists at the top of the form, as many as the page had."""
    names = [name for name in sent if name.startswith(PREFIX) and name.endswith(COUNT)]
    tops = [name[len(PREFIX) : -len(COUNT)] for name in names]
    found: dict[str, Any] = {}
    for top in tops:
        if "[" not in top:
            path = tuple(top.split("."))
            paths.write(found, path, [{} for _ in range(_count(sent, path))])
    return found


def _remove_row(typed: dict[str, Any], row: str) -> None:
    """Take out the row whose button was pressed, named like `items[0]`."""
    if found := ROW.fullmatch(row):
        steps = re.findall(r"[^.\[\]]+|\[\d+\]", found[1])
        path = tuple(int(each[1:-1]) if each.startswith("[") else each for each in steps)
        rows = paths.read(typed, path)
        if isinstance(rows, list) and int(found[2]) < len(rows):
            del rows[int(found[2])]


def _count(sent: MultiDict[str, str], path: Path) -> int:
    written = sent.get(name_of(path) + COUNT, "0")
    rows = int(written) if written.isdecimal() else 0
    wanted = rows + (sent.get("add_row") == paths.text(path))
    return min(wanted, MAX_ROWS)


def _typed(component: Component, sent: MultiDict[str, str], name: str) -> Any:
    if component.type == "checkbox":
        return name in sent
    if component.type in MULTIPLE_CHOICES:
        return sent.getlist(name)
    if name not in sent:
        return MISSING
    text = sent[name]
    if component.type in CHOICES:
        return _as_written(component, text)
    if component.type == "number":
        return _number(text)
    if component.type == "textarea":
        return text.replace("\r\n", "\n")
    return text


def _as_written(component: Component, text: str) -> Any:
    """A choice's own value, which may be a number or yes/no rather than text."""
    values = component.settings.get("values")
    known = [each.get("value") for each in values or () if isinstance(each, dict)]
    return next((value for value in known if _text(value) == text), text or None)


def _number(text: str) -> Any:
    if not text.strip():
        return None
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return text
    return to_json(number) if number.is_finite() else text


def _controls(
    components: tuple[Component, ...], where: Scope, above: Path, filled: Filled
) -> tuple[Control, ...]:
    drawn = (_control(each, where, above + each.path, filled) for each in components)
    return tuple(each for each in drawn if each is not None)


def _control(component: Component, where: Scope, path: Path, filled: Filled) -> Control | None:
    if scope.is_hidden(component, where):
        return None
    if component.repeats:
        return _list(component, where, path, filled)
    if component.type in ("group", "dynamiclist"):
        inner = _controls(component.components, where, path, filled)
        return Control("group", "", component.id, _said(component, where, "label"), controls=inner)
    if component.is_input and component.path:
        return _input(component, where, path, filled)
    return _shown(component, where)


def _list(component: Component, where: Scope, path: Path, filled: Filled) -> Control:
    rows = paths.read(filled.data, path)
    found = rows if isinstance(rows, list) else []
    return Control(
        "list",
        name_of(path) + COUNT,
        _id(path),
        _said(component, where, "label"),
        value=paths.text(path),
        locked=filled.read_only or component.rows_are_fixed,
        error=filled.errors.get(paths.text(path), ""),
        rows=tuple(
            _controls(component.components, where.row(row, number + 1), (*path, number), filled)
            for number, row in enumerate(found)
        ),
    )


def _input(component: Component, where: Scope, path: Path, filled: Filled) -> Control:
    value = paths.read(filled.data, path)
    settings = component.settings
    if value is MISSING:
        value = settings.get("defaultValue")
    locked = settings.get("disabled") is True or where.setting(settings.get("readonly")) is True
    appearance = settings.get("appearance") or {}
    return Control(
        _kind(component),
        name_of(path),
        _id(path),
        _said(component, where, "dateLabel" if "dateLabel" in settings else "label")
        or _said(component, where, "timeLabel"),
        _said(component, where, "description"),
        _value(component, where, value),
        where.setting(component.rules.get("required")) is True,
        filled.read_only or locked,
        filled.errors.get(paths.text(path), ""),
        str(where.setting(appearance.get("prefixAdorner", "")) or ""),
        str(where.setting(appearance.get("suffixAdorner", "")) or ""),
        _step(component),
        _options(component, where, value),
    )


def _kind(component: Component) -> str:
    if component.type == "datetime":
        return DATE_INPUTS.get(str(component.settings.get("subtype", "date")), "date")
    kinds = {"textfield": "text", "taglist": "checklist", "filepicker": "file"}
    return kinds.get(component.type, component.type)


def _value(component: Component, where: Scope, value: Any) -> str:
    if component.type == "expression":
        value = where.setting(component.settings.get("expression"))
    if component.type == "datetime":
        # `datetime-local` knows no zone and no seconds.
        return _text(value).replace("Z", "")[:16]
    return _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(to_json(value))


def _step(component: Component) -> str:
    digits = component.settings.get("decimalDigits")
    return "any" if not isinstance(digits, int) else str(Decimal(1).scaleb(-digits))


def _options(component: Component, where: Scope, value: Any) -> tuple[Option, ...]:
    if component.type not in CHOICES | MULTIPLE_CHOICES:
        return ()
    chosen = {_text(each) for each in (value if isinstance(value, list) else [value])}
    return tuple(
        Option(text, str(label), text in chosen) for text, label in _choices(component, where)
    )


def _choices(component: Component, where: Scope) -> list[tuple[str, Any]]:
    """Value and label of each option: written down, read from a variable, or computed."""
    found = source(component, where)
    return [_choice(each) for each in found]


def _choice(written: Any) -> tuple[str, Any]:
    if isinstance(written, dict):
        return _text(written.get("value")), written.get("label", written.get("value"))
    return _text(written), written


def _shown(component: Component, where: Scope) -> Control | None:
    """What only shows something: words, a table, a line."""
    if component.type == "text":
        words = _said(component, where, "text")
        return Control("words", "", component.id, value=words) if words else None
    if component.type == "table":
        return _table(component, where)
    if component.type == "html":
        # Without scripts nobody cleans foreign markup, so only its words are shown.
        words = Markup(_said(component, where, "content")).striptags()  # noqa: S704
        return Control("words", "", component.id, value=str(words)) if words else None
    if component.type == "image":
        source = _said(component, where, "source")
        alt = _said(component, where, "alt")
        is_ours = source and not OUTSIDE.match(source)
        return Control("image", "", component.id, alt, value=source) if is_ours else None
    return Control("separator", "", component.id) if component.type == "separator" else None


def _table(component: Component, where: Scope) -> Control:
    rows = where.setting(component.settings.get("dataSource"))
    listed = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    columns = component.settings.get("columns")
    if not isinstance(columns, list):
        columns = [{"key": key, "label": key} for key in (listed[0] if listed else ())]
    return Control(
        "table",
        "",
        component.id,
        _said(component, where, "label"),
        columns=tuple(str(each.get("label", "")) for each in columns),
        lines=tuple(tuple(_text(row.get(each.get("key"))) for each in columns) for row in listed),
    )


def _said(component: Component, where: Scope, name: str) -> str:
    """A text of the form: literal, an expression, or literal with expressions in double braces."""
    value = where.setting(component.settings.get(name))
    return "" if value is None else HOLE.sub(lambda hole: _filled(hole[1], where), str(value))


def _filled(expression: str, where: Scope) -> str:
    value = where.setting(f"={expression}")
    return "" if value is None else str(value)


def _id(path: Path) -> str:
    return "answer-" + paths.text(path).replace("[", "-").replace("]", "").replace(".", "-")
