"""What contradicts itself in the events of a process: where they lie and what they wait for."""

from collections import Counter
from collections.abc import Iterator

from engine.bpmn.model import ACTIVITIES, EVENTS, Element, ProcessModel
from engine.bpmn.problem import Problem, error, todo, warning

_ALLOWED_EVENTS = {
    "startEvent": [
        "message",
        "timer",
        "conditional",
        "signal",
        "error",
        "escalation",
        "compensate",
    ],
    "intermediateCatchEvent": ["message", "timer", "conditional", "signal", "link"],
    "boundaryEvent": [
        "message",
        "timer",
        "conditional",
        "signal",
        "error",
        "escalation",
        "compensate",
        "cancel",
    ],
    "intermediateThrowEvent": ["message", "signal", "escalation", "compensate", "link"],
    "endEvent": ["message", "signal", "error", "escalation", "compensate", "cancel", "terminate"],
}
_ONLY_IN_EVENT_SUB_PROCESS = frozenset(["error", "escalation", "compensate"])
_MAY_RUN_BESIDE = frozenset(["message", "timer", "conditional", "signal", "escalation"])


def _boundary_hosts(model: ProcessModel) -> Iterator[Problem]:
    for each in model.of_kind("boundaryEvent"):
        host = model.elements.get(each.attached_to or "")
        if host is None or host.kind not in ACTIVITIES or host.parent != each.parent:
            message = f"“{each.title}” is attached to nothing; put it on the border of an activity."
            yield error(each.id, "boundary_without_activity", message)
        elif any(one.kind == "cancel" for one in each.events) and host.kind != "transaction":
            message = (
                f"“{each.title}” waits for a cancel, which only a transaction can do; use another."
            )
            yield error(each.id, "cancel_without_transaction", message)
        not_beside = [one.kind for one in each.events if one.kind not in _MAY_RUN_BESIDE]
        if not_beside and not each.interrupting and "compensate" not in not_beside:
            caught = not_beside[0]
            message = f"“{each.title}” must interrupt, make it so: {_an(caught)} ends its host."
            yield error(each.id, "must_interrupt", message)


def _event_kinds(model: ProcessModel) -> Iterator[Problem]:
    for each in model.elements.values():
        if each.kind not in EVENTS:
            continue
        allowed = _ALLOWED_EVENTS[each.kind]
        for event in each.events:
            if event.kind not in allowed:
                message = f"“{each.title}” cannot be {_an(event.kind)} event; choose another event."
                yield error(each.id, "impossible_event", message)
            elif each.kind == "startEvent":
                yield from _start_kind(model, each, event.kind)
            elif _cancels(each, event.kind) and not _in_transaction(model, each):
                message = (
                    f"“{each.title}” cancels, which only a transaction can do; use another end."
                )
                yield error(each.id, "cancel_without_transaction", message)


def _start_kind(model: ProcessModel, start: Element, event_kind: str) -> Iterator[Problem]:
    scope = model.elements.get(start.parent or "")
    if scope is not None and not scope.triggered_by_event:
        message = f"“{start.title}” lies in a sub-process that a flow enters; take the event out."
        yield error(start.id, "impossible_event", message)
    elif scope is None and event_kind in _ONLY_IN_EVENT_SUB_PROCESS:
        message = f"No process can start with {_an(event_kind)}; use an event sub-process."
        yield error(start.id, "impossible_event", message)
    elif scope is None and event_kind == "conditional":
        message = (
            f"Nobody watches the condition of “{start.title}” while nothing runs:"
            " start it by hand, by the API, or with a message."
        )
        yield warning(start.id, "noted", message)


def _cancels(element: Element, event_kind: str) -> bool:
    return element.kind == "endEvent" and event_kind == "cancel"


def _in_transaction(model: ProcessModel, element: Element) -> bool:
    scope = model.elements.get(element.parent or "")
    while scope is not None:
        if scope.kind == "transaction":
            return True
        scope = model.elements.get(scope.parent or "")
    return False


def _event_sub_processes(model: ProcessModel) -> Iterator[Problem]:
    for scope in model.elements.values():
        if not scope.triggered_by_event:
            continue
        starts = [each for each in model.inside(scope.id) if each.kind == "startEvent"]
        if len(starts) != 1:
            message = f"“{scope.title}” has {len(starts)} start events; draw exactly one."
            make = error if starts else todo
            yield make(scope.id, "event_sub_process_start", message)


def _event_gateways(model: ProcessModel) -> Iterator[Problem]:
    for gateway in model.of_kind("eventBasedGateway"):
        for flow in model.flows_from(gateway.id):
            target = model.elements.get(flow.outgoing[0])
            if target and target.kind not in ("intermediateCatchEvent", "receiveTask"):
                message = (
                    f"“{gateway.title}” waits for events: “{target.title}” behind it"
                    " must be a catching event or a receive task."
                )
                yield error(target.id, "event_gateway_target", message)


def _links(model: ProcessModel) -> Iterator[Problem]:
    for scope in {each.parent for each in model.elements.values()}:
        inside = [
            (each, event.name) for each in model.inside(scope) for event in each.events
            if event.kind == "link"
        ]  # fmt: skip
        targets = Counter(name for each, name in inside if each.kind == "intermediateCatchEvent")
        sources = {name for each, name in inside if each.kind == "intermediateThrowEvent"}
        for each, name in inside:
            catching = each.kind == "intermediateCatchEvent"
            if catching and targets[name] > 1:
                message = f"Several links end at {name!r}; one is right, rename the others."
                yield error(each.id, "link_target", message)
            elif catching and name not in sources:
                yield warning(
                    each.id, "link_source", f"No link leads to {name!r}; add one, or take it out."
                )
            elif not catching and name not in targets:
                message = f"The link {name!r} has no target in the same process; add it."
                yield error(each.id, "link_target", message)


def _compensation(model: ProcessModel) -> Iterator[Problem]:
    for each in model.elements.values():
        for event in each.events:
            if event.kind == "compensate" and event.ref and event.ref not in model.elements:
                message = f"“{each.title}” compensates {event.ref}, no activity here; choose one."
                yield error(each.id, "unknown_reference", message)


def _an(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


EVENT_RULES = (
    _boundary_hosts,
    _event_kinds,
    _event_sub_processes,
    _event_gateways,
    _links,
    _compensation,
)
