"""What is still missing in a drawing: the to-do list that makes a process executable."""

from collections.abc import Callable, Iterator

from engine.bpmn.extensions import is_feel
from engine.bpmn.model import SUB_PROCESSES, Element, EventDefinition, ProcessModel
from engine.bpmn.problem import Problem, todo, warning
from engine.bpmn.python_script import is_python
from engine.bpmn.scripting import FEEL_FORMATS

#: What a service task can call, and the inputs that each call needs.
CONNECTORS = {"http": ("url",), "email": ("to",), "guest_link": ("element",), "external": ()}
_CATCHING = frozenset(["intermediateCatchEvent", "boundaryEvent", "receiveTask"])


def unfinished(model: ProcessModel) -> Iterator[Problem]:
    """One todo for everything that a person would have to decide while the process is walked."""
    if not any(each.is_node for each in model.elements.values()):
        yield todo(model.key, "empty_process", f"“{model.name}” is empty; draw its steps.")
    elif not model.is_executable:
        message = f"“{model.name}” is not marked as executable; tick it when it is finished."
        yield todo(model.key, "not_executable", message)
    for each in model.elements.values():
        if each.kind in ("exclusiveGateway", "inclusiveGateway"):
            yield from _branches(model, each)
        if rule := _BY_KIND.get(each.kind):
            yield from rule(each)
        if each.kind == "startEvent" and _must_be_triggered(model, each):
            yield from _event_without_trigger(each)
        for event in each.events:
            yield from _event(each, event)
        if each.kind in SUB_PROCESSES and not any(one.is_node for one in model.inside(each.id)):
            message = f"“{each.title}” is empty; draw its steps."
            yield todo(each.id, "empty_process", message)
        yield from _loop(each)


def _must_be_triggered(model: ProcessModel, start: Element) -> bool:
    scope = model.elements.get(start.parent or "")
    return scope is not None and scope.triggered_by_event


def _branches(model: ProcessModel, gateway: Element) -> Iterator[Problem]:
    flows = [each for each in model.flows_from(gateway.id) if each.id != gateway.default]
    if len(gateway.outgoing) < 2:
        return
    for flow in flows:
        if flow.condition is None:
            message = (
                f"The branch {flow.title} behind “{gateway.title}” has no condition;"
                " give it one, or make it the default."
            )
            yield todo(flow.id, "branch_without_condition", message)


def _plain_task(task: Element) -> Iterator[Problem]:
    message = f"“{task.title}” is of no kind; say whether a person or a system does it."
    yield todo(task.id, "task_without_kind", message)


def _service_task(task: Element) -> Iterator[Problem]:
    connector = task.settings.connector
    if connector is None or not connector.type:
        message = f"“{task.title}” calls nothing; choose a connector."
        yield todo(task.id, "service_without_connector", message)
    elif connector.type not in CONNECTORS:
        names = ", ".join(CONNECTORS)
        message = f"“{task.title}” calls {connector.type}, which nobody knows; choose of {names}."
        yield todo(task.id, "unknown_connector", message)
    elif connector.type == "external":
        if not connector.topic:
            message = f"“{task.title}” waits for a worker; name the topic it leases."
            yield todo(task.id, "external_without_topic", message)
    else:
        given = {each.name for each in connector.inputs}
        for name in [each for each in CONNECTORS[connector.type] if each not in given]:
            message = f"“{task.title}” gives its connector no {name}; the call will fail."
            yield warning(task.id, "missing_input", message)


def _send_task(task: Element) -> Iterator[Problem]:
    if not task.events:
        yield from _service_task(task)


def _receive_task(task: Element) -> Iterator[Problem]:
    if not task.events:
        message = f"“{task.title}” waits for no message; choose one."
        yield todo(task.id, "event_without_message", message)


def _business_rule_task(task: Element) -> Iterator[Problem]:
    if task.settings.connector is not None:
        yield from _service_task(task)
    elif task.settings.decision is None or not task.settings.decision.key:
        message = f"“{task.title}” evaluates nothing; choose a decision."
        yield todo(task.id, "rule_without_decision", message)


def _script_task(task: Element) -> Iterator[Problem]:
    language = (task.script_format or "feel").lower()
    if task.script is None:
        yield todo(task.id, "empty_script", f"The script of “{task.title}” is empty; write it.")
    elif language not in FEEL_FORMATS and not is_python(language):
        message = f"Scripts in {language} do not run; write “{task.title}” in feel or python."
        yield todo(task.id, "script_language", message)
    elif "feel" in language and task.settings.result is None:
        message = f"The result of “{task.title}” goes nowhere; name it with work:result."
        yield warning(task.id, "script_without_result", message)


def _call_activity(task: Element) -> Iterator[Problem]:
    if task.called_element is None:
        message = f"“{task.title}” calls no process; choose one."
        yield todo(task.id, "call_without_process", message)


def _event_without_trigger(event: Element) -> Iterator[Problem]:
    if not event.events:
        message = f"“{event.title}” waits for nothing yet; choose what triggers it."
        yield todo(event.id, "event_without_trigger", message)


_BY_KIND: dict[str, Callable[[Element], Iterator[Problem]]] = {
    "task": _plain_task,
    "serviceTask": _service_task,
    "sendTask": _send_task,
    "receiveTask": _receive_task,
    "businessRuleTask": _business_rule_task,
    "scriptTask": _script_task,
    "callActivity": _call_activity,
    "intermediateCatchEvent": _event_without_trigger,
    "boundaryEvent": _event_without_trigger,
}


def _event(element: Element, event: EventDefinition) -> Iterator[Problem]:
    if event.kind == "timer" and event.expression is None:
        message = f"The timer of “{element.title}” has no value; say when it is due."
        yield todo(element.id, "timer_without_value", message)
    elif event.kind == "message" and event.name and element.kind in _CATCHING:
        if event.correlation is None:
            message = (
                f"“{element.title}” has no correlation key: a message {event.name} continues"
                " every instance that waits for it; add work:correlation to the message."
            )
            yield warning(element.id, "message_without_key", message)
        elif not is_feel(event.correlation.key):
            key = event.correlation.key
            message = f"“{element.title}” waits for the text {key}; write ={key} for the variable."
            yield warning(element.id, "literal_key", message)
    elif event.kind in ("message", "signal") and event.name is None:
        if element.settings.connector is None:
            message = f"“{element.title}” names no {event.kind}; choose one."
            yield todo(element.id, f"event_without_{event.kind}", message)
    elif event.kind == "conditional" and event.expression is None:
        message = f"“{element.title}” waits for no condition; write one."
        yield todo(element.id, "event_without_condition", message)
    elif event.kind in ("error", "escalation") and _throws_nothing(element, event):
        message = f"“{element.title}” throws no {event.kind} code; choose or make one."
        yield todo(element.id, f"event_without_{event.kind}", message)
    elif event.kind == "link" and not event.name:
        yield todo(element.id, "link_without_name", f"The link “{element.title}” has no name.")


def _throws_nothing(element: Element, event: EventDefinition) -> bool:
    throws = element.kind in ("endEvent", "intermediateThrowEvent")
    return throws and event.code is None and event.name is None


def _loop(element: Element) -> Iterator[Problem]:
    loop = element.loop
    if loop is None:
        return
    if loop.kind == "standard":
        if loop.condition is None and loop.maximum is None:
            message = f"“{element.title}” repeats without end; give the loop a condition."
            yield todo(element.id, "loop_without_condition", message)
    elif loop.cardinality is None and loop.collection is None:
        message = f"“{element.title}” repeats, but for what? Give a collection or a number."
        yield todo(element.id, "repeat_without_collection", message)
