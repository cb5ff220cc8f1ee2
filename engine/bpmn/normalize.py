"""Rewrites what BPMN leaves implicit into what the token engine reads: tree in, new tree out.

Every change is recorded. An element that had to be added carries an id that begins with `ADDED`,
which no model can hold: it is never shown to anybody. Ids of the model itself stay as they are.
"""

from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.implicit import ADDED, Change, open_starts, split_flows
from engine.bpmn.model import DATA, NODES, SUB_PROCESSES
from engine.bpmn.namespaces import BPMN, bpmn, child, children, kind, reference

__all__ = ["ADDED", "Change", "Normalized", "give_ids", "normalize"]

_REFERENCES = ("messageRef", "signalRef", "errorRef", "escalationRef", "calledElement", "itemRef")
_NEEDS_ID = NODES | DATA | {"sequenceFlow", "process", "lane", "message", "signal", "error"}


@dataclass(frozen=True)
class Normalized:
    """A tree the parser can read, and what was changed to get there."""

    tree: etree._Element
    changes: tuple[Change, ...]


def normalize(root: etree._Element) -> Normalized:
    """A copy of a `bpmn:definitions` with all that is implicit written out; `root` is kept."""
    tree = deepcopy(root)
    changes: list[Change] = []
    for repair in (give_ids, _strip_prefixes, _resolve_definitions, _make_executable):
        changes += repair(tree)
    for scope in _scopes(tree):
        for rewrite in (_join_links, _drop_data_stores, open_starts, split_flows):
            changes += rewrite(scope)
    return Normalized(tree, tuple(changes))


def _scopes(tree: etree._Element) -> list[etree._Element]:
    return [each for each in tree.iter() if kind(each) in SUB_PROCESSES | {"process"}]


def give_ids(tree: etree._Element) -> list[Change]:
    """Numbers elements without id by kind, in place: they could not be told apart otherwise."""
    taken = {each.get("id") for each in tree.iter()}
    counts: dict[str, int] = {}
    changes = []
    for each in tree.iter():
        name = kind(each)
        if each.get("id") or name not in _NEEDS_ID:
            continue
        while True:
            counts[name] = counts.get(name, 0) + 1
            if (new := f"{name}_{counts[name]}") not in taken:
                break
        each.set("id", new)
        changes.append(Change(new, "id_given", f"A {name} had no id and is called {new}."))
    return changes


def _strip_prefixes(tree: etree._Element) -> list[Change]:
    """References are qualified names (`tns:Message_1`); ids are not."""
    changes = []
    for each in tree.iter(f"{{{BPMN}}}*"):
        for name in _REFERENCES:
            value = each.get(name)
            if value and ":" in value:
                each.set(name, reference(value) or "")
                message = f"The prefix of {name} {value} was left out."
                changes.append(Change(each.get("id"), "prefix_left_out", message))
    return changes


def _resolve_definitions(tree: etree._Element) -> list[Change]:
    """An event may point to an event definition shared at the top of the file: copy it in."""
    shared = {each.get("id"): each for each in tree if kind(each).endswith("EventDefinition")}
    changes = []
    for pointer in list(tree.iter(bpmn("eventDefinitionRef"))):
        definition, event = shared.get(reference(pointer.text)), pointer.getparent()
        if definition is None or event is None:
            continue
        copy = deepcopy(definition)
        copy.set("id", f"{ADDED}{event.get('id')}~{definition.get('id')}")
        event.replace(pointer, copy)
        message = f"The shared event definition {definition.get('id')} was copied in."
        changes.append(Change(event.get("id"), "definition_copied", message))
    return changes


def _make_executable(tree: etree._Element) -> list[Change]:
    changes = []
    for process in children(tree, "process"):
        if process.get("isExecutable") not in ("true", "1"):
            process.set("isExecutable", "true")
            message = "The process is run although it is not marked as executable."
            changes.append(Change(process.get("id"), "made_executable", message))
    return changes


def _join_links(scope: etree._Element) -> list[Change]:
    """A pair of link events is a sequence flow that was too long to draw."""
    catches = {
        link.get("name"): event
        for event in children(scope, "intermediateCatchEvent")
        if (link := child(event, "linkEventDefinition")) is not None
    }
    changes = []
    for throw in children(scope, "intermediateThrowEvent"):
        link = child(throw, "linkEventDefinition")
        target = None if link is None else catches.get(link.get("name"))
        if link is None or target is None:
            continue
        throw.remove(link)
        flow_id = f"{ADDED}{throw.get('id')}~link"
        flow = etree.SubElement(scope, bpmn("sequenceFlow"), id=flow_id)
        flow.set("sourceRef", throw.get("id", ""))
        flow.set("targetRef", target.get("id", ""))
        message = f"The link to {target.get('id')} was made a sequence flow."
        changes.append(Change(throw.get("id"), "link_joined", message))
    for target in catches.values() if changes else ():
        definition = child(target, "linkEventDefinition")
        if definition is not None:
            target.remove(definition)
        target.tag = bpmn("intermediateThrowEvent")
    return changes


def _drop_data_stores(scope: etree._Element) -> list[Change]:
    """Data stores describe where data lives outside; they hold nothing up."""
    stores = children(scope, "dataStoreReference")
    ids = {each.get("id") for each in stores}
    changes = []
    for store in stores:
        scope.remove(store)
        message = "The data store is kept in the drawing and is not read or written."
        changes.append(Change(store.get("id"), "data_store_noted", message))
    for name in ("dataInputAssociation", "dataOutputAssociation"):
        for each in list(scope.iter(bpmn(name))) if ids else ():
            ends = [(end.text or "").strip() for end in each if kind(end).endswith("Ref")]
            parent = each.getparent()
            if parent is not None and not ids.isdisjoint(ends):
                parent.remove(each)
    return changes
