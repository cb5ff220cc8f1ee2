"""The XML namespaces of a model, and how its elements are named and found."""

from collections.abc import Iterator

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMN_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
WORK = "urn:back-office:bpmn:work:1"


def bpmn(name: str) -> str:
    """The qualified tag of a BPMN element: `bpmn("userTask")`."""
    return f"{{{BPMN}}}{name}"


def work(name: str) -> str:
    """The qualified tag or attribute of our own vocabulary."""
    return f"{{{WORK}}}{name}"


def split(tag: str) -> tuple[str, str]:
    """Namespace and local name of a qualified tag or attribute name."""
    namespace, brace, name = tag.rpartition("}")
    return (namespace[1:], name) if brace else ("", tag)


def kind(element: etree._Element) -> str:
    """The local name of a BPMN element, or "" for an element of another namespace."""
    namespace, name = split(str(element.tag))
    return name if namespace == BPMN else ""


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first BPMN child with that name."""
    return element.find(bpmn(name))


def children(element: etree._Element, name: str) -> list[etree._Element]:
    """All BPMN children with that name, in document order."""
    return list(element.iterchildren(bpmn(name))) if len(element) else []


def texts(element: etree._Element, name: str) -> Iterator[str]:
    """The trimmed, non-empty texts of all BPMN children with that name."""
    for found in children(element, name):
        if text := (found.text or "").strip():
            yield text


def text_of(element: etree._Element, name: str) -> str | None:
    """The trimmed text of the first BPMN child with that name, None when it is empty."""
    return next(texts(element, name), None)


def reference(value: str | None) -> str | None:
    """The local part of a QName reference such as `tns:Message_1`, None when it is empty."""
    return value.rpartition(":")[2].strip() or None if value else None
