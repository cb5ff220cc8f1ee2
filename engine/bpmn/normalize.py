"""Rewrites what BPMN lets a modeller leave out or abbreviate: ids, and global tasks."""

from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.model import DATA, NODES
from engine.bpmn.namespaces import bpmn, kind

#: What a call activity may call besides processes, and the task that each is.
GLOBAL_TASKS = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}
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


def open_global_tasks(tree: etree._Element) -> None:
    """Put a process beside each global task, in place: what calls the task calls that."""
    for each in list(tree):
        name, task_id = GLOBAL_TASKS.get(kind(each)), each.get("id")
        if name is None or not task_id:
            continue
        process = etree.SubElement(tree, bpmn("process"), id=task_id, isExecutable="true")
        attributes = {str(key): str(value) for key, value in each.attrib.items()}
        task = etree.SubElement(process, bpmn(name), attributes | {"id": f"{task_id}_task"})
        task.extend(deepcopy(one) for one in each)
        if "scriptLanguage" in task.attrib:
            task.set("scriptFormat", task.attrib.pop("scriptLanguage"))
        process.set("name", each.get("name", ""))
