"""Gives a tree what BPMN lets a modeller leave out and the engine cannot do without: ids."""

from dataclasses import dataclass

from lxml import etree

from engine.bpmn.model import DATA, NODES
from engine.bpmn.namespaces import kind

_NEEDS_ID = NODES | DATA | {"sequenceFlow", "process", "lane", "message", "signal", "error"}


@dataclass(frozen=True)
class Change:
    """One thing that was rewritten: where, by which rule, and a sentence."""

    element: str
    rule: str
    message: str


def give_ids(tree: etree._Element) -> list[Change]:
    """Numbers elements without id by kind, in place: they could not be told apart otherwise.

    The same file always gets the same ids.
    """
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
