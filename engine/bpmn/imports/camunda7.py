"""Camunda 7: `camunda:` attributes and elements, with JUEL in their texts.

Flowable and Activiti, from which it descends, say most things in the same words and build on this.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from lxml import etree

from engine.bpmn.extensions import is_feel
from engine.bpmn.imports.host import Foreign, Host, local, parts, text
from engine.bpmn.imports.scripts import as_context, assignments
from engine.bpmn.imports.values import as_feel, as_name, as_topic, from_juel, has_juel
from engine.bpmn.namespaces import child
from engine.bpmn.timers import is_literal

NAMESPACES = frozenset(
    [
        "http://camunda.org/schema/1.0/bpmn",
        "http://camunda.org/schema/modeler/1.0",
        "http://www.camunda.com/fox",
    ]
)
CALLING = frozenset(["serviceTask", "sendTask", "businessRuleTask"])
_THROWING = frozenset(["intermediateThrowEvent", "endEvent"])

#: What the platform does anyway, or what only the other engine needs.
MEANINGLESS = frozenset(
    [
        "async", "asyncBefore", "asyncAfter", "exclusive", "jobPriority", "taskPriority",
        "historyTimeToLive", "isStartableInTasklist", "executionPlatform",
        "executionPlatformVersion", "variableName", "variableEvents", "diagramRelationId",
    ]
)  # fmt: skip
#: What changes how a process runs and has to be done in another way.
UNFINISHED = {
    "executionListener": "listeners run no code here; add a step that does it.",
    "taskListener": "listeners run no code here; add a step that does it.",
    "variableMappingClass": "mappings in code do not run; map with work:in and work:out.",
    "variableMappingDelegateExpression": "mappings in code do not run; use work:in and work:out.",
    "resource": "scripts in other files do not run; write it in feel or python.",
    "errorEventDefinition": "say with work:errorMap which failures are BPMN errors.",
    "caseRef": "cases are not executed; call a process.",
    "skipExpression": "steps are not skipped; draw a gateway around it.",
    "errorCodeVariable": "no variable gets the code; draw an event for each code that matters.",
    "errorMessageVariable": "no variable gets the message; let the step hand it back as a result.",
    "escalationCodeVariable": "no variable gets the code; draw an event for each code.",
}


def translate(host: Host, foreign: Foreign) -> None:
    """Say in our words what these names mean on this element."""
    people(host, foreign)
    forms(host, foreign)
    _start(host, foreign)
    decision(host, foreign)
    script(host, foreign)
    calling(host, foreign)
    _connectors(host, foreign)
    called(host, foreign)
    repetition(host, foreign)
    retries(host, foreign)
    for _, element in foreign.elements("inputOutput"):
        _input_output(host, element)
    _signal_content(host, foreign)
    _fields(host, foreign)


def people(host: Host, foreign: Foreign) -> None:
    """Who does a task, when it is due and how much it matters."""
    for name, setting, attribute in (
        ("assignee", "assignment", "assignee"),
        ("dueDate", "schedule", "due"),
        ("followUpDate", "schedule", "followUp"),
        ("priority", "priority", "weight"),
    ):
        for label, value in foreign.take(name):
            say(host, label, value, setting, attribute)
    for label, value in foreign.take("candidateGroups"):
        say_groups(host, label, value)
    for label, value in foreign.take("candidateUsers"):
        say_users(host, label, value)


def say(host: Host, label: str, value: str, setting: str, attribute: str) -> None:
    """Put one text with JUEL into an attribute of a setting."""
    found = None if value == "$INITIATOR" else from_juel(value)
    is_time = setting != "schedule" or (found is not None and (is_feel(found) or is_literal(found)))
    if found is None or not is_time:
        untranslatable(host, label, value)
    else:
        host.set(setting, label, {attribute: found})


def untranslatable(host: Host, label: str, value: str) -> None:
    """Note an expression that FEEL has no simple word for."""
    shown = " ".join(value.split())
    shown = shown if len(shown) <= 60 else f"{shown[:57]}…"
    host.kept(label, f"“{shown}” cannot be translated; write it in FEEL.", unfinished=True)


def say_groups(host: Host, label: str, value: str) -> None:
    """Candidate groups, separated by commas."""
    groups = [from_juel(each) for each in split_list(value)]
    if any(each is None for each in groups):
        untranslatable(host, label, value)
    else:
        host.set("assignment", label, {"groups": ", ".join(filter(None, groups))})


def say_users(host: Host, label: str, value: str) -> None:
    """One candidate who is alone is the assignee; several make a group of the organisation."""
    users = split_list(value)
    found = from_juel(users[0]) if len(users) == 1 else None
    given = {} if found is None else {"assignee": found}
    if found is not None and (not host.says("assignment") or host.has("assignment", given)):
        host.set("assignment", label, {"assignee": found})
    else:
        sentence = "tasks are offered to groups; make these people one and name it."
        host.kept(label, sentence, unfinished=not host.says("assignment"))


def split_list(value: str) -> list[str]:
    """The entries of a list with commas, of which those in `${…}` belong to an expression."""
    pieces = re.split(r",(?![^{}]*\})", value)
    return [each.strip() for each in pieces if each.strip()]


def forms(host: Host, foreign: Foreign) -> None:
    """The form of a user task or start event."""
    for label, value in foreign.take("formKey"):
        form_key(host, label, value)
    for label, value in foreign.take("formRef"):
        binding = bound(host, foreign, "formRefBinding", "formRefVersion")
        say_form(host, label, value, binding)
    for label, _ in foreign.elements("formData"):
        host.kept(label, "draw a form with these fields and choose it.", unfinished=True)


def form_key(host: Host, label: str, value: str) -> None:
    """A form by its key or by the file it lies in; web pages of other engines are not forms."""
    if value.startswith(("embedded:", "app:", "http:", "https:")) or value.endswith(".html"):
        host.kept(label, "pages of another application are not shown; draw a form.")
    else:
        say_form(host, label, PurePosixPath(value.rpartition(":")[2]).name, None)


def say_form(host: Host, label: str, value: str, binding: str | None) -> None:
    """Choose a form."""
    if has_juel(value) or is_feel(value):
        host.kept(label, "which form it is cannot be computed; choose one.", unfinished=True)
    else:
        host.set("form", label, {"key": value.removesuffix(".form"), "binding": binding})


def bound(host: Host, foreign: Foreign, binding: str, version: str) -> str | None:
    """Our binding for one with a version of its own."""
    labels = {name: label for name in (binding, version) for label, _ in foreign.find(name)}
    chosen = {name: value for name in (binding, version) for _, value in foreign.take(name)}
    how, number = chosen.get(binding), chosen.get(version)
    if how == "version" and number and not number.isdecimal():
        sentence = "which version it is cannot be computed; name its number."
        host.kept(labels[version], sentence, unfinished=True)
    elif how == "version":
        return number
    elif how == "versionTag":
        sentence = "versions have no tags here; name a number, latest or deployment."
        host.kept(labels[binding], sentence, unfinished=True)
    return how if how in ("latest", "deployment") else None


def _start(host: Host, foreign: Foreign) -> None:
    for label, value in foreign.take("candidateStarterGroups"):
        host.set("mayStart", label, {"groups": ", ".join(split_list(value))})
    for label, value in foreign.take("initiator"):
        name = re.compile(rf"[$#]\{{[^}}]*\b{re.escape(value)}\b")
        texts = (one for each in host.element.getroottree().iter() for one in _texts(each))
        sentence = "who started a case is in no variable; set one where it is started."
        host.kept(label, sentence, unfinished=any(name.search(each) for each in texts))


def _texts(element: etree._Element) -> Iterator[str]:
    """All that is written at an element."""
    yield from map(str, element.attrib.values())
    yield element.text or ""


def decision(host: Host, foreign: Foreign) -> None:
    """The decision of a business rule task."""
    for label, value in foreign.take("decisionRef"):
        if has_juel(value):
            host.kept(label, "which decision it is cannot be computed; choose one.")
            continue
        result = next(foreign.take("resultVariable"), ("", ""))[1]
        binding = bound(host, foreign, "decisionRefBinding", "decisionRefVersion")
        host.set("decision", label, {"key": value, "binding": binding, "result": result})
        for mapped, how in foreign.take("mapDecisionResult"):
            if how == "resultList":
                host.kept(mapped, "the result is the decision's own value, not a list of rows.")
            else:
                host.translated(mapped, "work:decision result")


def script(host: Host, foreign: Foreign) -> None:
    """A script task: FEEL stays, a script that only sets variables is put into FEEL."""
    if host.kind != "scriptTask":
        return
    language = host.element.get("scriptFormat", "").lower()
    body = child(host.element, "script")
    results = list(foreign.take("resultVariable", "resultVariableName"))
    for label, value in results:
        host.set("result", label, {"variable": value})
    source = "" if body is None else text(body)
    if body is None or not source or "feel" in language or "python" in language:
        return
    found = _script_in_feel(source, bool(results))
    if found is not None:
        body.text = found
        host.element.set("scriptFormat", "feel")
        host.translated(f"{language or 'script'}", "feel")


def _script_in_feel(source: str, is_value: bool) -> str | None:
    if is_value:
        setting = from_juel(source if has_juel(source) else f"${{{source.rstrip(';')}}}")
        return setting and as_feel(setting)
    values = assignments(source)
    return as_context(values) if values else None


def calling(host: Host, foreign: Foreign) -> None:
    """Code and topics of a task or event: a worker leases them by name."""
    target = _caller(host)
    if target is None:
        return
    is_external = foreign.get("type") == "external"
    for label, value in foreign.take("topic"):
        topic = from_juel(value)
        if topic is None or is_feel(topic):
            host.kept(label, "the topic cannot be computed; name it.", unfinished=True)
        else:
            target.set("connector", label, {"type": "external", "topic": topic})
            for kind, _ in foreign.take("type"):
                host.translated(kind, "work:connector type")
    for label, value in foreign.take("class", "delegateExpression", "expression"):
        if not is_external:
            target.set("connector", label, {"type": "external", "topic": as_topic(value)})
    if target.says("connector"):
        for label, _ in foreign.take("resultVariable", "resultVariableName"):
            host.translated(label, "a variable of that name which the worker hands back")


def _caller(host: Host) -> Host | None:
    """The task or event that calls, seen from itself or from its message definition."""
    if host.kind in CALLING:
        return host
    parent = host.element.getparent()
    if host.kind == "messageEventDefinition" and parent is not None:
        event = Host(parent, host.notes)
        return event if event.kind in _THROWING else None
    return None


def _connectors(host: Host, foreign: Foreign) -> None:
    for label, element in foreign.elements("connector"):
        target = _caller(host) or host
        topic = next((text(each) for each in parts(element, "connectorId")), "") or "connector"
        target.set("connector", label, {"type": "external", "topic": topic})
        for mapped in parts(element, "inputOutput"):
            for each in parts(mapped, "inputParameter", "outputParameter"):
                _parameter(target, each, inside=True)


def called(host: Host, foreign: Foreign) -> None:
    """What a call activity calls, and what goes in and comes out."""
    if host.kind != "callActivity":
        return
    key = host.element.get("calledElement", "")
    if has_juel(key):
        found = from_juel(key)
        if found is None:
            untranslatable(host, "calledElement", key)
            del host.element.attrib["calledElement"]
        else:
            host.element.set("calledElement", found)
            host.translated("calledElement", "calledElement")
    binding = bound(host, foreign, "calledElementBinding", "calledElementVersion")
    if binding:
        host.set("call", "calledElementBinding", {"binding": binding})
    for label, element in foreign.elements("in", "out"):
        _mapped(host, label, element)


def _mapped(host: Host, label: str, element: etree._Element) -> None:
    names = {str(name): str(value).strip() for name, value in element.attrib.items()}
    way = local(element)
    if names.get("variables") == "all":
        host.add(way, label, {"all": "true"})
    elif "businessKey" in names:
        host.kept(label, "business keys are not handed on; map it as a variable.")
    elif expression := names.get("sourceExpression"):
        found = from_juel(expression)
        if found is None:
            untranslatable(host, label, expression)
        else:
            host.add(way, label, {"source": as_feel(found), "target": names.get("target", "")})
    elif source := names.get("source"):
        host.add(way, label, {"source": source, "target": names.get("target", source)})
    else:
        host.kept(label, "it maps nothing.")


def repetition(host: Host, foreign: Foreign) -> None:
    """The collection of a multi-instance activity, and the variable of one item."""
    if host.kind != "multiInstanceLoopCharacteristics":
        return
    for label, value in foreign.take("collection"):
        name = as_name(value)
        found = name or (from_juel(value) if has_juel(value) else None)
        if found is None:
            untranslatable(host, label, value)
        else:
            host.set("collection", label, {"value": found})
    for label, value in foreign.take("elementVariable"):
        if host.says("collection"):
            host.set("collection", label, {"item": value})
        else:
            host.child("inputDataItem", label, id=value, name=value)


def retries(host: Host, foreign: Foreign) -> None:
    """How often a failed call is tried again: `R3/PT10M`, or a list of delays."""
    found = [
        *foreign.take("failedJobRetryTimeCycle"),
        *((label, text(each)) for label, each in foreign.elements("failedJobRetryTimeCycle")),
    ]
    for label, value in found:
        cycle = re.fullmatch(r"R(\d{1,2})/(P[\dA-Z.]+)", value)
        delays = re.fullmatch(r"(P[\dA-Z.]+)(\s*,\s*P[\dA-Z.]+)*", value)
        if host.kind not in CALLING | _THROWING:
            host.meaningless(label)
        elif cycle is not None and cycle[1] != "0":
            host.set("retry", label, {"attempts": cycle[1], "delay": cycle[2]})
        elif delays is not None:
            attempts = str(value.count(",") + 2)
            host.set("retry", label, {"attempts": attempts, "delay": delays[1]})
        else:
            host.kept(label, "it is no cycle such as R3/PT10M; set work:retry.")


def _signal_content(host: Host, foreign: Foreign) -> None:
    """What a thrown signal carries is what its event has as inputs."""
    event = host.element.getparent()
    if host.kind != "signalEventDefinition" or event is None:
        return
    sender = Host(event, host.notes)
    for label, element in foreign.elements("in"):
        given, target = _source(element), element.get("target", "").strip()
        if sender.kind in _THROWING and given is not None and target:
            sender.add("input", label, {"name": target, "value": f"={given}"})
        else:
            host.kept(label, "name with work:input each value that it carries.", unfinished=True)


def _source(element: etree._Element) -> str | None:
    """The FEEL of what a mapping takes."""
    found = from_juel(element.get("sourceExpression", ""))
    return element.get("source") or (as_feel(found) if found else None)


def _fields(host: Host, foreign: Foreign) -> None:
    """What is injected into code is an input of the worker that does it instead."""
    for label, element in foreign.elements("field"):
        value, name = from_juel(field(element)), element.get("name", "")
        if value is None or not name:
            untranslatable(host, label, field(element))
        else:
            host.add("input", f"{label} {name}", {"name": name, "value": value})


def field(element: etree._Element) -> str:
    """The value of a field: an attribute, or an element inside."""
    given = element.get("stringValue") or element.get("expression")
    inside = (text(each) for each in parts(element, "string", "expression"))
    return given or next(inside, "")


def _input_output(host: Host, element: etree._Element) -> None:
    for each in parts(element, "inputParameter", "outputParameter"):
        _parameter(host, each, inside=False)


def _parameter(host: Host, element: etree._Element, *, inside: bool) -> None:
    is_input = local(element) == "inputParameter"
    name = element.get("name", "").strip()
    label = f"{local(element)} {name}"
    value = _value(element)
    if value is None or not name:
        untranslatable(host, label, text(element) or "script")
    elif inside and not is_input:
        host.add_inside("connector", "output", label, {"name": name, "value": as_feel(value)})
    elif inside:
        host.add_inside("connector", "input", label, {"name": name, "value": value})
    else:
        host.add("input" if is_input else "output", label, {"name": name, "value": value})


def _value(element: etree._Element) -> str | None:
    """The setting for a parameter: a text, or a list or map of texts; None for a script."""
    if local(element) == "script":
        return None
    for each in element:
        if local(each) == "list":
            return _gathered("[", (_value(one) for one in each), "]")
        if local(each) == "map":
            entries = list(parts(each, "entry"))
            values = (_entry(one) for one in entries)
            return _gathered("{", values, "}")
        return None
    return from_juel(text(element))


def _entry(element: etree._Element) -> str | None:
    value = _value(element)
    return value and f"={as_feel(element.get('key', ''))}: {as_feel(value)}"


def _gathered(begin: str, values: Iterator[str | None], end: str) -> str | None:
    found = list(values)
    if any(each is None for each in found):
        return None
    return f"={begin}{', '.join(as_feel(each) for each in found if each is not None)}{end}"
