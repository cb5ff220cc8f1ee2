"""jBPM and Kogito: `drools:` names, work items, and assignments in data associations."""

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.imports.camunda7 import say_groups, say_users, script, untranslatable
from engine.bpmn.imports.host import Foreign, Host, text
from engine.bpmn.imports.values import as_feel, from_juel, has_juel
from engine.bpmn.namespaces import bpmn, child, children, text_of

NAMESPACES = frozenset(["http://www.jboss.org/drools", "http://www.jboss.org/drools/flow/gpd"])
MEANINGLESS = frozenset(
    [
        "packageName", "version", "adHoc", "dtype", "priority", "selectable", "independent",
        "metaData", "import", "bgcolor", "uuid",
    ]
)  # fmt: skip
UNFINISHED = {
    "onEntry-script": "code at the border of a step does not run; add a step that does it.",
    "onExit-script": "code at the border of a step does not run; add a step that does it.",
    "ruleFlowGroup": "rules do not run; make a decision table of them.",
    "global": "globals are not known; use variables.",
}
#: The implementation that says a task evaluates a DMN decision.
_DMN = "http://www.jboss.org/drools/dmn"
#: Inputs of a user task that remind people or hand it to others.
_NOTICES = frozenset(
    ["NotStartedNotify", "NotCompletedNotify", "NotStartedReassign", "NotCompletedReassign"]
)


def translate(host: Host, foreign: Foreign) -> None:
    """Say in our words what these names mean on this element."""
    for label, value in foreign.take("taskName"):
        _work_item(host, label, value)
    for label, value in foreign.take("serviceinterface"):
        method = next(foreign.take("serviceoperation"), ("", ""))[1]
        topic = f"{value}.{method}" if method else value
        host.set("connector", label, {"type": "external", "topic": topic})
        list(foreign.take("serviceimplementation"))
    for label, value in foreign.take("waitForCompletion"):
        if value == "false":
            sentence = "a called process is always waited for; throw a message instead."
            host.kept(label, sentence, unfinished=True)


def is_own_file(root: etree._Element) -> bool:
    """Whether jBPM wrote a file: others only borrow single names of it."""
    signs = (("exporter", "jbpm"), ("expressionLanguage", "mvel"), ("typeLanguage", "javatypes"))
    wrote = any(sign in (root.get(name) or "").lower() for name, sign in signs)
    return wrote or any(
        str(name).startswith(f"{{{namespace}}}")
        for each in children(root, "process")
        for name in each.attrib
        for namespace in NAMESPACES
    )


def translate_own(host: Host) -> None:
    """What jBPM says in BPMN's own elements, in a way of its own."""
    if host.kind == "userTask":
        _people(host)
    elif host.kind == "callActivity":
        _call(host)
    elif host.kind == "scriptTask":
        script(host, Foreign(host.element, ()))
    elif host.kind == "multiInstanceLoopCharacteristics":
        _repetition(host)
    elif host.kind == "businessRuleTask" and host.element.get("implementation") == _DMN:
        _decision(host)
    _assignments(host)


def _work_item(host: Host, label: str, name: str) -> None:
    """A task that a work item handler does: here a worker leases it by the item's name."""
    if host.kind == "userTask":
        host.meaningless(label)
        return
    if host.kind == "task":
        host.element.tag = bpmn("serviceTask")
    Host(host.element, host.notes).set("connector", label, {"type": "external", "topic": name})


def _people(host: Host) -> None:
    for owner in children(host.element, "potentialOwner"):
        found = owner.find(f"{bpmn('resourceAssignmentExpression')}/{bpmn('formalExpression')}")
        if found is not None and text(found):
            say_users(host, "potentialOwner", text(found))
    for name, value in _assigned(host.element):
        if name == "GroupId":
            say_groups(host, name, value)
        elif name == "ActorId":
            say_users(host, name, value)
        elif name in ("DueDate", "Priority"):
            _plan(host, name, value)
        elif name in _NOTICES:
            host.kept(name, "draw a timer at the task that does it.", unfinished=True)


def _plan(host: Host, name: str, value: str) -> None:
    found = from_juel(value)
    setting, attribute = ("schedule", "due") if name == "DueDate" else ("priority", "weight")
    if found is None:
        untranslatable(host, name, value)
    else:
        host.set(setting, name, {attribute: found})


def _decision(host: Host) -> None:
    for name, value in _assigned(host.element):
        if name == "decision" and not has_juel(value):
            host.set("decision", name, {"key": value})


def _call(host: Host) -> None:
    """Data associations of a call say what goes in and comes out."""
    inputs, outputs = _names(host.element, "dataInput"), _names(host.element, "dataOutput")
    for each in children(host.element, "dataInputAssociation"):
        target = inputs.get(text_of(each, "targetRef") or "")
        source = text_of(each, "sourceRef") or _assigned_feel(each)
        if target and source:
            host.add("in", "dataInputAssociation", {"source": source, "target": target})
    loop = child(host.element, "multiInstanceLoopCharacteristics")
    gathered = None if loop is None else text_of(loop, "loopDataOutputRef")
    for each in children(host.element, "dataOutputAssociation"):
        if gathered is not None and text_of(each, "sourceRef") == gathered:
            continue
        source, target = outputs.get(text_of(each, "sourceRef") or ""), text_of(each, "targetRef")
        if target and source:
            host.add("out", "dataOutputAssociation", {"source": source, "target": target})


def _assigned_feel(association: etree._Element) -> str | None:
    given = next((text_of(each, "from") for each in children(association, "assignment")), None)
    found = from_juel(given) if given else None
    return found and as_feel(found)


def _repetition(host: Host) -> None:
    """Collections that are an input and an output of the activity are the variables behind."""
    activity = host.element.getparent()
    if activity is None or child(activity, host.kind) is not host.element:
        return
    wanted = text_of(host.element, "loopDataInputRef")
    output = child(host.element, "loopDataOutputRef")
    for each in children(activity, "dataInputAssociation"):
        source = text_of(each, "sourceRef")
        if source and wanted and text_of(each, "targetRef") == wanted:
            host.set("collection", "loopDataInputRef", {"value": source})
    if output is None:
        return
    gathered = text(output)
    for each in children(activity, "dataOutputAssociation"):
        target = text_of(each, "targetRef")
        if target and text_of(each, "sourceRef") == gathered:
            output.text = target
            host.translated("loopDataOutputRef", target)


def _assignments(host: Host) -> None:
    """What is assigned to an input is a text, in which `#{…}` is an expression."""
    if host.kind != "assignment":
        return
    source = child(host.element, "from")
    if source is None or not text(source):
        return
    found = from_juel(text(source))
    if found is None:
        untranslatable(host, "from", text(source))
        host.element.remove(source)
    else:
        source.text = as_feel(found)


def _assigned(element: etree._Element) -> Iterator[tuple[str, str]]:
    """Names of an activity's inputs, with the texts that are assigned to them."""
    names = _names(element, "dataInput")
    for association in children(element, "dataInputAssociation"):
        name = names.get(text_of(association, "targetRef") or "")
        for each in children(association, "assignment"):
            if name and (value := text_of(each, "from")):
                yield name, value


def _names(element: etree._Element, tag: str) -> dict[str, str]:
    return {
        str(each.get("id")): str(each.get("name") or each.get("id"))
        for box in children(element, "ioSpecification")
        for each in children(box, tag)
    }
