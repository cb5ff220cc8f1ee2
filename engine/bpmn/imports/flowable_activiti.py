"""Flowable and Activiti: Camunda 7's words under their own names, and tasks with a type."""

from collections.abc import Mapping

from lxml import etree

from engine.bpmn.imports import camunda7
from engine.bpmn.imports.host import Foreign, Host, parts, text
from engine.bpmn.imports.values import from_juel

NAMESPACES = frozenset(
    [
        "http://flowable.org/bpmn",
        "http://flowable.org/modeler",
        "http://flowable.org/design",
        "http://activiti.org/bpmn",
        "http://activiti.com/modeler",
        "http://activiti.com/bpmn",
    ]
)
MEANINGLESS = camunda7.MEANINGLESS | {
    "formFieldValidation", "canBeImported", "autoStoreVariables", "storeResultVariableAsTransient",
    "taskCompleterVariableName", "isForCompensationFlow", "useLocalScopeForResultVariable",
    "initiator-can-complete", "user-info-email", "user-info-firstname", "user-info-lastname",
    "stencilid", "process-id", "editor-resource-id", "fallbackToDefaultTenant",
    "sameDeployment", "inheritVariables", "triggerable", "modelversion", "modelDefinitionId",
}  # fmt: skip
UNFINISHED = camunda7.UNFINISHED | {
    "mapException": "say with work:errorMap which failures are BPMN errors.",
    "failedJobRetryTimeCycleValue": "set work:retry.",
    "completionCondition": "write it as BPMN's own completion condition.",
}
#: Inputs of our connectors by the fields of theirs.
_CONNECTORS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "http": (
        "http",
        {
            "requestUrl": "url",
            "requestMethod": "method",
            "requestBody": "body",
            "requestTimeout": "timeout",
        },
    ),
    "mail": ("email", {"to": "to", "subject": "subject", "text": "body", "cc": "cc"}),
}
_DECISION_KEY = "decisionTableReferenceKey"


def translate(host: Host, foreign: Foreign) -> None:
    """Say in our words what these names mean on this element."""
    _typed(host, foreign)
    camunda7.translate(host, foreign)
    _called(host, foreign)
    _forms(host, foreign)
    for label, element in foreign.elements("field"):
        value = from_juel(_field(element))
        name = element.get("name", "")
        if value is None or not name:
            camunda7.untranslatable(host, label, _field(element))
        else:
            host.add("input", f"{label} {name}", {"name": name, "value": value})


def _typed(host: Host, foreign: Foreign) -> None:
    """A task that sends a mail, calls a service over HTTP, decides, or waits for a worker."""
    if host.kind not in camunda7.CALLING:
        return
    kind = foreign.get("type") or ""
    if kind == "dmn":
        _decision(host, foreign)
    elif kind in _CONNECTORS:
        _connector(host, foreign, kind)
    elif kind == "external-worker":
        for label, value in foreign.take("topic"):
            host.set("connector", label, {"type": "external", "topic": value})
        for label, _ in foreign.take("type"):
            host.translated(label, "work:connector type")
    elif kind and kind != "external":
        for label, value in foreign.take("type"):
            host.set("connector", label, {"type": "external", "topic": value})


def _connector(host: Host, foreign: Foreign, kind: str) -> None:
    ours, names = _CONNECTORS[kind]
    for label, _ in foreign.take("type"):
        host.set("connector", label, {"type": ours})
    for label, element in foreign.elements("field"):
        name, value = element.get("name", ""), from_juel(_field(element))
        if value is None:
            camunda7.untranslatable(host, f"{label} {name}", _field(element))
        elif name in names:
            given = {"name": names[name], "value": value}
            host.add_inside("connector", "input", f"{label} {name}", given)
        else:
            host.kept(f"{label} {name}", f"the {ours} connector has no such input.")


def _decision(host: Host, foreign: Foreign) -> None:
    for label, element in list(foreign.elements("field")):
        if element.get("name") != _DECISION_KEY:
            host.kept(f"{label} {element.get('name')}", "a decision needs only its key.")
            continue
        key = _field(element)
        if host.kind == "businessRuleTask":
            host.set("decision", label, {"key": key})
            list(foreign.take("type"))
        else:
            host.element.tag = str(host.element.tag).replace(host.kind, "businessRuleTask")
            Host(host.element, host.notes).set("decision", label, {"key": key})
            list(foreign.take("type"))


def _called(host: Host, foreign: Foreign) -> None:
    if host.kind == "callActivity":
        for label, value in foreign.take("inheritVariables"):
            if value == "true":
                host.add("in", label, {"all": "true"})
        for label, value in foreign.take("calledElementType"):
            if value != "key":
                host.kept(label, "a called process is named by its key.", unfinished=True)


def _forms(host: Host, foreign: Foreign) -> None:
    for label, element in foreign.elements("formProperty"):
        name = element.get("id", "")
        host.kept(f"{label} {name}", "draw a form with this field and choose it.")


def _field(element: etree._Element) -> str:
    """The value of a field: an attribute, or an element inside."""
    given = element.get("stringValue") or element.get("expression")
    inside = (text(each) for each in parts(element, "string", "expression"))
    return given or next(inside, "")
