"""Camunda 8: `zeebe:` elements, whose expressions are FEEL after `=` as ours are."""

import re
from typing import Any

from lxml import etree

from engine.bpmn.extensions import is_feel
from engine.bpmn.imports.camunda7 import form_key, say_form, say_users
from engine.bpmn.imports.code import quoted
from engine.bpmn.imports.host import Foreign, Host, parts
from engine.bpmn.imports.values import as_feel
from engine.bpmn.namespaces import child

NAMESPACES = frozenset(["http://camunda.org/schema/zeebe/1.0"])
#: All user tasks are ours; the others only matter to Camunda's own tools.
MEANINGLESS = frozenset(
    ["userTask", "modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon", "properties"]
)
UNFINISHED = {
    "executionListeners": "listeners run no code here; add a step that does it.",
    "taskListeners": "listeners run no code here; add a step that does it.",
    "adHoc": "which activities start cannot be computed; a person chooses them.",
    "conditionalFilter": "the condition is judged after every change.",
}
_CALLING = frozenset(
    ["serviceTask", "sendTask", "businessRuleTask", "intermediateThrowEvent", "endEvent"]
)


def translate(host: Host, foreign: Foreign) -> None:
    """Say in our words what these names mean on this element."""
    _job(host, foreign)
    _people(host, foreign)
    _forms(host, foreign)
    _decision(host, foreign)
    _call(host, foreign)
    _script(host, foreign)
    _message(host, foreign)
    _repetition(host, foreign)
    for _, element in foreign.elements("ioMapping"):
        _mappings(host, element)


def _job(host: Host, foreign: Foreign) -> None:
    for label, element in foreign.elements("taskDefinition"):
        if host.kind not in _CALLING:
            host.kept(label, f"a {host.kind} is not done by a worker here; use a service task.")
            continue
        host.set("connector", label, {"type": "external", "topic": element.get("type")})
        retries = element.get("retries", "")
        if re.fullmatch(r"[1-9]\d?", retries):
            host.set("retry", f"{label} retries", {"attempts": retries})
        elif retries:
            host.kept(f"{label} retries", "set work:retry to a number from 1 to 99.")
    for label, element in foreign.elements("taskHeaders"):
        for each in parts(element, "header"):
            # A worker sees all variables of its task: headers are among them.
            if key := each.get("key"):
                value = each.get("value", "")
                said = f"={quoted(value)}" if is_feel(value) else value
                host.add("input", label, {"name": key, "value": said})


def _people(host: Host, foreign: Foreign) -> None:
    for label, element in foreign.elements("taskSchedule"):
        given = {"due": element.get("dueDate"), "followUp": element.get("followUpDate")}
        host.set("schedule", label, given)
    for label, element in foreign.elements("priorityDefinition"):
        host.set("priority", label, {"weight": element.get("priority")})
    for label, element in foreign.elements("assignmentDefinition"):
        given = {"assignee": element.get("assignee"), "groups": element.get("candidateGroups")}
        if any(given.values()):
            host.set("assignment", label, given)
        if users := element.get("candidateUsers"):
            _users(host, f"{label} candidateUsers", users)


def _users(host: Host, label: str, users: str) -> None:
    if is_feel(users):
        sentence = "tasks are offered to groups; make these people one and name it."
        host.kept(label, sentence, unfinished=not host.says("assignment"))
    else:
        say_users(host, label, users)


def _forms(host: Host, foreign: Foreign) -> None:
    for label, element in foreign.elements("formDefinition"):
        key, found = element.get("formKey"), element.get("formId")
        if found:
            say_form(host, label, found, _binding(host, label, element))
        elif key and key.startswith("camunda-forms:bpmn:"):
            sentence = "forms inside of a drawing are not shown; save it as a file and choose it."
            host.kept(label, sentence)
        elif key:
            form_key(host, label, key)
        else:
            host.kept(label, "forms of another application are not shown; draw one.")
    for label, _ in foreign.elements("userTaskForm"):
        host.kept(label, "save the form as a file of its own and choose it.")


def _binding(host: Host, label: str, element: etree._Element) -> str | None:
    """`versionTag` has no counterpart: the version deployed together is taken."""
    binding = element.get("bindingType")
    if binding == "versionTag":
        sentence = "versions have no tags here; name a number, latest or deployment."
        host.kept(f"{label} versionTag", sentence, unfinished=True)
    return binding if binding in ("latest", "deployment") else None


def _decision(host: Host, foreign: Foreign) -> None:
    for label, element in foreign.elements("calledDecision"):
        key = element.get("decisionId", "")
        if is_feel(key):
            host.kept(label, "which decision it is cannot be computed; choose one.")
        else:
            result = element.get("resultVariable")
            given = {"key": key, "binding": _binding(host, label, element), "result": result}
            host.set("decision", label, given)


def _call(host: Host, foreign: Foreign) -> None:
    for label, element in foreign.elements("calledElement"):
        if key := element.get("processId"):
            host.attribute("calledElement", label, key)
        if binding := _binding(host, label, element):
            host.set("call", label, {"binding": binding})
        mappings = [each for _, each in foreign.elements("ioMapping")]
        _ways(host, label, element, mappings)


def _ways(host: Host, label: str, element: etree._Element, mappings: list[etree._Element]) -> None:
    """All variables go in and come out, unless the activity says which."""
    ins = _nested([one for each in mappings for one in parts(each, "input")])
    outs = _nested([one for each in mappings for one in parts(each, "output")])
    if element.get("propagateAllParentVariables") != "false":
        host.add("in", label, {"all": "true"})
    for name, value in ins.items():
        host.add("in", f"zeebe:input {name}", {"source": as_feel(value), "target": name})
    for name, value in outs.items():
        host.add("out", f"zeebe:output {name}", {"source": as_feel(value), "target": name})
    if not outs and element.get("propagateAllChildVariables") != "false":
        host.add("out", label, {"all": "true"})


def _script(host: Host, foreign: Foreign) -> None:
    for label, element in foreign.elements("script"):
        body = child(host.element, "script")
        expression = element.get("expression", "")
        if body is None:
            host.child("script", label, expression)
            host.element.set("scriptFormat", "feel")
        if variable := element.get("resultVariable"):
            host.set("result", label, {"variable": variable})


def _message(host: Host, foreign: Foreign) -> None:
    for label, element in foreign.elements("subscription", "publishMessage"):
        if key := element.get("correlationKey"):
            host.set("correlation", label, {"key": key})


def _repetition(host: Host, foreign: Foreign) -> None:
    for label, element in foreign.elements("loopCharacteristics"):
        collection, item = element.get("inputCollection"), element.get("inputElement")
        if collection:
            host.set("collection", label, {"value": collection, "item": item})
        if output := element.get("outputCollection"):
            host.child("loopDataOutputRef", label, output.lstrip("= "))
        if output := element.get("outputElement"):
            bare = output.lstrip().removeprefix("=").strip()
            host.child("outputDataItem", label, name=bare)


def _mappings(host: Host, element: etree._Element) -> None:
    """Inputs are variables of the activity, outputs of the process; `a.b` is an entry of `a`."""
    for way in ("input", "output"):
        for name, value in _nested(list(parts(element, way))).items():
            host.add(way, f"zeebe:{way} {name}", {"name": name, "value": value})


def _nested(mappings: list[etree._Element]) -> dict[str, str]:
    tree: dict[str, Any] = {}
    for each in mappings:
        *outer, last = each.get("target", "").strip().split(".")
        here = tree
        for name in outer:
            inner = here.get(name)
            here[name] = inner if isinstance(inner, dict) else {}
            here = here[name]
        if last:
            here[last] = each.get("source", "")
    return {name: _written(value) for name, value in tree.items()}


def _written(value: str | dict[str, Any]) -> str:
    if isinstance(value, str):
        return value
    entries = [f"{name}: {as_feel(_written(inner))}" for name, inner in value.items()]
    return "={" + ", ".join(entries) + "}"
