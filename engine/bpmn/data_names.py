"""Which variable a data object, an activity's input or output, or a property is."""

import re

from lxml import etree

from core import feel
from engine.bpmn.namespaces import bpmn

_VARIABLE = re.compile(r"[^\W\d]\w*( \w+)*")
_NAMED = ("dataObject", "dataInput", "dataOutput", "property", "dataStoreReference")


def data_names(tree: etree._Element) -> dict[str, str]:
    """Variable names of data objects, inputs, outputs and properties, by id."""
    found = {
        each.get("id", ""): _name(each) or _plain(each.get("id", ""))
        for tag in _NAMED
        for each in tree.iter(bpmn(tag))
    }
    for each in tree.iter(bpmn("dataObjectReference")):
        target = each.get("dataObjectRef", "")
        found[each.get("id", "")] = _name(each) or found.get(target) or _plain(each.get("id", ""))
    return found


def _plain(text: str) -> str:
    return re.sub(r"\W", "_", text)


def _name(element: etree._Element) -> str | None:
    """The name, when a variable can be called so: “paid in full” would be read as a condition."""
    name = " ".join(element.get("name", "").split())
    is_name = _VARIABLE.fullmatch(name) and not feel.check(name, None)
    return name if is_name and feel.names(name) == {name} else None
