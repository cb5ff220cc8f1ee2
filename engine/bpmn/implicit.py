"""Starts and splits that BPMN lets a modeller leave out, written out as events and gateways."""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.model import GATEWAYS, NODES
from engine.bpmn.namespaces import bpmn, child, children, kind, text_of

#: Ids of added elements begin with this; "~" cannot stand in an XML id.
ADDED = "auto~"


@dataclass(frozen=True)
class Change:
    """One thing that was rewritten: where, by which rule, and a sentence."""

    element: str | None
    rule: str
    message: str


def open_starts(scope: etree._Element) -> list[Change]:
    """Gives a scope without start event one, in front of everything that nothing leads to."""
    if not _needs_start(scope):
        return []
    scope_id = scope.get("id", "")
    entries = _entries(scope)
    start = _add(scope, "startEvent", f"{scope_id}~start")
    source = start
    if len(entries) > 1:
        source = _add(scope, "parallelGateway", f"{scope_id}~starts")
        _connect(scope, start, source)
    for entry in entries:
        _connect(scope, source, entry)
    if not entries:
        _connect(scope, start, _add(scope, "endEvent", f"{scope_id}~end"))
    named = ", ".join(each.get("id", "") for each in entries) or "its end"
    return [Change(scope_id, "start_added", f"There is no start event: it starts with {named}.")]


def split_flows(scope: etree._Element) -> list[Change]:
    """Puts a gateway behind each activity or event that more than one or a conditional flow leaves.

    Unconditional flows are always taken; of the conditional ones all that hold, else the default.
    """
    changes = []
    for node in [each for each in scope if kind(each) in NODES - GATEWAYS]:
        flows = _leaving(scope, node)
        conditional = [each for each in flows if _has_condition(each, node)]
        if len(flows) < 2 and not conditional:
            continue
        _split(scope, node, flows, conditional)
        names = ", ".join(each.get("id", "") for each in flows)
        message = f"Several flows or a condition leave it without a gateway: {names}."
        changes.append(Change(node.get("id"), "split_added", message))
    return changes


def _needs_start(scope: etree._Element) -> bool:
    if kind(scope) == "adHocSubProcess" or scope.get("triggeredByEvent") == "true":
        return False
    if kind(scope) == "process" and not any(kind(each) in NODES for each in scope):
        return False
    return not any(kind(each) == "startEvent" or _starts_by_itself(each) for each in scope)


def _starts_by_itself(node: etree._Element) -> bool:
    """Whether a receive task or event-based gateway makes instances without a start event."""
    return node.get("instantiate") == "true"


def _entries(scope: etree._Element) -> Sequence[etree._Element]:
    """The nodes that wait for no other, or the first one when all lie on a cycle."""
    entered = {each.get("targetRef") for each in children(scope, "sequenceFlow")}
    nodes = [each for each in scope if kind(each) in NODES and _can_be_entered(each)]
    return [each for each in nodes if each.get("id") not in entered] or nodes[:1]


def _can_be_entered(node: etree._Element) -> bool:
    return (
        kind(node) != "boundaryEvent"
        and node.get("triggeredByEvent") != "true"
        and node.get("isForCompensation") != "true"
        and child(node, "linkEventDefinition") is None
    )


def _leaving(scope: etree._Element, node: etree._Element) -> list[etree._Element]:
    node_id = node.get("id")
    return [each for each in children(scope, "sequenceFlow") if each.get("sourceRef") == node_id]


def _has_condition(flow: etree._Element, node: etree._Element) -> bool:
    is_default = flow.get("id") == node.get("default")
    return not is_default and text_of(flow, "conditionExpression") is not None


def _split(
    scope: etree._Element,
    node: etree._Element,
    flows: list[etree._Element],
    conditional: list[etree._Element],
) -> None:
    default = node.get("default")
    if default is not None:
        del node.attrib["default"]
    chosen = [each for each in flows if each in conditional or each.get("id") == default]
    always = [each for each in flows if each not in chosen] if conditional else flows
    source, node_id = node, node.get("id", "")
    if always:
        source = _behind(scope, source, "parallelGateway", f"{node_id}~split", always)
    if conditional:
        gateway = _behind(scope, source, "inclusiveGateway", f"{node_id}~choice", chosen)
        if default is not None:
            gateway.set("default", default)
        elif always:
            # The unconditional flows go on already: that no condition holds is no mistake.
            end = _add(scope, "endEvent", f"{node_id}~none")
            gateway.set("default", _connect(scope, gateway, end))


def _behind(
    scope: etree._Element,
    source: etree._Element,
    gateway_kind: str,
    name: str,
    flows: list[etree._Element],
) -> etree._Element:
    gateway = _add(scope, gateway_kind, name)
    for each in flows:
        each.set("sourceRef", gateway.get("id", ""))
    _connect(scope, source, gateway)
    return gateway


def _add(scope: etree._Element, element_kind: str, name: str) -> etree._Element:
    return etree.SubElement(scope, bpmn(element_kind), id=f"{ADDED}{name}")


def _connect(scope: etree._Element, source: etree._Element, target: etree._Element) -> str:
    ends = (source.get("id", ""), target.get("id", ""))
    flow = _add(scope, "sequenceFlow", f"{ends[0]}~{ends[1]}")
    flow.set("sourceRef", ends[0])
    flow.set("targetRef", ends[1])
    return flow.get("id", "")
