"""What contradicts itself in one process: flows, events, gateways and references that cannot be.

Each rule is a function from a process to its problems; `lint` runs them all. What is merely
unfinished is found by `unfinished`, texts that do not parse by `expressions`.
"""

from collections.abc import Iterator

from engine.bpmn.data_stores import check_data_stores
from engine.bpmn.event_rules import EVENT_RULES
from engine.bpmn.expressions import check_expressions
from engine.bpmn.model import GATEWAYS, Element, ProcessModel
from engine.bpmn.problem import Problem, error, warning
from engine.bpmn.reach import unreachable
from engine.bpmn.script_rules import check_scripts
from engine.bpmn.service_level_rules import check_service_levels
from engine.bpmn.unfinished import unfinished

__all__ = ["Problem", "lint"]


def lint(model: ProcessModel) -> list[Problem]:
    """Every problem of one process, in document order within each rule."""
    problems: list[Problem] = []
    for rule in _RULES:
        problems += rule(model)
    return problems


def _flow_ends(model: ProcessModel) -> Iterator[Problem]:
    for flow in model.of_kind("sequenceFlow"):
        for side, (end,) in (("start", flow.incoming), ("end", flow.outgoing)):
            node = model.elements.get(end)
            if not end:
                yield error(flow.id, "dangling_flow", f"“{flow.title}” has no {side}; connect it.")
            elif node is None or not node.is_node:
                message = f"The {side} of “{flow.title}”, {end}, is no element here; connect it."
                yield error(flow.id, "dangling_flow", message)
            elif node.parent != flow.parent:
                message = (
                    f"“{flow.title}” crosses the border of a sub-process at “{node.title}”;"
                    " end the sub-process there, or use an event."
                )
                yield error(flow.id, "flow_crosses_border", message)


def _flows_at_events(model: ProcessModel) -> Iterator[Problem]:
    for each in model.elements.values():
        if each.kind in ("startEvent", "boundaryEvent") and each.incoming:
            message = f"No flow may lead into “{each.title}”; start the flow behind it."
            yield error(each.id, "flow_into_start", message)
        if each.kind == "endEvent" and each.outgoing:
            message = f"No flow may leave “{each.title}”; use an intermediate event."
            yield error(each.id, "flow_out_of_end", message)
        if each.triggered_by_event and (each.incoming or each.outgoing):
            message = f"“{each.title}” is started by its event; take its sequence flows away."
            yield error(each.id, "flow_at_event_sub_process", message)
        if (each.for_compensation or _catches_compensation(each)) and (
            each.incoming or each.outgoing
        ):
            message = f"“{each.title}” compensates: connect it with an association, not a flow."
            yield error(each.id, "flow_at_compensation", message)


def _catches_compensation(element: Element) -> bool:
    caught = {each.kind for each in element.events}
    return element.kind == "boundaryEvent" and caught == {"compensate"}


def _defaults(model: ProcessModel) -> Iterator[Problem]:
    for each in model.elements.values():
        if each.default is None or each.kind == "sequenceFlow":
            continue
        if each.default not in each.outgoing:
            message = f"The default {each.default} does not leave “{each.title}”; choose another."
            yield error(each.id, "wrong_default", message)
        elif model.elements[each.default].condition is not None:
            message = "A default flow's condition is never looked at; take one of both away."
            yield warning(each.default, "default_with_condition", message)


def _conditions(model: ProcessModel) -> Iterator[Problem]:
    for flow in model.of_kind("sequenceFlow"):
        source = model.elements.get(flow.incoming[0])
        if flow.condition and source and source.kind in ("parallelGateway", "eventBasedGateway"):
            message = f"A condition behind “{source.title}” is never looked at; take it away."
            yield warning(flow.id, "condition_without_effect", message)


def _reachable(model: ProcessModel) -> Iterator[Problem]:
    for each in unreachable(model):
        message = f"Nothing leads to “{each.title}”: it is never reached; connect it."
        yield warning(each.id, "unreachable", message)


def _gateways(model: ProcessModel) -> Iterator[Problem]:
    for each in model.elements.values():
        if each.kind in GATEWAYS and not each.outgoing:
            message = f"“{each.title}” leads nowhere: a token ends there; connect it."
            yield warning(each.id, "gateway_without_way_out", message)


_RULES = (
    _flow_ends,
    _flows_at_events,
    _defaults,
    _conditions,
    _gateways,
    *EVENT_RULES,
    _reachable,
    check_data_stores,
    unfinished,
    check_expressions,
    check_scripts,
    check_service_levels,
)
