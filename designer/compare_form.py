"""What changed between two texts of a form: its fields, by their ids, wherever they stand."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from designer.changes import Change, Detail, out_of_order, shown
from designer.contents import UnreadableForm

#: What people call the properties of a field.
_WORDS = {
    "label": _l("label"),
    "key": _l("key"),
    "path": _l("path"),
    "type": _l("kind"),
    "text": _l("text"),
    "description": _l("description"),
    "defaultValue": _l("value at first"),
    "values": _l("choices"),
    "valuesKey": _l("choices from"),
    "valuesExpression": _l("choices from"),
    "disabled": _l("disabled"),
    "readonly": _l("read only"),
    "conditional": _l("when it is hidden"),
    "expression": _l("expression"),
    "required": _l("required"),
    "min": _l("at least"),
    "max": _l("at most"),
    "minLength": _l("shortest"),
    "maxLength": _l("longest"),
    "pattern": _l("pattern"),
    "decimalDigits": _l("decimals"),
    "name": _l("name"),
}
#: Where a field is shown, and what the editor keeps for itself.
_IGNORED = frozenset(["id", "components", "layout", "type_"])
MAX_FIELDS = 2_000


@dataclass(frozen=True)
class _Field:
    """A field, the group it stands in, and its place among its neighbours."""

    key: str
    said: dict[str, Any]
    group: str

    @property
    def title(self) -> str:
        label = self.said.get("label") or self.said.get("key") or self.said.get("path")
        text = label or self.said.get("text") or self.key
        return " ".join(str(text).split())[:80]


def changes(before: str, after: str) -> list[Change]:
    """Changes in the order of the newer text. Raises UnreadableForm."""
    old_form, new_form = _read(before), _read(after)
    old = {field.key: field for field in _fields(old_form, "")}
    new = {field.key: field for field in _fields(new_form, "")}
    found = list(_of_whole(old_form, new_form))
    for key, field in old.items():
        if key not in new:
            sentence = _("“%(name)s” is gone", name=field.title)
            found.append(Change("removed", key, sentence, field.title))
    elsewhere = out_of_order(old, new)
    for key in (key for key in new if key in old):
        if key in elsewhere or old[key].group != new[key].group:
            title = new[key].title
            found.append(Change("moved", key, _("“%(name)s” stands elsewhere", name=title), title))
    for key, field in new.items():
        if key not in old:
            sentence = _("“%(name)s” is new", name=field.title)
            found.append(Change("added", key, sentence, field.title))
        elif details := tuple(_details(old[key].said, field.said)):
            found.append(_changed(key, field.title, details))
    return found


def _read(content: str) -> dict[str, Any]:
    try:
        schema = json.loads(content)
    except ValueError as error:
        raise UnreadableForm(reason=_("it is not JSON")) from error
    if not isinstance(schema, dict):
        raise UnreadableForm(reason=_("it is no object"))
    return schema


def _fields(component: dict[str, Any], group: str, depth: int = 0) -> Iterator[_Field]:
    inner = component.get("components")
    if not isinstance(inner, list) or depth > 20:
        return
    for number, each in enumerate(inner[:MAX_FIELDS]):
        if isinstance(each, dict):
            key = str(each.get("id") or each.get("key") or f"{group}/{number}")
            yield _Field(key, each, group)
            yield from _fields(each, key, depth + 1)


def _of_whole(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    before, after = ({"name": form.get("name"), "key": form.get("id")} for form in (old, new))
    if details := tuple(_details(before, after)):
        yield _changed("", _("The form"), details)


def _details(old: dict[str, Any], new: dict[str, Any], label: str = "") -> Iterator[Detail]:
    for key in {**old, **new}:
        if key in _IGNORED or old.get(key) == new.get(key):
            continue
        words = f"{label}{_WORDS.get(key, key)}"
        before, after = old.get(key), new.get(key)
        if isinstance(before or after, dict) and key in ("validate", "properties", "appearance"):
            yield from _details(before or {}, after or {})
        else:
            yield Detail(words, _shown(before), _shown(after))


def _shown(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return shown(tuple(each.get("label") or each.get("value") for each in value))
    if isinstance(value, dict) and len(value) == 1:
        return shown(next(iter(value.values())))
    return shown(value if not isinstance(value, dict | list) else json.dumps(value))


def _changed(key: str, name: str, details: tuple[Detail, ...]) -> Change:
    words = ", ".join(detail.label for detail in details)
    sentence = _("“%(name)s”: %(what)s", name=name, what=words)
    return Change("changed", key, sentence, name, details)
