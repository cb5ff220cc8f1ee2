"""What changed between two texts of a process: elements added, removed and changed, in words."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from designer.contents import main_process
from engine.bpmn.model import Element

#: What of an element may differ, and what people call it; flows tell their ends themselves.
_SAID = {
    "name": _l("name"),
    "kind": _l("kind"),
    "lane": _l("lane"),
    "events": _l("event"),
    "attached_to": _l("activity it belongs to"),
    "interrupting": _l("whether it interrupts"),
    "loop": _l("repetition"),
    "documentation": _l("documentation"),
    "default": _l("default flow"),
    "condition": _l("condition"),
    "script": _l("script"),
    "called_element": _l("called process"),
}
_SETTINGS = {
    "form": _l("form"),
    "assignment": _l("who does it"),
    "schedule": _l("due date"),
    "priority": _l("priority"),
    "instructions": _l("instructions"),
    "connector": _l("connector"),
    "retry": _l("retries"),
    "error_map": _l("business errors"),
    "decision": _l("decision"),
    "inputs": _l("inputs"),
    "outputs": _l("outputs"),
    "correlation": _l("correlation"),
    "expect": _l("expected time and cost"),
}


@dataclass(frozen=True)
class Change:
    """`kind`: "added", "removed" or "changed"."""

    kind: str
    element_id: str
    sentence: str


def changes(before: str, after: str) -> list[Change]:
    """Changes of the main process from one text to another, in the order of the newer one.

    Where things lie on the canvas does not count. Raises what reading a text raises.
    """
    old, new = main_process(before).elements, main_process(after).elements
    found = [
        Change("removed", key, _("“%(name)s” is gone", name=element.title))
        for key, element in old.items()
        if key not in new and element.is_node
    ]
    for key, element in new.items():
        if key not in old:
            if element.is_node:
                found.append(Change("added", key, _("“%(name)s” is new", name=element.title)))
            continue
        said = list(_differing(old[key], element))
        if said:
            words = _("“%(name)s”: %(what)s", name=_title(element), what=", ".join(said))
            found.append(Change("changed", key, words))
    return found


def _title(element: Element) -> str:
    return element.title if element.is_node or element.name else _("Flow %(id)s", id=element.id)


def _differing(old: Element, new: Element) -> Iterator[str]:
    for attribute, words in _SAID.items():
        if getattr(old, attribute) != getattr(new, attribute):
            yield str(words)
    if new.kind == "sequenceFlow" and (old.incoming, old.outgoing) != (new.incoming, new.outgoing):
        yield _("where it leads")
    for field in fields(new.settings):
        if getattr(old.settings, field.name) != getattr(new.settings, field.name):
            yield str(_SETTINGS.get(field.name, field.name.replace("_", " ")))
