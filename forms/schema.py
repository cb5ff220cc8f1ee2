"""Reads a form as form-js writes it (schema versions 1 to 19) into a tree of components."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import Invalid
from core.values import from_json
from forms.errors import FormUnreadable

#: The newest schema of form-js that is understood.
SCHEMA_VERSION = 19
MAX_COMPONENTS = 1_000
MAX_NESTING = 12

TEXTS = frozenset({"textfield", "textarea"})
CHOICES = frozenset({"radio", "select"})
MULTIPLE_CHOICES = frozenset({"checklist", "taglist"})
#: Components that carry a value under their `key`.
INPUTS = (
    TEXTS
    | CHOICES
    | MULTIPLE_CHOICES
    | {"number", "checkbox", "datetime", "filepicker", "expression"}
)
#: Components that hold others, under their `path`.
CONTAINERS = frozenset({"group", "dynamiclist"})
#: Components that only show something.
SHOWN_ONLY = frozenset(
    {"text", "html", "image", "table", "iframe", "documentPreview", "spacer", "separator", "button"}
)
TYPES = INPUTS | CONTAINERS | SHOWN_ONLY


@dataclass(frozen=True)
class Component:
    """One component of a form; `path` is where its value lives below its parent's."""

    type: str
    id: str
    path: tuple[str, ...]
    settings: Mapping[str, Any]
    components: tuple["Component", ...] = ()

    @property
    def is_input(self) -> bool:
        return self.type in INPUTS

    @property
    def repeats(self) -> bool:
        """Whether its components are asked once for every row of a list."""
        return self.type == "dynamiclist" and self.settings.get("isRepeating", True) is not False

    @property
    def rows_are_fixed(self) -> bool:
        """Whether people may change the rows of this list, but neither add nor remove one."""
        return self.settings.get("allowAddRemove", True) is False

    @property
    def is_step(self) -> bool:
        """Whether it says that it is a step of its own; only groups at the top of a form are."""
        properties = self.settings.get("properties")
        step = properties.get("step") if isinstance(properties, dict) else None
        return step in ("true", "yes") or step is True

    @property
    def rules(self) -> Mapping[str, Any]:
        rules = self.settings.get("validate")
        return rules if isinstance(rules, dict) else {}

    @property
    def hide(self) -> str | None:
        """The condition that hides it; form-js looks at it only when it begins with `=`."""
        conditional = self.settings.get("conditional")
        condition = conditional.get("hide") if isinstance(conditional, dict) else None
        return condition if is_expression(condition) else None

    def walk(self) -> Iterator["Component"]:
        """This component and all below it."""
        yield self
        for component in self.components:
            yield from component.walk()


@dataclass(frozen=True)
class Form:
    """A form: its components, and the schema it was read from (for the browser)."""

    id: str
    components: tuple[Component, ...]
    schema: Mapping[str, Any]

    @property
    def steps(self) -> tuple[Component, ...]:
        """The groups that are shown one after the other; none or two at least."""
        steps = tuple(each for each in self.components if each.type == "group" and each.is_step)
        return steps if len(steps) > 1 else ()

    def walk(self) -> Iterator[Component]:
        """Every component, in the order of the page."""
        for component in self.components:
            yield from component.walk()


def parse(data: bytes) -> Form:
    """Read a `.form` file. Raises FormUnreadable with a sentence saying what is wrong."""
    if b"\\u0000" in data:
        raise FormUnreadable(reason="it contains the character U+0000, which no database keeps.")
    try:
        schema = from_json(data)
    except Invalid as error:
        raise FormUnreadable(reason=str(error)) from None
    if not isinstance(schema, dict):
        raise FormUnreadable(reason="the file does not hold an object.")
    _require_known_version(schema)
    components = _components(schema.get("components", []), depth=0)
    form = Form(str(schema.get("id") or ""), components, schema)
    count = sum(1 for _ in form.walk())
    if count > MAX_COMPONENTS:
        raise FormUnreadable(reason=f"it has {count} components, at most {MAX_COMPONENTS} work.")
    return form


def is_expression(value: object) -> bool:
    """Whether form-js would evaluate this setting as FEEL."""
    return isinstance(value, str) and value.startswith("=")


def _require_known_version(schema: Mapping[str, Any]) -> None:
    if schema.get("type", "default") != "default":
        raise FormUnreadable(reason=f"its type is “{schema['type']}”, not “default”.")
    version = schema.get("schemaVersion", 1)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise FormUnreadable(reason="its schemaVersion is not a whole number.")
    if version > SCHEMA_VERSION:
        raise FormUnreadable(
            reason=f"its schemaVersion {version} is newer than {SCHEMA_VERSION}, the newest known."
        )


def _components(written: object, depth: int) -> tuple[Component, ...]:
    if not isinstance(written, list):
        raise FormUnreadable(reason="“components” is not a list.")
    if depth > MAX_NESTING:
        raise FormUnreadable(reason=f"its groups are nested deeper than {MAX_NESTING} levels.")
    return tuple(_component(item, depth) for item in written)


def _component(written: object, depth: int) -> Component:
    if not isinstance(written, dict):
        raise FormUnreadable(reason="a component is not an object.")
    kind = written.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        raise FormUnreadable(reason=f"nobody knows components of type “{kind}”.")
    name = written.get("path" if kind in CONTAINERS else "key")
    if name is not None and not isinstance(name, str):
        raise FormUnreadable(reason=f"the key of a {kind} is not a text.")
    return Component(
        type=kind,
        id=str(written.get("id") or name or kind),
        path=tuple(name.split(".")) if name and kind not in SHOWN_ONLY else (),
        settings=written,
        components=_components(written.get("components", []), depth + 1)
        if kind in CONTAINERS
        else (),
    )
