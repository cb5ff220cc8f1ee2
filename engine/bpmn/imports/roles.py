"""Who does a task, said in BPMN's own elements: owners and performers as people and groups."""

import re
from collections.abc import Iterator

from lxml import etree

from engine.bpmn.extensions import is_feel
from engine.bpmn.imports.host import Host, text
from engine.bpmn.imports.values import from_juel, has_juel
from engine.bpmn.namespaces import bpmn, children, kind, reference, text_of

#: One person is meant by the first two, one of several by the others.
ROLES = frozenset(["humanPerformer", "performer", "potentialOwner", "resourceRole"])
_ONE = frozenset(["humanPerformer", "performer"])
_TASKS = frozenset(["userTask", "manualTask"])
#: `user(ada), group(billing)`, as engines write it; a bare name is a group of owners.
_MEMBER = re.compile(r"(?:(user|group)\(\s*([^()]*?)\s*\)|([^,()]+))\s*(?:,|$)")


def is_read(role: etree._Element) -> bool:
    """Whether a role names somebody for a task of people."""
    host = role.getparent()
    return host is not None and kind(host) in _TASKS and _expression(role) is not None


def has_roles(root: etree._Element) -> bool:
    """Whether any task names its people in this way."""
    return any(is_read(each) for name in ROLES for each in root.iter(bpmn(name)))


def translate(host: Host) -> None:
    """Say in our words who does the task."""
    if host.kind not in _TASKS:
        return
    people: list[str] = []
    groups: list[str] = []
    for role in host.element:
        if kind(role) in ROLES and (written := _expression(role)) is not None:
            _name(host, role, written, people, groups)
    if not people and not groups:
        return
    given = {"groups": ", ".join(dict.fromkeys(groups))} if groups else {}
    given |= {"assignee": people[0]} if len(people) == 1 else {}
    if host.says("assignment") and not host.has("assignment", given):
        host.kept("potentialOwner", "who does it is said already.")
        return
    host.set("assignment", "potentialOwner", given)
    if len(people) > 1:
        sentence = "tasks are offered to groups; make these people one and name it."
        host.kept("potentialOwner", sentence, unfinished=not groups)


def _name(
    host: Host, role: etree._Element, written: str, people: list[str], groups: list[str]
) -> None:
    label, one = kind(role), kind(role) in _ONE
    if has_juel(written) or is_feel(written):
        found = from_juel(written) if has_juel(written) else written
        if found is None:
            sentence = f"“{written}” cannot be translated; write it in FEEL."
            host.kept(label, sentence, unfinished=True)
        else:
            (people if one else groups).append(found)
        return
    for what, name in _members(written):
        is_person = what == "user" or (one and what != "group")
        (people if is_person else groups).append(name)


def _members(written: str) -> Iterator[tuple[str, str]]:
    for match in _MEMBER.finditer(written):
        name = (match[2] if match[1] else match[3]).strip()
        if name:
            yield match[1] or "", name


def _expression(role: etree._Element) -> str | None:
    """What the role says: an expression, or the name of a resource of the file."""
    for box in children(role, "resourceAssignmentExpression"):
        for tag in ("formalExpression", "expression"):
            if found := text_of(box, tag):
                return found
        if text(box):
            return text(box)
    wanted = reference(text_of(role, "resourceRef"))
    root = role.getroottree().getroot()
    named = (each.get("name") for each in children(root, "resource") if each.get("id") == wanted)
    return next(named, None) if wanted else None
