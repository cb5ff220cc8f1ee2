"""Flowable and Activiti: Camunda 7's words under their own names, and tasks with a type."""

from collections.abc import Mapping

from engine.bpmn.imports import camunda7
from engine.bpmn.imports.host import Foreign, Host
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
    "variableAggregation": "gather results with loopDataOutputRef and outputDataItem.",
    "elementIndexVariable": "read loopCounter instead, which counts from 1.",
    "caseDefinitionKey": "cases are not executed; call a process.",
    "httpRequestHandler": "code does not run around a call; say with work:input what it sends.",
    "httpResponseHandler": "code does not run around a call; take with work:output what is needed.",
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
#: Fields without which a call does the same.
_HARMLESS = frozenset(
    ["charset", "saveRequestVariables", "saveResponseParameters", "saveResponseVariableAsJson"]
)
_DECISION_KEY = "decisionTableReferenceKey"


def translate(host: Host, foreign: Foreign) -> None:
    """Say in our words what these names mean on this element."""
    _typed(host, foreign)
    camunda7.translate(host, foreign)
    _called(host, foreign)
    _forms(host, foreign)
    for label, value in foreign.take("scope"):
        if value == "processInstance":
            sentence = "a signal goes to every instance; use a message with a key."
            host.kept(label, sentence, unfinished=True)
        else:
            host.meaningless(label)


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
        name, value = element.get("name", ""), from_juel(camunda7.field(element))
        if value is None:
            camunda7.untranslatable(host, f"{label} {name}", camunda7.field(element))
        elif name in names:
            given = {"name": names[name], "value": value}
            host.add_inside("connector", "input", f"{label} {name}", given)
        elif name == "responseVariableName" and value.isidentifier():
            given = {"name": value, "value": "response.body"}
            host.add_inside("connector", "output", f"{label} {name}", given)
        else:
            sentence = f"the {ours} connector has no such input."
            host.kept(f"{label} {name}", sentence, unfinished=name not in _HARMLESS)


def _decision(host: Host, foreign: Foreign) -> None:
    for label, element in list(foreign.elements("field")):
        if element.get("name") != _DECISION_KEY:
            host.kept(f"{label} {element.get('name')}", "a decision needs only its key.")
            continue
        key = camunda7.field(element)
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
