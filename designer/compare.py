"""What changed between two texts: of a process its elements, in words; other kinds beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from designer import compare_decision, compare_form, units
from designer.changes import Change, Detail, shown
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
    "result": _l("result variable"),
    "call": _l("called version and data"),
    "inputs": _l("inputs"),
    "outputs": _l("outputs"),
    "correlation": _l("correlation"),
    "collection": _l("list it is done for"),
    "expect": _l("expected time and cost"),
    "slas": _l("service levels"),
    "waits_for": _l("whom it waits for"),
    "owner": _l("owner"),
    "label": _l("searchable variables"),
    "may_start": _l("who may start it"),
    "visible": _l("who sees it"),
}
#: Parts of a setting, where its own name does not say enough.
_PARTS = {
    "assignee": _l("assignee"),
    "groups": _l("candidate groups"),
    "skills": _l("skills"),
    "exclude": _l("who must not"),
    "affinity": _l("who already knows the case"),
    "site": _l("site"),
    "due": _l("due"),
    "remind": _l("reminder"),
    "follow_up": _l("follow-up"),
    "calendar": _l("calendar"),
    "category": _l("category"),
    "weight": _l("weight"),
    "type": _l("what it does"),
    "topic": _l("topic"),
    "key": _l("key"),
    "binding": _l("which version"),
    "result": _l("result variable"),
    "attempts": _l("attempts"),
    "delay": _l("delay"),
    "wait": _l("expected wait"),
    "cost": _l("expected cost"),
    "expression": _l("expression"),
    "timer_kind": _l("kind of timer"),
    "person": _l("person"),
    "group": _l("group"),
    "kind": _l("kind"),
    "name": _l("name"),
    "collection": _l("list"),
    "item": _l("variable of one item"),
    "condition": _l("condition"),
}


def compare(kind: str, before: str, after: str) -> list[Change]:
    """All changes of a text of some kind, those of the drawing too. Raises what reading raises."""
    if kind == "decision":
        return compare_decision.changes(before, after)
    if kind == "form":
        return compare_form.changes(before, after)
    return [*changes(before, after), *_flows(before, after), *_drawn(before, after)]


def changes(before: str, after: str) -> list[Change]:
    """Changes of the main process from one text to another, in the order of the newer one.

    Where things lie on the canvas does not count. Raises what reading a text raises.
    """
    old, new = main_process(before).elements, main_process(after).elements
    found = [
        _gone(key, element.title)
        for key, element in old.items()
        if key not in new and element.is_node
    ]
    for key, element in new.items():
        if key not in old:
            if element.is_node:
                found.append(_new(key, element.title))
            continue
        said = list(_differing(old[key], element))
        if said:
            words = ", ".join(dict.fromkeys(heading for heading, _detail in said))
            sentence = _("“%(name)s”: %(what)s", name=_title(element), what=words)
            details = tuple(detail for _heading, detail in said)
            found.append(Change("changed", key, sentence, _title(element), details))
    return found


def _gone(key: str, title: str) -> Change:
    return Change("removed", key, _("“%(name)s” is gone", name=title), title)


def _new(key: str, title: str) -> Change:
    return Change("added", key, _("“%(name)s” is new", name=title), title)


def _title(element: Element) -> str:
    return element.title if element.is_node or element.name else _("Flow %(id)s", id=element.id)


def _differing(old: Element, new: Element) -> Iterator[tuple[str, Detail]]:
    """The heading of what differs, and one detail for each part of it."""
    for attribute, words in _SAID.items():
        for detail in _details(str(words), getattr(old, attribute), getattr(new, attribute)):
            yield str(words), detail
    if new.kind == "sequenceFlow" and (old.incoming, old.outgoing) != (new.incoming, new.outgoing):
        words = _("where it leads")
        yield words, Detail(words, _ends(old), _ends(new))
    for field in fields(new.settings):
        words = str(_SETTINGS.get(field.name, field.name.replace("_", " ")))
        before, after = (getattr(each.settings, field.name) for each in (old, new))
        for detail in _details(words, before, after):
            yield words, detail


def _ends(flow: Element) -> str:
    return " → ".join((*flow.incoming, *flow.outgoing))


def _details(label: str, before: Any, after: Any) -> Iterator[Detail]:
    """What differs between two values, down to the parts that people set one by one."""
    if before == after:
        return
    if isinstance(before, tuple | None) and isinstance(after, tuple | None):
        if _is_plain(before or after):
            yield Detail(label, shown(before or ()), shown(after or ()))
        else:
            yield from _items(label, before or (), after or ())
        return
    sample = before if is_dataclass(before) else after
    if not is_dataclass(sample):
        yield Detail(label, shown(before), shown(after))
        return
    for field in fields(sample):
        words = str(_PARTS.get(field.name, field.name.replace("_", " ")))
        ours, other = (getattr(each, field.name, None) for each in (before, after))
        yield from _details(f"{label}: {words}", ours, other)


def _is_plain(values: Any) -> bool:
    return not any(is_dataclass(each) for each in values or ())


def _items(label: str, before: tuple[Any, ...], after: tuple[Any, ...]) -> Iterator[Detail]:
    """Named parts by their names, others one after another."""
    old, new = _by_name(before), _by_name(after)
    for name in {**old, **new}:
        ours, other = old.get(name), new.get(name)
        if hasattr(ours or other, "value"):
            ours, other = getattr(ours, "value", None), getattr(other, "value", None)
        yield from _details(f"{label}: {name}", ours, other)


def _by_name(values: tuple[Any, ...]) -> dict[str, Any]:
    return {
        str(getattr(each, "name", None) or getattr(each, "code", None) or number): each
        for number, each in enumerate(values, 1)
    }


def _flows(before: str, after: str) -> Iterator[Change]:
    """Flows that went or came between elements that stay."""
    old, new = main_process(before).elements, main_process(after).elements
    for key, flow in old.items():
        if flow.kind == "sequenceFlow" and key not in new and _has_ends(flow, new):
            yield _gone(key, _way(flow, old))
    for key, flow in new.items():
        if flow.kind == "sequenceFlow" and key not in old and _has_ends(flow, old):
            yield _new(key, _way(flow, new))


def _has_ends(flow: Element, elements: Mapping[str, Element]) -> bool:
    return all(end in elements for end in (*flow.incoming, *flow.outgoing))


def _way(flow: Element, elements: Mapping[str, Element]) -> str:
    ends = [elements[end].title for end in (*flow.incoming, *flow.outgoing) if end in elements]
    return flow.name or " → ".join(ends)


def _drawn(before: str, after: str) -> Iterator[Change]:
    """What only the drawing tells: pools, lanes, notes, and what lies elsewhere than before."""
    old, new = units.take_apart(before), units.take_apart(after)
    told = {*main_process(before).elements, *main_process(after).elements}
    for key, unit in old.units.items():
        if key not in told and key not in new.units and key in old.places:
            yield _gone(key, unit.title)
    for key, unit in new.units.items():
        if key not in new.places:
            continue
        was = old.units.get(key)
        if was is None:
            if key not in told:
                yield _new(key, unit.title)
        elif key not in told and was.said != unit.said:
            sentence = _("“%(name)s”: %(what)s", name=unit.title, what=_("name"))
            detail = Detail(_("name"), was.title, unit.title)
            yield Change("changed", key, sentence, unit.title, (detail,))
        if _is_moved(key, old, new):
            yield Change("moved", key, _("“%(name)s” lies elsewhere", name=unit.title), unit.title)


def _is_moved(key: str, old: units.Drawing, new: units.Drawing) -> bool:
    """Shapes count; lines only follow them."""
    was, is_now = old.places.get(key), new.places.get(key)
    if was is None or is_now is None or is_now.is_line:
        return False
    return was.box != is_now.box
