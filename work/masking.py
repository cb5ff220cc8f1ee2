"""Values of cases where people draw and try: what is personal or secret is not shown to them.

A field of a form says its class (`forms/classes.py`), and a process names variables of a class with
`work:data`. Both count, of the version a case runs on and of the latest one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from core.errors import BackOfficeError
from engine import definitions
from engine.bpmn import reader
from engine.bpmn.imports import translate
from engine.bpmn.model import ProcessModel
from engine.bpmn.process_reader import models
from engine.models import Definition
from forms import classes, schema

MASK = "•••"
#: Shorter values would be found in every sentence.
_MIN_TOLD = 3
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}")
_DAY = "2000-01-01"

#: Class by path: ("customer", "name") → "personal".
Classes = Mapping[classes.Path, str]


def of_definitions(session: Session, found: Iterable[Definition]) -> dict[classes.Path, str]:
    """The classes of what processes and their forms write."""
    known: dict[classes.Path, str] = {}
    for definition in found:
        content = definitions.content(session, definition.id)
        own = models(translate(reader.read(content, name=definition.file)).tree)
        known |= of_models(own, _forms(session, definition, own))
    return known


def of_models(found: Iterable[ProcessModel], forms: Iterable[bytes]) -> dict[classes.Path, str]:
    """The classes that processes name, and those of the fields of forms."""
    known: dict[classes.Path, str] = {}
    for data in forms:
        try:
            known |= classes.of(schema.parse(data))
        except BackOfficeError:
            continue
    for model in found:
        said = model.settings.data
        if said is not None:
            known |= {tuple(name.split(".")): "personal" for name in said.personal}
            known |= {tuple(name.split(".")): "secret" for name in said.secret}
    return known


def without(variables: Mapping[str, Any], known: Classes) -> dict[str, Any]:
    """The variables with null for all that has a class."""
    return {name: _mapped(value, (name,), known, _nothing) for name, value in variables.items()}


def stand_ins(variables: Mapping[str, Any], known: Classes) -> dict[str, Any]:
    """The variables with made-up values of the same types for all that has a class.

    What is true or false stays: it decides where a case goes, and says who it is about to nobody.
    """
    return {name: _mapped(value, (name,), known, _made_up) for name, value in variables.items()}


def redacted(text: str, variables: Iterable[Mapping[str, Any]], known: Classes) -> str:
    """A sentence in which no value of a class can be read."""
    if not known:
        return text
    told = {said for each in variables for said in _told(each, known)}
    for said in sorted(told, key=len, reverse=True):
        text = text.replace(said, MASK)
    return text


def names(known: Classes) -> frozenset[str]:
    """The variables in which something has a class."""
    return frozenset(path[0] for path in known)


def _forms(
    session: Session, definition: Definition, found: Iterable[ProcessModel]
) -> Iterator[bytes]:
    asked = {
        (element.settings.form.key, element.settings.form.binding)
        for model in found
        for element in model.elements.values()
        if element.settings.form is not None
    }
    for key, binding in asked:
        form = definitions.bound(session, definition, "form", key, binding)
        if form is not None:
            yield definitions.content(session, form.id)


def _mapped(value: Any, path: classes.Path, known: Classes, change: Any) -> Any:
    """A value with what lies at a path that has a class changed; rows of lists have its path."""
    if path in known:
        return change(value)
    if isinstance(value, Mapping):
        return {key: _mapped(each, (*path, str(key)), known, change) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_mapped(each, path, known, change) for each in value]
    return value


def _nothing(_value: Any) -> None:
    return None


def _made_up(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float | Decimal):
        return 1
    if isinstance(value, Mapping):
        return {key: _made_up(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_made_up(each) for each in value]
    text = str(value)
    if _MOMENT.match(text):
        return _DAY + text[len(_DAY) :] if len(text) == len(_DAY) else f"{_DAY}T00:00:00Z"
    return "masked@example.invalid" if "@" in text else "masked"


def _told(variables: Mapping[str, Any], known: Classes) -> Iterator[str]:
    """How the values of a class may stand in a sentence."""
    for path in known:
        for value in _at(variables, path):
            for leaf in _leaves(value):
                text = str(leaf)
                if len(text) >= _MIN_TOLD:
                    yield text


def _at(value: Any, path: classes.Path) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        for each in value:
            yield from _at(each, path)
    elif not path:
        yield value
    elif isinstance(value, Mapping) and path[0] in value:
        yield from _at(value[path[0]], path[1:])


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from _leaves(each)
    elif value is not None and not isinstance(value, bool):
        yield value
