"""The part of a case's data that a form shows or computes with: all that a guest may be sent.

`{"customer": {"name": True}}` means: of the variable `customer` the entry `name`, whole.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from core import feel
from core.errors import Invalid
from forms.schema import Component, Form, is_expression

#: Names to what is reached below them: True is all of it.
Reach = dict[str, Any]

#: What stands in double braces within a text of the form.
HOLE = re.compile(r"\{\{\{?([^{}]*)\}\}")
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
#: Names that a list's own rows have in expressions.
_OWN = frozenset({"this", "parent", "i", "_this_", "_parent_", "_i_"})


def narrowed(form: Form, data: Mapping[str, Any]) -> dict[str, Any]:
    """What of `data` the form reaches; everything else is left out, also within rows."""
    return {name: _kept(data[name], below) for name, below in reach(form).items() if name in data}


def reach(form: Form) -> Reach:
    """What a form reads and writes."""
    found: Reach = {}
    _fields(form.components, found)
    for component in form.walk():
        for path in _read_by(component):
            _add(found, path)
    return found


def _fields(components: tuple[Component, ...], found: Reach) -> None:
    for component in components:
        if component.is_input and component.path:
            _add(found, component.path)
        elif component.components:
            below: Reach = {}
            _fields(component.components, below)
            if component.repeats:
                for inner in component.components:
                    for each in inner.walk():
                        _rows(each, below)
            for path in _paths(below):
                _add(found, (*component.path, *path))
            if component.path and component.repeats and not below:
                _add(found, (*component.path, ""))


def _rows(component: Component, below: Reach) -> None:
    """What is read of a row as `this.…` by what stands in it."""
    for text in _texts(component.settings):
        for member in re.findall(r"\b_?this_?\.(\w+)", _TEXT.sub("", text)):
            _add(below, (member,))


def _read_by(component: Component) -> Iterator[tuple[str, ...]]:
    settings = component.settings
    key = settings.get("valuesKey")
    if isinstance(key, str) and key:
        yield tuple(key.split("."))
    columns = settings.get("columns")
    source = settings.get("dataSource")
    for text in _texts(settings):
        try:
            names = feel.names(text)
        except Invalid:
            continue
        for name in names - _OWN:
            if text == source and isinstance(columns, list) and text.lstrip("= ") == name:
                for column in columns:
                    yield (name, str(column.get("key", "")))
            else:
                yield from _members(name, text)


def _members(name: str, text: str) -> Iterator[tuple[str, ...]]:
    """`customer.name` where that is all that the expression reads of `customer`, else `customer`.

    Careless on purpose in one direction only: a name in doubt is taken as it stands.
    """
    bare = _TEXT.sub('""', text)
    pattern = rf"(?<![\w.]){re.escape(name)}(?!\w)((?:\.[A-Za-z_]\w*)*)(?!\s*[\w.\[(])"
    found = [match[1] for match in re.finditer(pattern, bare)]
    plain = len(re.findall(rf"(?<![\w.]){re.escape(name)}(?!\w)", bare))
    if not found or len(found) != plain or not all(found):
        yield (name,)
        return
    for members in found:
        yield (name, *members[1:].split("."))


def _texts(value: Any) -> Iterator[str]:
    """Every expression in the settings: whole ones, and those within texts; not of components."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            if name != "components":
                yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif is_expression(value):
        yield value
    elif isinstance(value, str):
        yield from holes(value)


def holes(text: str) -> Iterator[str]:
    """The expressions in double braces within a text, those of `#if` and `#loop` included."""
    for hole in HOLE.findall(text):
        written = re.sub(r"^\s*#(?:if|loop)\s", "", hole).strip()
        if written and not written.startswith(("/", "else")):
            yield written


def _add(found: Reach, path: tuple[str, ...]) -> None:
    place = found
    for step in path[:-1]:
        below = place.setdefault(step, {})
        if below is True:
            return
        place = below
    place[path[-1]] = True


def _paths(found: Reach) -> Iterator[tuple[str, ...]]:
    for name, below in found.items():
        if below is True:
            yield (name,)
        else:
            yield from ((name, *path) for path in _paths(below))


def _kept(value: Any, below: Any) -> Any:
    if below is True:
        return value
    if isinstance(value, list):
        return [_kept(each, below) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: _kept(value[name], more) for name, more in below.items() if name in value}
