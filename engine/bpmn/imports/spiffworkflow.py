"""SpiffWorkflow's own names, whose expressions and scripts are Python."""

from pathlib import PurePosixPath

from lxml import etree

from engine.bpmn.imports.camunda7 import untranslatable
from engine.bpmn.imports.code import entries
from engine.bpmn.imports.host import Foreign, Host, label_of, local, parts, text
from engine.bpmn.imports.note import Note
from engine.bpmn.imports.scripts import as_context, assignments
from engine.bpmn.imports.values import as_feel, from_python
from engine.bpmn.namespaces import bpmn, child, children, kind, reference

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
#: Most inputs that one message's content becomes.
MAX_CARRIED = 1000
_FORMS = ("formJsonSchemaFilename", "formKey")
#: Files that the other engine needs for a form besides its own.
_BESIDE_FORMS = ("formUiSchemaFilename",)
#: What messages and signals carry, and the variable it becomes.
_REFERENCES = ("message", "signal")
_PAYLOADS = ("messagePayload", "payloadExpression")
_VARIABLES = ("messageVariable", "variableName")
_THROWN = (
    ("sendTask", "messageRef"),
    ("messageEventDefinition", "messageRef"),
    ("signalEventDefinition", "signalRef"),
)
_SENDERS = frozenset(["sendTask", "intermediateThrowEvent", "endEvent"])
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
    if host.kind in _REFERENCES:
        # What they carry is said once for all who send them.
        list(foreign.elements(*_PAYLOADS, *_VARIABLES))
    _correlation(host, foreign)


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


def translate_payloads(root: etree._Element, notes: list[Note]) -> None:
    """Give those who throw messages and signals what these carry."""
    senders = _senders(root, notes)
    for name in _REFERENCES:
        for each in children(root, name):
            payload, variable = _first(each, _PAYLOADS), _first(each, _VARIABLES)
            if payload is not None:
                to = "" if variable is None else text(variable)
                if variable is not None and not senders.get(each.get("id")):
                    sentence = "what comes with a message becomes variables by their own names."
                    Host(each, notes).kept(label_of(variable), sentence)
                _payload(senders.get(each.get("id"), []), Host(each, notes), payload, to)
            elif variable is not None:
                sentence = "what comes with a message becomes variables by their own names."
                Host(each, notes).kept(label_of(variable), sentence)


def _operator(host: Host, label: str, element: etree._Element) -> None:
    """An operator of the connector proxy: a worker leases it by its id."""
    host.set("connector", label, {"type": "external", "topic": element.get("id")})
    for box in parts(element, "parameters"):
        for each in parts(box, "parameter"):
            name = each.get("id") or each.get("name") or ""
            value = from_python(each.get("value") or "None")
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


def _correlation(host: Host, foreign: Foreign) -> None:
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


def _payload(senders: list[Host], host: Host, element: etree._Element, variable: str) -> None:
    """What a message carries is what those who send it have as inputs."""
    written = text(element)
    if variable:
        value = from_python(written)
        values = None if value is None else {variable: as_feel(value)}
    else:
        values = entries(written)
    if values is None:
        untranslatable(host, label_of(element), written)
        return
    if len(senders) * len(values) > MAX_CARRIED:
        host.kept(label_of(element), "too many send it; give each its inputs.", unfinished=True)
        return
    if not senders:
        host.kept(label_of(element), "nothing in this file throws it.")
    for sender in senders:
        for name, each in values.items():
            given = {"name": name, "value": f"={each}"}
            sender.add("input", f"{label_of(element)} {name}", given)


def _first(element: etree._Element, names: tuple[str, ...]) -> etree._Element | None:
    """The first extension element of these names that says something."""
    for box in children(element, "extensionElements"):
        for each in parts(box, *names):
            if text(each):
                return each
    return None


def _senders(root: etree._Element, notes: list[Note]) -> dict[str | None, list[Host]]:
    """Who throws a message or signal, by its id."""
    found: dict[str | None, list[Host]] = {}
    for tag, name in _THROWN:
        for each in root.iter(bpmn(tag)):
            sender = each if tag == "sendTask" else each.getparent()
            if sender is not None and kind(sender) in _SENDERS:
                found.setdefault(reference(each.get(name)), []).append(Host(sender, notes))
    return found
