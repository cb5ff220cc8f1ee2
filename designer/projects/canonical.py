"""Files as text that stays the same while they say the same, so that Git shows what changed.

XML: two spaces, id and name first and the other attributes by name, name spaces by prefix. The
order of elements stays, for it may mean something. Forms: two spaces, keys in one order.
"""

import json
from typing import Any

from lxml import etree

from core.errors import BackOfficeError
from engine.bpmn import reader

#: Attributes and keys that say which element this is come first.
_FIRST = ("id", "name", "type", "key", "label", "sourceRef", "targetRef", "bpmnElement")
#: Where white space is somebody's text and not the layout of a file.
_TEXTS = frozenset(["documentation", "text", "script", "instructions"])


def canonical(kind: str, content: str) -> str:
    """The text of a process, form or decision; what cannot be read stays as it is."""
    try:
        return _json(content) if kind == "form" else _xml(content)
    except (BackOfficeError, ValueError, etree.LxmlError):
        return content


def _xml(content: str) -> str:
    data = content.encode()
    # Refuses what is too large, too deep, or brings entities of its own.
    reader.read(data)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, strip_cdata=True)
    root = _with_sorted_spaces(etree.fromstring(data, parser), parser)
    for element in root.iter(etree.Element):
        attributes = sorted(element.attrib.items(), key=lambda item: (_rank(_local(item[0])), item))
        element.attrib.clear()
        element.attrib.update(attributes)
    _lay_out(root, "\n")
    text = etree.tostring(root.getroottree(), encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text.strip()}\n'


def _with_sorted_spaces(root: etree._Element, parser: etree.XMLParser) -> etree._Element:
    """The tree with its name spaces in order; as it is where one of them has a relative address."""
    try:
        # The rules of signatures sort them.
        plain = etree.tostring(root.getroottree(), method="c14n")
    except etree.C14NError:
        return root
    return etree.fromstring(plain, parser)


def _lay_out(element: etree._Element, line: str) -> None:
    """Put each child on a line of its own, unless text of somebody stands between them."""
    children = list(element)
    if not children or _is_text(element, children):
        return
    element.text = f"{line}  "
    for child in children:
        child.tail = f"{line}  "
        if isinstance(child.tag, str):
            _lay_out(child, f"{line}  ")
    children[-1].tail = line


def _is_text(element: etree._Element, children: list[etree._Element]) -> bool:
    between = [element.text, *(child.tail for child in children)]
    return _local(str(element.tag)) in _TEXTS or any(each and each.strip() for each in between)


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _rank(name: str) -> int:
    return _FIRST.index(name) if name in _FIRST else len(_FIRST)


def _json(content: str) -> str:
    return json.dumps(_ordered(json.loads(content)), indent=2, ensure_ascii=False) + "\n"


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (_rank(key), key))
        return {key: _ordered(value[key]) for key in keys}
    return [_ordered(each) for each in value] if isinstance(value, list) else value
