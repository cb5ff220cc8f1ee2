"""Reads the processes of a BPMN file as the values of `engine.bpmn.model`."""

import re
from collections.abc import Iterator
from types import MappingProxyType

from lxml import etree

from core import feel
from engine.bpmn.data_names import data_names
from engine.bpmn.extensions import Correlation, read_settings
from engine.bpmn.model import (
    DATA,
    NODES,
    SUB_PROCESSES,
    Element,
    EventDefinition,
    Loop,
    ProcessModel,
    Sign,
)
from engine.bpmn.namespaces import bpmn, child, children, kind, reference, text_of, texts

_ELEMENTS = NODES | DATA | {"sequenceFlow"}
_EVENT_KINDS = {
    f"{name}EventDefinition": name
    for name in [
        "timer",
        "message",
        "signal",
        "error",
        "escalation",
        "conditional",
        "link",
        "terminate",
        "cancel",
        "compensate",
    ]
}
_REFERENCES = {
    "message": "messageRef",
    "signal": "signalRef",
    "error": "errorRef",
    "escalation": "escalationRef",
}
_TIMER_KINDS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


def models(root: etree._Element, *, file: str = "") -> tuple[ProcessModel, ...]:
    """All processes below a `bpmn:definitions`, in document order."""
    definitions = _Definitions(root)
    return tuple(_process(each, file, definitions) for each in children(root, "process"))


class _Definitions:
    """What lies at definitions level and is referred to from processes."""

    def __init__(self, root: etree._Element) -> None:
        self.by_id = {each.get("id"): each for each in root if each.get("id")}
        self.participants: dict[str, str] = {}
        for collaboration in children(root, "collaboration"):
            for each in children(collaboration, "participant"):
                process, name = reference(each.get("processRef")), each.get("name")
                if process and name:
                    self.participants[process] = name

        self.paths = dict(_message_paths(root))
        self.bindings = dict(_data_paths(root))

    def correlation(self, ref: str | None, process: str, *, throws: bool) -> Correlation | None:
        """What BPMN's own correlation properties say of a message, seen from one process."""
        keys = [
            path if throws else self.bindings.get((process, name), path)
            for name, path in self.paths.get(ref or "", ())
        ]
        return Correlation(f"={_joined(keys)}") if keys else None

    def find(self, ref: str | None) -> etree._Element | None:
        return self.by_id.get(ref) if ref else None


def _message_paths(root: etree._Element) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """By message id: the correlation properties it carries, and where in the message they are."""
    found: dict[str, list[tuple[str, str]]] = {}
    for each in children(root, "correlationProperty"):
        for retrieval in children(each, "correlationPropertyRetrievalExpression"):
            path = text_of(retrieval, "messagePath") or text_of(retrieval, "formalExpression")
            message = reference(retrieval.get("messageRef"))
            if path and message and not feel.check(path, None):
                found.setdefault(message, []).append((each.get("id", ""), path.lstrip("=")))
    yield from found.items()


def _data_paths(root: etree._Element) -> Iterator[tuple[tuple[str, str], str]]:
    """By process and correlation property: where in the process's data it is."""
    for process in children(root, "process"):
        for subscription in children(process, "correlationSubscription"):
            for binding in children(subscription, "correlationPropertyBinding"):
                path = text_of(binding, "dataPath")
                name = reference(binding.get("correlationPropertyRef"))
                if path and name and not feel.check(path, None):
                    yield (process.get("id", ""), name), path.lstrip("=")


def _joined(keys: list[str]) -> str:
    """One key of several properties."""
    if len(keys) == 1:
        return keys[0]
    return ' + "/" + '.join(f"string({each})" for each in keys)


def _process(process: etree._Element, file: str, definitions: _Definitions) -> ProcessModel:
    key = process.get("id", "")
    lanes: dict[str, str] = {}
    names = tuple(dict.fromkeys(_read_lanes(process, lanes)))
    elements: dict[str, Element] = {}
    _read_scope(process, key, None, lanes, elements, definitions)
    return ProcessModel(
        key=key,
        name=process.get("name") or definitions.participants.get(key) or key,
        file=file,
        elements=MappingProxyType(elements),
        lanes=names,
        documentation=text_of(process, "documentation"),
        is_executable=_yes(process, "isExecutable"),
        starts=tuple(
            each for each in elements.values() if each.kind == "startEvent" and each.parent == key
        ),
        settings=read_settings(process),
    )


def _read_lanes(scope: etree._Element, lane_of: dict[str, str], box: str = "laneSet") -> list[str]:
    """Names of all lanes below a scope; fills `lane_of` by element id, inner lanes winning."""
    names = []
    for lane_set in children(scope, box):
        for lane in children(lane_set, "lane"):
            name = lane.get("name") or lane.get("id") or ""
            names.append(name)
            lane_of.update((each, name) for each in texts(lane, "flowNodeRef"))
            names.extend(_read_lanes(lane, lane_of, "childLaneSet"))
    return names


def _read_scope(
    scope: etree._Element,
    parent: str,
    lane: str | None,
    lanes: dict[str, str],
    elements: dict[str, Element],
    definitions: _Definitions,
) -> None:
    flows_in, flows_out = _flow_ids(scope)
    for each in scope:
        element_kind, element_id = kind(each), each.get("id")
        if not element_id or element_kind not in _ELEMENTS:
            continue
        own_lane = lanes.get(element_id, lane)
        elements[element_id] = _element(each, parent, own_lane, flows_in, flows_out, definitions)
        if element_kind in SUB_PROCESSES:
            _read_lanes(each, lanes)
            _read_scope(each, element_id, own_lane, lanes, elements, definitions)


def _flow_ids(scope: etree._Element) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Flow ids by the element they enter, and by the element they leave."""
    entering: dict[str, list[str]] = {}
    leaving: dict[str, list[str]] = {}
    for flow in children(scope, "sequenceFlow"):
        if flow_id := flow.get("id"):
            entering.setdefault(flow.get("targetRef", ""), []).append(flow_id)
            leaving.setdefault(flow.get("sourceRef", ""), []).append(flow_id)
    return entering, leaving


def _element(
    element: etree._Element,
    parent: str,
    lane: str | None,
    entering: dict[str, list[str]],
    leaving: dict[str, list[str]],
    definitions: _Definitions,
) -> Element:
    element_kind, element_id = kind(element), element.get("id", "")
    incoming, outgoing = entering.get(element_id, ()), leaving.get(element_id, ())
    if element_kind == "sequenceFlow":
        incoming, outgoing = [element.get("sourceRef", "")], [element.get("targetRef", "")]
    return Element(
        id=element_id,
        name=element.get("name") or "",
        kind=element_kind,
        parent=parent,
        lane=lane,
        settings=read_settings(element),
        incoming=tuple(incoming),
        outgoing=tuple(outgoing),
        events=_events(element, definitions),
        attached_to=reference(element.get("attachedToRef")),
        interrupting=_interrupting(element),
        loop=_loop(element, definitions),
        documentation=text_of(element, "documentation"),
        default=element.get("default") or None,
        condition=text_of(element, "conditionExpression")
        or text_of(element, "activationCondition"),
        script_format=element.get("scriptFormat") or None,
        script=text_of(element, "script"),
        called_element=reference(element.get("calledElement")),
        implementation=element.get("implementation") or None,
        triggered_by_event=_yes(element, "triggeredByEvent"),
        for_compensation=_yes(element, "isForCompensation"),
        instantiate=_yes(element, "instantiate"),
        parallel_multiple=_yes(element, "parallelMultiple")
        or element.get("eventGatewayType") == "Parallel",
        sequential=element.get("ordering") == "Sequential",
        completion_condition=text_of(element, "completionCondition"),
        cancel_remaining=element.get("cancelRemainingInstances", "").strip() not in ("false", "0"),
        start_quantity=_quantity(element, "startQuantity"),
        completion_quantity=_quantity(element, "completionQuantity"),
    )


def _yes(element: etree._Element, name: str) -> bool:
    return element.get(name, "").strip() in ("true", "1")


def _interrupting(element: etree._Element) -> bool:
    name = "cancelActivity" if kind(element) == "boundaryEvent" else "isInterrupting"
    return element.get(name, "true").strip() not in ("false", "0")


def _events(element: etree._Element, definitions: _Definitions) -> tuple[EventDefinition, ...]:
    if kind(element) in ("receiveTask", "sendTask"):
        ref = reference(element.get("messageRef"))
        return (_message(ref, element, definitions),) if ref else ()
    own = [_event(each, element, definitions) for each in element]
    shared = [
        _event(found, element, definitions)
        for ref in texts(element, "eventDefinitionRef")
        if (found := definitions.find(reference(ref))) is not None
    ]
    return tuple(each for each in own + shared if each is not None)


def _event(
    definition: etree._Element, element: etree._Element, definitions: _Definitions
) -> EventDefinition | None:
    event_kind = _EVENT_KINDS.get(kind(definition))
    if event_kind is None:
        return None
    ref = reference(definition.get(_REFERENCES.get(event_kind, "activityRef")))
    if event_kind == "message":
        return _message(ref, element, definitions)
    target = definitions.find(ref)
    named = definition if event_kind == "link" or target is None else target
    timer = next((each for each in _TIMER_KINDS if text_of(definition, each)), None)
    return EventDefinition(
        kind=event_kind,
        name=named.get("name") or (named.get("id") if target is not None else None),
        timer_kind=_TIMER_KINDS[timer] if timer else _empty_timer(definition),
        expression=text_of(definition, timer or "condition"),
        code=named.get("errorCode")
        or named.get("escalationCode")
        or (ref if event_kind == "error" and target is None else None),
        ref=ref,
        catch_up=read_settings(definition).catch_up,
        waits=definition.get("waitForCompletion", "true").strip() not in ("false", "0"),
    )


def _empty_timer(definition: etree._Element) -> str | None:
    """The kind of a timer whose value is still to be filled in."""
    return next((_TIMER_KINDS[k] for k in _TIMER_KINDS if child(definition, k) is not None), None)


def _message(
    ref: str | None, element: etree._Element, definitions: _Definitions
) -> EventDefinition:
    message = definitions.find(ref)
    correlation = read_settings(element).correlation
    if message is None:
        return EventDefinition("message", correlation=correlation, ref=ref)
    return EventDefinition(
        "message",
        name=message.get("name") or message.get("id"),
        correlation=correlation
        or read_settings(message).correlation
        or definitions.correlation(ref, _process_of(element), throws=_throws(element)),
        ref=ref,
    )


def _process_of(element: etree._Element) -> str:
    """Id of the process an element lies in."""
    return next((each.get("id", "") for each in element.iterancestors(bpmn("process"))), "")


def _throws(element: etree._Element) -> bool:
    return kind(element) in ("sendTask", "endEvent", "intermediateThrowEvent")


def _quantity(element: etree._Element, name: str) -> int:
    """How many tokens; what is no number, or more than anybody can mean, counts as one."""
    written = element.get(name, "1").strip()
    return int(written) if re.fullmatch(r"0*[1-9]\d{0,2}", written) else 1


def _loop(element: etree._Element, definitions: _Definitions) -> Loop | None:
    standard = child(element, "standardLoopCharacteristics")
    if standard is not None:
        maximum = standard.get("loopMaximum", "").strip()
        return Loop(
            "standard",
            condition=text_of(standard, "loopCondition"),
            maximum=int(maximum) if maximum.isdecimal() else None,
            test_before=_yes(standard, "testBefore"),
        )
    several = child(element, "multiInstanceLoopCharacteristics")
    return None if several is None else _multi_instance(element, several, definitions)


def _multi_instance(
    element: etree._Element, several: etree._Element, definitions: _Definitions
) -> Loop:
    collection = read_settings(several).collection or read_settings(element).collection
    item = child(several, "inputDataItem")
    output = child(several, "outputDataItem")
    return Loop(
        "sequential" if _yes(several, "isSequential") else "parallel",
        cardinality=text_of(several, "loopCardinality"),
        collection=collection.value if collection else _data(several, "loopDataInputRef"),
        item=(collection.item if collection else None) or _variable(item),
        output_collection=_data(several, "loopDataOutputRef"),
        output_item=_variable(output),
        completion_condition=text_of(several, "completionCondition"),
        behavior=several.get("behavior", "All").strip(),
        signs=tuple(_signs(several, element, definitions)),
    )


def _signs(
    several: etree._Element, element: etree._Element, definitions: _Definitions
) -> Iterator[Sign]:
    """What is thrown when items complete: of each, of the first, or where a condition holds."""
    behavior = several.get("behavior", "All").strip()
    if behavior in ("None", "One"):
        found = definitions.find(reference(several.get(f"{behavior.lower()}BehaviorEventRef")))
        event = None if found is None else _event(found, element, definitions)
        if event is not None:
            yield Sign(event)
    elif behavior == "Complex":
        for each in children(several, "complexBehaviorDefinition"):
            for thrown in children(each, "event"):
                for event in _events(thrown, definitions):
                    yield Sign(event, text_of(each, "condition"))


def _data(several: etree._Element, name: str) -> str | None:
    """The variable of a collection: a data object, also when it is named by way of the activity's
    own data input or output, or anything a variable is called."""
    ref, activity = text_of(several, name), several.getparent()
    if ref is None or activity is None:
        return ref
    inwards = name == "loopDataInputRef"
    near, far = ("targetRef", "sourceRef") if inwards else ("sourceRef", "targetRef")
    for each in children(activity, f"data{'Input' if inwards else 'Output'}Association"):
        if text_of(each, near) == ref:
            ref = text_of(each, far) or ref
    return data_names(activity.getroottree().getroot()).get(reference(ref) or "", ref)


def _variable(item: etree._Element | None) -> str | None:
    return None if item is None else item.get("name") or item.get("id") or None
