"""Which elements and attributes BPMN and the `work` vocabulary know: everything else is named.

`grammar.json` holds, for each BPMN element, its attributes and its children (from the XML schema
of BPMN 2.0.2); `work.json` is the designer's descriptor of our own vocabulary.
"""

import json
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from lxml import etree

from engine.bpmn.imports.roles import ROLES, is_read
from engine.bpmn.model import ACTIVITIES, EVENTS, NODES
from engine.bpmn.namespaces import BPMN, WORK, XSI, kind, split
from engine.bpmn.normalize import GLOBAL_TASKS
from engine.bpmn.problem import Problem, error, todo, warning

#: Not read by anything: neither names nor values of these make a difference to a running process.
_DIAGRAM = ("http://www.omg.org/spec/BPMN/20100524/DI", "http://www.omg.org/spec/DD/20100524")
_XML = "http://www.w3.org/XML/1998/namespace"

#: Known to BPMN, kept in the file, and without any effect here.
_NOTED = {
    "auditing": "Auditing notes are kept and have no effect: every step is logged anyway.",
    "monitoring": "Monitoring notes are kept and have no effect.",
    "rendering": "Renderings are not read; choose a form with work:form.",
    "operationRef": "Operations are not called; choose a connector.",
    "participantMultiplicity": "How many participants there are has no effect.",
    "relationship": "Relationships are kept and have no effect.",
    "supports": "Supported processes are kept and have no effect.",
    "ioBinding": "Bindings of operations are kept and have no effect.",
}
_VISIBLE = "Groups see whole cases: visible groups of a part are kept and have no effect."
#: What moves tokens: where it cannot stand, the drawing contradicts itself.
_MOVES = NODES | {"sequenceFlow", "standardLoopCharacteristics", "multiInstanceLoopCharacteristics"}
#: Where a token may come by: what is not executed there would stop it.
_PROCESSES = frozenset(["process", "subProcess", "adHocSubProcess", "transaction"])
_NEVER_EXECUTED = {
    "choreography": "Choreographies are not executed; model each partner as a process.",
    "globalChoreographyTask": "Choreographies are not executed; model each partner as a process.",
    "choreographyTask": "Choreographies are not executed; use a send or receive task.",
    "subChoreography": "Choreographies are not executed; use a sub-process.",
    "callChoreography": "Choreographies are not executed; use a call activity.",
    "implicitThrowEvent": "Implicit throw events are not executed here; use an end event.",
}


def unknown_names(root: etree._Element, imported: frozenset[str] = frozenset()) -> list[Problem]:
    """Problems for every element and attribute below `root` that is not read by the engine.

    Names of the `imported` namespaces are accounted for elsewhere.
    """
    return list(_walk(root, None, imported))


def is_allowed(setting: str, host: str) -> bool:
    """Whether a setting of ours has a meaning on an element of BPMN."""
    return setting in _work() and not _work()[setting][1].isdisjoint(_generalised(host))


def _walk(
    element: etree._Element, owner: str | None, imported: frozenset[str]
) -> Iterator[Problem]:
    name = kind(element)
    owner = element.get("id") or owner
    yield from _attributes(element, name, owner, imported)
    if name == "extensionElements":
        yield from _extensions(element, owner, imported)
        return
    if name == "extension" and element.get("mustUnderstand", "").strip() in ("true", "1"):
        message = "The file says that an extension must be understood, which it is not here."
        yield todo(owner, "not_executed", f"{message} Take mustUnderstand away if it need not be.")
    known = _children(name)
    for each in element:
        namespace, child_name = split(str(each.tag))
        if namespace == BPMN:
            yield from _bpmn_child(each, child_name, name, known, owner, imported)
        elif not namespace.startswith(_DIAGRAM) and namespace not in imported:
            yield from _stray(each, name, owner)


def _bpmn_child(
    element: etree._Element,
    name: str,
    parent: str,
    known: frozenset[str],
    owner: str | None,
    imported: frozenset[str],
) -> Iterator[Problem]:
    place = element.get("id") or owner
    if name not in _bpmn():
        near = _near(name, known)
        message = f"BPMN has no element {name}, so it does nothing; {near or 'take it out'}."
        yield todo(place, "unknown_element", message)
        return
    if name == "extensionElements" and name not in known:
        yield from _extensions(element, owner, imported)
        return
    if name not in known:
        make = error if name in _MOVES else todo
        message = f"A {name} cannot stand in a {parent}; move it or take it out."
        yield make(place, "misplaced_element", message)
    elif name in _NEVER_EXECUTED:
        make = error if parent in _PROCESSES else warning
        yield make(place, "not_executed", _NEVER_EXECUTED[name])
        return
    elif name in ROLES and not is_read(element):
        message = f"The {name} of a {parent} is not read; use a lane or work:assignment."
        yield warning(place, "noted", message)
    elif name in _NOTED:
        yield warning(place, "noted", _NOTED[name])
    yield from _walk(element, owner, imported)


def _attributes(
    element: etree._Element, name: str, owner: str | None, imported: frozenset[str]
) -> Iterator[Problem]:
    known = _own_attributes(name)
    foreign = []
    for attribute in map(str, element.attrib):
        namespace, local = split(attribute)
        if not namespace:
            if local not in known:
                near = _near(local, known)
                message = f"A {name} has no attribute {local}, so it has no effect; "
                make = todo if near else warning
                yield make(owner, "unknown_attribute", f"{message}{near or 'take it out'}.")
        elif namespace == WORK:
            if local not in _work_attributes(name):
                message = f"work:{local} has no meaning on a {name}; take it out."
                yield error(owner, "unknown_attribute", message)
        elif namespace not in {XSI, _XML, BPMN, *imported} and not namespace.startswith(_DIAGRAM):
            foreign.append(_prefixed(element, namespace, local))
    if foreign:
        message = f"Kept in the file, without effect here: {', '.join(foreign)}."
        yield warning(owner, "foreign_attribute", message)


def _stray(element: etree._Element, parent: str, owner: str | None) -> Iterator[Problem]:
    """An element of another vocabulary that stands outside of extensionElements."""
    namespace, name = split(str(element.tag))
    if namespace == WORK:
        message = f"work:{name} must stand inside the extensionElements of the {parent}."
        yield error(owner, "misplaced_element", message)
        return
    label = _prefixed(element, namespace, name)
    message = f"{label} is kept in the file and has no effect here."
    yield warning(owner, "foreign_element", message)


def _extensions(
    box: etree._Element, owner: str | None, imported: frozenset[str]
) -> Iterator[Problem]:
    parent = box.getparent()
    host = "" if parent is None else kind(parent)
    foreign = []
    for each in box:
        namespace, name = split(str(each.tag))
        if namespace == WORK:
            yield from _work_element(each, name, host, owner)
        elif namespace not in imported:
            foreign.append(_prefixed(each, namespace, name))
    if foreign:
        names = ", ".join(dict.fromkeys(foreign))
        message = f"Kept in the file, without effect here: {names}."
        yield warning(owner, "foreign_element", message)


def _work_element(
    element: etree._Element, name: str, host: str, owner: str | None
) -> Iterator[Problem]:
    kinds = _work()
    if name not in kinds:
        message = f"There is no work:{name}; look at the spelling or take it out."
        yield error(owner, "unknown_element", message)
        return
    attributes, allowed, inner = kinds[name]
    if allowed.isdisjoint(_generalised(host)):
        message = f"work:{name} has no meaning on a {host}; take it out."
        yield error(owner, "misplaced_element", message)
    elif name == "visible" and host != "process":
        yield warning(owner, "noted", _VISIBLE)
    for attribute in map(str, element.attrib):
        if attribute not in attributes:
            label = split(attribute)[1]
            message = f"work:{name} has no attribute {label}; take one of {_and(attributes)}."
            yield error(owner, "unknown_attribute", message)
    for each in element:
        child_name = split(str(each.tag))[1]
        if split(str(each.tag))[0] != WORK or child_name not in inner:
            message = f"{child_name} cannot stand in work:{name}; take it out."
            yield error(owner, "misplaced_element", message)
        else:
            yield from _work_element(each, child_name, f"work:{name}", owner)


def _near(name: str, known: frozenset[str]) -> str:
    """A hint at what was probably meant, empty where nothing is like it."""
    found = get_close_matches(name, known, 1, cutoff=0.8)
    return f"write {found[0]}" if found else ""


def _and(names: frozenset[str]) -> str:
    return " and ".join(sorted(names)) if names else "none"


def _prefixed(element: etree._Element, namespace: str, name: str) -> str:
    prefix = next((key for key, uri in element.nsmap.items() if uri == namespace and key), None)
    return f"{prefix}:{name}" if prefix else name


def _generalised(host: str) -> frozenset[str]:
    """The names by which the descriptor may speak of an element: its own and its families'."""
    families = {"Activity": ACTIVITIES, "Event": EVENTS}
    host = GLOBAL_TASKS.get(host, host)
    names = {host, *(family for family, members in families.items() if host in members)}
    return frozenset(_lower(name) for name in names)


def _lower(name: str) -> str:
    return name.rpartition(":")[2][:1].lower() + name.rpartition(":")[2][1:]


@cache
def _bpmn() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    grammar = json.loads(files(__package__).joinpath("grammar.json").read_bytes())
    return {
        name: (frozenset(attributes.split()), frozenset(children.split()))
        for name, (attributes, children) in grammar.items()
    }


def _own_attributes(name: str) -> frozenset[str]:
    return _bpmn()[name][0] if name in _bpmn() else frozenset()


def _children(name: str) -> frozenset[str]:
    return _bpmn()[name][1] if name in _bpmn() else frozenset()


@cache
def _work() -> dict[str, tuple[frozenset[str], frozenset[str], frozenset[str]]]:
    """By local name: attributes, BPMN elements it may stand in, and its own children."""
    found = {}
    for each in _descriptor():
        properties = each["properties"]
        found[_lower(each["name"])] = (
            frozenset(one["name"] for one in properties if one.get("isAttr")),
            frozenset(_lower(one) for one in each.get("meta", {}).get("allowedIn", ())),
            frozenset(_lower(one["type"]) for one in properties if one.get("isMany")),
        )
    return found


@cache
def _work_attributes(name: str) -> frozenset[str]:
    """The work: attributes that may stand directly on a BPMN element."""
    return frozenset(
        one["name"]
        for each in _descriptor()
        for one in each["properties"]
        if name in map(_lower, each.get("extends", ()))
    )


@cache
def _descriptor() -> list[dict[str, Any]]:
    descriptor = json.loads(files(__package__).joinpath("work.json").read_bytes())
    return list(descriptor["types"])
