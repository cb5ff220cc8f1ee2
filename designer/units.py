"""A BPMN file taken apart into what people draw: each element with what it says, where it lies."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from engine.bpmn import reader
from engine.bpmn.namespaces import BPMN, BPMN_DI, DC, split

#: Elements that hold others, which are units of their own.
HOLDERS = frozenset(
    [
        "definitions",
        "process",
        "subProcess",
        "adHocSubProcess",
        "transaction",
        "collaboration",
        "laneSet",
        "childLaneSet",
        "lane",
    ]
)
#: Children of a holder that belong to the holder itself.
_OWN = frozenset(
    [
        "documentation",
        "extensionElements",
        "ioSpecification",
        "property",
        "dataInputAssociation",
        "dataOutputAssociation",
        "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics",
        "completionCondition",
        "resourceRole",
        "performer",
        "humanPerformer",
        "potentialOwner",
    ]
)
#: Children that repeat what flows and lanes say; they are written anew.
REPEATED = frozenset(["incoming", "outgoing", "flowNodeRef"])
_POINTERS = ("Ref", "Refs")

#: A part of an element as plain values: equal when it says the same.
Said = tuple[Any, ...]


@dataclass(frozen=True)
class Unit:
    """One element of a file: two are equal when they say the same in the same place."""

    key: str
    tag: str
    parent: str | None
    #: Id of the lane that an element lies in.
    lane: str | None
    said: Said
    #: Ids that it cannot do without: the ends of a flow, what an event is attached to.
    needs: frozenset[str]
    node: etree._Element = field(compare=False, repr=False)

    @property
    def title(self) -> str:
        """What people call it."""
        name = self.node.get("name") or "".join(self.node.itertext(f"{{{BPMN}}}text"))
        return " ".join(name.split()) or self.key


@dataclass(frozen=True)
class Place:
    """Where an element lies on the canvas; `said` is its shape or line."""

    key: str
    said: Said
    node: etree._Element = field(compare=False, repr=False)

    @property
    def is_line(self) -> bool:
        """Whether it is a flow or an association."""
        return split(str(self.node.tag))[1] == "BPMNEdge"

    @property
    def box(self) -> tuple[float, ...]:
        """Left, top, width and height of a shape."""
        bounds = self.node.find(f"{{{DC}}}Bounds")
        if bounds is None:
            return ()
        return tuple(float(bounds.get(name, "0")) for name in ("x", "y", "width", "height"))


@dataclass(frozen=True)
class Drawing:
    """A file with all its units and places by id."""

    root: etree._Element
    units: dict[str, Unit]
    places: dict[str, Place]


def take_apart(content: str) -> Drawing:
    """The units of a text. Raises UnreadableModel."""
    root = reader.read(content.encode())
    lanes = _lanes(root)
    units = {unit.key: unit for unit in _units(root, None, lanes)}
    return Drawing(root, units, {place.key: place for place in _places(root)})


def local(node: etree._Element) -> str:
    """The name of a BPMN element without its namespace, "" for any other."""
    namespace, name = split(str(node.tag))
    return name if namespace == BPMN else ""


def is_unit(node: etree._Element) -> bool:
    """Whether an element stands for itself, and is not a part of the one that holds it."""
    parent = node.getparent()
    if parent is None or local(parent) not in HOLDERS or not node.get("id"):
        return False
    return local(node) not in _OWN | REPEATED and local(node) != ""


def own_children(node: etree._Element) -> list[etree._Element]:
    """What belongs to an element itself."""
    return [
        child
        for child in node
        if isinstance(child.tag, str)
        and split(child.tag)[0] != BPMN_DI
        and not is_unit(child)
        and local(child) not in REPEATED
    ]


def _units(node: etree._Element, parent: str | None, lanes: dict[str, str]) -> Iterator[Unit]:
    for child in node:
        if isinstance(child.tag, str) and is_unit(child):
            key = str(child.get("id"))
            yield _unit(child, key, parent, lanes.get(key))
            yield from _units(child, key, lanes)


def _unit(node: etree._Element, key: str, parent: str | None, lane: str | None) -> Unit:
    said = (_attributes(node), _text(node), tuple(_said(child) for child in own_children(node)))
    return Unit(key, str(node.tag), parent, lane, said, frozenset(_needs(node)), node)


def _said(node: etree._Element) -> Said:
    inner = tuple(_said(child) for child in node if isinstance(child.tag, str))
    return (node.tag, _attributes(node), _text(node), inner)


def _attributes(node: etree._Element) -> Said:
    return tuple(sorted((str(name), str(value)) for name, value in node.attrib.items()))


def _text(node: etree._Element) -> str:
    return (node.text or "").strip()


def _needs(node: etree._Element) -> Iterator[str]:
    """References of the element itself and of its parts; a default flow can be done without."""
    for part in [node, *(each for child in own_children(node) for each in child.iter())]:
        for name, value in part.attrib.items():
            if str(name).endswith(_POINTERS):
                yield str(value)
        if isinstance(part.tag, str) and local(part).endswith(_POINTERS) and part.text:
            yield part.text.strip()


def _lanes(root: etree._Element) -> dict[str, str]:
    """The innermost lane of each element."""
    return {
        (ref.text or "").strip(): str(lane.get("id"))
        for lane in root.iter(f"{{{BPMN}}}lane")
        for ref in lane.iterchildren(f"{{{BPMN}}}flowNodeRef")
    }


def _places(root: etree._Element) -> Iterator[Place]:
    for node in root.iter(f"{{{BPMN_DI}}}BPMNShape", f"{{{BPMN_DI}}}BPMNEdge"):
        key = node.get("bpmnElement")
        if key:
            attributes = tuple(each for each in _attributes(node) if each[0] != "id")
            said = tuple(_said(child) for child in node if isinstance(child.tag, str))
            yield Place(key, (attributes, said), node)
