"""Writes a merged file: theirs as the warp, what was taken from mine woven in."""

from collections.abc import Mapping
from copy import deepcopy

from lxml import etree

from designer.units import (
    REPEATED,
    Drawing,
    Place,
    Unit,
    is_unit,
    local,
    own_children,
)
from engine.bpmn.namespaces import BPMN_DI, DC, DI, bpmn


def woven(
    theirs: Drawing, mine: Drawing, units: Mapping[str, Unit], places: Mapping[str, Place]
) -> str:
    """The text in which each unit and place is the chosen one."""
    root = deepcopy(theirs.root)
    nodes = {str(node.get("id")): node for node in root.iter() if _is_element_unit(node)}
    for key in sorted(units, key=lambda key: _depth(key, units)):
        _weave_in(root, nodes, key, units[key])
    for key in [key for key in nodes if key not in units]:
        _take_out(nodes.pop(key))
    _repeat(nodes, units)
    _lay_out(root, mine, theirs, places)
    etree.indent(root)
    body = etree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def is_frame(place: Place) -> bool:
    """Whether a shape is that of a pool, a lane or an open sub-process, which grows by itself."""
    return place.node.get("isHorizontal") is not None or place.node.get("isExpanded") == "true"


def around(ours: Place, other: Place) -> Place:
    """The frame that reaches around both."""
    node = deepcopy(other.node)
    bounds = [each.box for each in (ours, other)]
    left, top = (min(one[at] for one in bounds) for at in (0, 1))
    right, bottom = (max(one[at] + one[at + 2] for one in bounds) for at in (0, 1))
    box = node.find(f"{{{DC}}}Bounds")
    for name, number in zip(
        ("x", "y", "width", "height"), (left, top, right - left, bottom - top), strict=True
    ):
        box.set(name, f"{number:g}")
    return Place(other.key, (*other.said, "around"), node)


def joined(begins: Place, ends: Place) -> Place:
    """A line that begins as one drew it and ends as the other did."""
    node = deepcopy(begins.node)
    points = node.findall(f"{{{DI}}}waypoint")
    last = ends.node.findall(f"{{{DI}}}waypoint")[-1]
    points[-1].attrib.update(last.attrib)
    return Place(begins.key, (*begins.said, "joined"), node)


def _depth(key: str, units: Mapping[str, Unit]) -> int:
    """How deep an element lies: what holds others is written before them."""
    parent = units[key].parent
    return 1 + _depth(parent, units) if parent in units else 0


def _is_element_unit(node: etree._Element) -> bool:
    return isinstance(node.tag, str) and is_unit(node)


def _weave_in(
    root: etree._Element,
    nodes: dict[str, etree._Element],
    key: str,
    unit: Unit,
) -> None:
    """Make the node of a unit say what was chosen, and stand where it should."""
    parent = nodes[unit.parent] if unit.parent else root
    node = nodes.get(key)
    if node is None or node.tag != unit.tag:
        fresh = etree.Element(unit.tag, nsmap=unit.node.nsmap)
        if node is not None:
            fresh.extend([child for child in node if _is_element_unit(child)])
            _take_out(node)
        node = nodes[key] = fresh
        _insert(parent, node, unit, nodes)
    elif node.getparent() is not parent:
        _insert(parent, node, unit, nodes)
    _say(node, unit.node)


def _say(node: etree._Element, chosen: etree._Element) -> None:
    """Take over attributes, text and own parts; units inside stay."""
    node.attrib.clear()
    node.attrib.update(chosen.attrib)
    node.text = chosen.text
    for part in own_children(node):
        node.remove(part)
    inner = [child for child in node if _is_element_unit(child)]
    for number, part in enumerate(own_children(chosen)):
        copy = deepcopy(part)
        if inner:
            node.insert(number, copy)
        else:
            node.append(copy)


def _insert(
    parent: etree._Element, node: etree._Element, unit: Unit, nodes: Mapping[str, etree._Element]
) -> None:
    """Put a node behind the one it follows in its own file, as far as that is here."""
    before = unit.node.getprevious()
    while before is not None:
        key = str(before.get("id"))
        if key in nodes and nodes[key].getparent() is parent and nodes[key] is not node:
            nodes[key].addnext(node)
            return
        before = before.getprevious()
    first = next((child for child in parent if _is_element_unit(child)), None)
    if first is not None:
        first.addprevious(node)
    else:
        parent.append(node)


def _take_out(node: etree._Element) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def _repeat(nodes: Mapping[str, etree._Element], units: Mapping[str, Unit]) -> None:
    """Write what flows and lanes say into the elements they meet; forget a default that is gone."""
    for node in nodes.values():
        for child in [child for child in node if local(child) in REPEATED]:
            node.remove(child)
        if node.get("default") is not None and node.get("default") not in nodes:
            del node.attrib["default"]
    for key, unit in units.items():
        node = nodes[key]
        if local(node) == "sequenceFlow":
            _meet(nodes.get(node.get("targetRef", "")), "incoming", key)
            _meet(nodes.get(node.get("sourceRef", "")), "outgoing", key)
        lane = nodes.get(unit.lane or "")
        if lane is not None:
            etree.SubElement(lane, bpmn("flowNodeRef")).text = key
    for lane in (node for node in nodes.values() if local(node) == "lane"):
        for inner in [child for child in lane if local(child) == "childLaneSet"]:
            lane.append(inner)


def _meet(node: etree._Element | None, name: str, key: str) -> None:
    """Write `incoming` or `outgoing` where BPMN wants it: behind the words, before all else."""
    if node is None:
        return
    said = {"documentation", "extensionElements", "incoming"} | ({name} - {"incoming"})
    ref = etree.Element(bpmn(name))
    ref.text = key
    at = sum(1 for child in node if local(child) in said)
    node.insert(at, ref)


def _lay_out(
    root: etree._Element, mine: Drawing, theirs: Drawing, places: Mapping[str, Place]
) -> None:
    """Make each plane of the diagrams show the chosen places."""
    planes = {str(plane.get("bpmnElement")): plane for plane in _planes(root)}
    for plane in _planes(mine.root):
        key = str(plane.get("bpmnElement"))
        if key not in planes and key in places:
            diagram = deepcopy(plane.getparent())
            root.append(diagram)
            planes[key] = next(iter(_planes(diagram)))
            planes[key][:] = []
    shown = {str(node.get("bpmnElement")): node for plane in _planes(root) for node in plane}
    for key, node in shown.items():
        if key not in places:
            _take_out(node)
    for key, place in places.items():
        if theirs.places.get(key) is place:
            continue
        fresh = deepcopy(place.node)
        if key in shown and shown[key].getparent() is not None:
            shown[key].getparent().replace(shown[key], fresh)
        else:
            _plane_for(place, planes).append(fresh)


def _planes(node: etree._Element) -> list[etree._Element]:
    return list(node.iter(f"{{{BPMN_DI}}}BPMNPlane"))


def _plane_for(place: Place, planes: Mapping[str, etree._Element]) -> etree._Element:
    parent = place.node.getparent()
    home = str(parent.get("bpmnElement")) if parent is not None else ""
    return planes[home] if home in planes else next(iter(planes.values()))
