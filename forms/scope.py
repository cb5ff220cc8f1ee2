"""What the FEEL expressions of a form can see, and which components are there for the data.

form-js looks twice: a condition sees the data without the fields that conditions hid at first.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core import feel
from core.values import to_json
from forms.errors import FormTooLarge
from forms.paths import Path, read, without
from forms.schema import Component, Form, is_expression

#: How many single fields one submission may have, over all rows of its lists.
MAX_FIELDS = 5_000


@dataclass(frozen=True)
class Scope:
    """The names an expression reads: all data, and in a list `this` row, its `parent` and `i`."""

    data: Mapping[str, Any]
    this: Any
    parent: Any = None
    indexes: tuple[int, ...] = ()

    def row(self, row: Any, number: int) -> "Scope":
        return Scope(self.data, row, self.this, (*self.indexes, number))

    def evaluate(self, text: str) -> Any:
        """The value of an expression, as JSON; null where FEEL has no answer."""
        own = {"this": self.this, "parent": self.parent, "i": list(self.indexes)}
        names = {**own, **self.data, **{f"_{name}_": value for name, value in own.items()}}
        return to_json(feel.compile(text)(names))

    def setting(self, value: Any) -> Any:
        """A setting's value: evaluated when it is an expression, else as written."""
        return self.evaluate(value) if is_expression(value) else value


@dataclass(frozen=True)
class Place:
    """One component at one place of the data: a field of the page, or a list of rows."""

    component: Component
    path: Path
    scope: Scope
    hidden: bool

    @property
    def is_locked(self) -> bool:
        """Whether the page shows the value without letting people change it."""
        settings = self.component.settings
        readonly = self.scope.setting(settings.get("readonly", False))
        return settings.get("disabled") is True or readonly is True


def places(form: Form, data: Mapping[str, Any]) -> list[Place]:
    """All fields and lists for this data, hidden ones too. Raises FormTooLarge."""
    found: list[Place] = []
    for place in _places(form.components, Scope(data, data), (), hidden=False):
        found.append(place)
        if len(found) > MAX_FIELDS:
            raise FormTooLarge(limit=MAX_FIELDS, size=f"more than {MAX_FIELDS}")
    return found


def shown(
    form: Form, data: dict[str, Any], begun: Mapping[str, Any]
) -> tuple[list[Place], dict[str, Any]]:
    """What the page shows for this data, and what its expressions then see.

    Of a hidden field they see the value that it had when the page was opened.
    """
    hidden = [place.path for place in places(form, data) if place.hidden]
    seen = {**begun, **without(data, hidden)}
    return [place for place in places(form, seen) if not place.hidden], seen


def _places(
    components: tuple[Component, ...], scope: Scope, above: Path, *, hidden: bool
) -> Iterator[Place]:
    for component in components:
        path = above + component.path
        gone = hidden or is_hidden(component, scope)
        if component.is_input and component.path:
            yield Place(component, path, scope, gone)
        elif component.repeats and component.path:
            yield Place(component, path, scope, gone)
            rows = read(scope.data, path)
            for number, row in enumerate(rows if isinstance(rows, list) and not gone else ()):
                inner = scope.row(row, number + 1)
                yield from _places(component.components, inner, (*path, number), hidden=False)
        else:
            yield from _places(component.components, scope, path, hidden=gone)


def is_hidden(component: Component, scope: Scope) -> bool:
    """Whether its condition hides a component."""
    # form-js takes the condition for a unary test of nothing, so one without an answer hides too.
    return component.hide is not None and scope.evaluate(component.hide) in (True, None)
