"""SpiffWorkflow's own names, whose expressions and scripts are Python."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from lxml import etree

from engine.bpmn.imports.camunda7 import untranslatable
from engine.bpmn.imports.code import entries
from engine.bpmn.imports.host import Foreign, Host, local, parts, text
from engine.bpmn.imports.scripts import as_context, assignments
from engine.bpmn.imports.values import as_feel, from_python
from engine.bpmn.namespaces import child, reference

NAMESPACES = frozenset(
    ["http://spiffworkflow.org/bpmn/schema/1.0/core", "http://spiffworkflow.org/bpmn/schema/1.0"]
)
MEANINGLESS = frozenset(
    ["category", "unitTests", "isOutputSynced", "signalButtonLabel", "taskMetadataValues"]
)
UNFINISHED = {
    "preScript": "code before a step does not run; set variables with work:input.",
    "postScript": "code after a step does not run; set variables with work:output.",
    "allowGuest": "people without an account cannot do tasks.",
    "guestConfirmation": "people without an account cannot do tasks.",
}
_FORMS = ("formJsonSchemaFilename", "formKey")
#: Files that the other engine needs for a form besides its own.
_BESIDE_FORMS = ("formUiSchemaFilename",)
_TOLD = frozenset(["userTask", "manualTask"])


def translate(host: Host, foreign: Foreign) -> None:
    """Say in our words what these names mean on this element."""
    for label, element in foreign.elements("serviceTaskOperator"):
        _operator(host, label, element)
    for label, element in foreign.elements("calledDecisionId"):
        host.set("decision", label, {"key": text(element)})
    for label, element in foreign.elements("instructionsForEndUser"):
        if host.kind in _TOLD and text(element):
            host.say("instructions", label, text(element))
        else:
            host.kept(label, f"nobody reads instructions at a {host.kind}.")
    for label, element in foreign.elements("properties"):
        _properties(host, label, element)
    _border_scripts(host, foreign)
    if host.kind == "message":
        _message(host, foreign)


def translate_own(host: Host) -> None:
    """Scripts are Python; those that only set variables are put into FEEL."""
    body = child(host.element, "script")
    language = host.element.get("scriptFormat", "").lower()
    if host.kind != "scriptTask" or body is None or not text(body):
        return
    if language and "python" not in language:
        return
    values = assignments(text(body))
    if values is None:
        host.element.set("scriptFormat", "python")
        return
    body.text = as_context(values)
    host.element.set("scriptFormat", "feel")
    host.translated("script", "scriptFormat feel")


def _operator(host: Host, label: str, element: etree._Element) -> None:
    """An operator of the connector proxy: a worker leases it by its id."""
    host.set("connector", label, {"type": "external", "topic": element.get("id")})
    for box in parts(element, "parameters"):
        for each in parts(box, "parameter"):
            name, value = each.get("id", ""), from_python(each.get("value", "") or "None")
            if value is None:
                untranslatable(host, f"parameter {name}", each.get("value", ""))
            else:
                given = {"name": name, "value": value}
                host.add_inside("connector", "input", f"parameter {name}", given)
    if result := element.get("resultVariable"):
        given = {"name": result, "value": "response"}
        host.add_inside("connector", "output", f"{label} resultVariable", given)


def _properties(host: Host, label: str, element: etree._Element) -> None:
    for each in parts(element, "property"):
        name, value = each.get("name", ""), each.get("value", "").strip()
        if name in _FORMS and value:
            host.set("form", f"{label} {name}", {"key": _stem(value)})
        elif name in _BESIDE_FORMS:
            host.meaningless(f"{label} {name}")
        else:
            host.kept(f"{label} {name}", "it has no counterpart here.")


def _stem(file: str) -> str:
    """The form's key in `sign-up-schema.json`."""
    return PurePosixPath(file).name.removesuffix(".json").removesuffix("-schema")


def _border_scripts(host: Host, foreign: Foreign) -> None:
    """Code before and after a step that only sets variables: its inputs or outputs."""
    for label, element in foreign.elements("preScript", "postScript"):
        values = assignments(text(element))
        if values is not None and local(element) == "postScript":
            for name, value in values.items():
                host.add("output", label, {"name": name, "value": f"={value}"})
        elif text(element):
            host.kept(label, UNFINISHED[local(element)], unfinished=True)


def _message(host: Host, foreign: Foreign) -> None:
    variable = next((text(each) for _, each in foreign.elements("messageVariable")), "")
    for label, element in foreign.elements("messagePayload"):
        if text(element):
            _payload(host, label, text(element), variable)
    keys = []
    for label, element in foreign.elements("processVariableCorrelation"):
        for each in parts(element, "expression"):
            found = from_python(text(each)) if text(each) else None
            if found is None:
                untranslatable(host, label, text(each))
            else:
                keys.append(as_feel(found))
        if keys:
            host.set("correlation", label, {"key": f"={_together(keys)}"})


def _together(keys: list[str]) -> str:
    return keys[0] if len(keys) == 1 else ' + "/" + '.join(f"string({each})" for each in keys)


def _payload(host: Host, label: str, payload: str, variable: str) -> None:
    """What a message carries is what those who send it have as inputs."""
    if variable:
        value = from_python(payload)
        values = None if value is None else {variable: as_feel(value)}
    else:
        values = entries(payload)
    if values is None:
        untranslatable(host, label, payload)
        return
    for sender in _senders(host.element):
        target = Host(sender, host.notes)
        for name, each in values.items():
            target.add("input", f"{label} {name}", {"name": name, "value": f"={each}"})


def _senders(message: etree._Element) -> Iterator[etree._Element]:
    """The send tasks and throw events of a message."""
    root = message.getroottree().getroot()
    for each in [each for each in root.iter() if each.get("messageRef")]:
        if reference(each.get("messageRef")) != message.get("id"):
            continue
        host = each.getparent() if local(each) == "messageEventDefinition" else each
        if host is not None and local(host) in ("sendTask", "intermediateThrowEvent", "endEvent"):
            yield host
