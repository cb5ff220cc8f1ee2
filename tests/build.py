"""A fluent builder of BPMN files for tests.

    process("invoice").user_task("approve", lane="finance").end()             # bytes
    drawing = process().exclusive_gateway("g").when("amount > 9").user_task("check").end()
    drawing = drawing.at("g").otherwise().end("done")                          # go on elsewhere

A none start event `start` (in a sub-process `<its id>_start`) is added unless the first call is
`start(...)`. `at(id)` moves the pen, `to(id)`
draws a flow to an element that may also be added later, `boundary(...)` attaches an event to the
element under the pen and moves there.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Self

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
WORK = "urn:back-office:bpmn:work:1"


def process(key: str = "process", **attributes: object) -> "Process":
    """Start drawing the process `key`; it ends with `.end()` or `.xml()`."""
    return Process(key, attributes)


def each(
    collection: str,
    item: str = "item",
    *,
    result: str | None = None,
    into: str | None = None,
    sequential: bool = False,
    until: str | None = None,
) -> str:
    """Multi-instance over `collection`; `result` of each item is gathered `into` a list."""
    parts = [_tag("loopDataInputRef", collection)]
    parts += [_tag("loopDataOutputRef", into)] if into else []
    parts += [_empty("inputDataItem", id=item, name=item)]
    parts += [_empty("outputDataItem", id=result, name=result)] if result else []
    return _multi_instance("".join(parts), sequential, until)


def times(count: object, *, sequential: bool = False, until: str | None = None) -> str:
    """Multi-instance with a number or expression as loop cardinality."""
    return _multi_instance(_tag("loopCardinality", str(count)), sequential, until)


def repeat(while_: str, *, before: bool = False, maximum: int | None = None) -> str:
    """Standard loop: again while the condition holds, tested before or after each round."""
    return _tag(
        "standardLoopCharacteristics",
        inner=_tag("loopCondition", while_),
        testBefore=before,
        loopMaximum=maximum,
    )


class Drawing(bytes):
    """A finished BPMN file that can still be drawn on."""

    pen: "Process"

    def at(self, element_id: str) -> "Process":
        """Go on from another element."""
        return self.pen.at(element_id)


class Process:
    """One process (or the inside of a sub-process) being drawn."""

    def __init__(self, key: str, attributes: Mapping[str, object]) -> None:
        self.key = key
        self.attributes = {"isExecutable": True, **attributes}
        self.settings = ""
        self.elements: list[str] = []
        self.flows: list[str] = []
        self.lanes: dict[str, list[str]] = {}
        self.definitions: dict[str, str] = {}
        self._at: str | None = None
        self._flow: dict[str, object] = {}
        self._condition: str | None = None
        self._count = 0

    # --- the pen

    def at(self, element_id: str) -> Self:
        """Move the pen: the next element follows `element_id`."""
        self._at = element_id
        return self

    def to(self, element_id: str) -> Self:
        """Draw a sequence flow to an element that exists or will be added."""
        if self._at is not None:
            flow = self._flow or {"id": self._name("flow")}
            body = (
                ""
                if self._condition is None
                else _tag(
                    "conditionExpression", self._condition, **{"xsi:type": "bpmn:tFormalExpression"}
                )
            )
            self.flows.append(
                _tag("sequenceFlow", inner=body, sourceRef=self._at, targetRef=element_id, **flow)
            )
        self._at, self._flow, self._condition = element_id, {}, None
        return self

    def when(self, condition: str, *, flow_id: str | None = None) -> Self:
        """Put a FEEL condition on the next flow."""
        self._flow = {"id": flow_id or self._name("flow")}
        self._condition = condition
        return self

    def otherwise(self, *, flow_id: str | None = None) -> Self:
        """Make the next flow the default of the element under the pen."""
        self._flow = {"id": flow_id or self._name("flow")}
        marker = f' id="{self._at}"'
        self.elements = [
            text.replace(marker, f'{marker} default="{self._flow["id"]}"', 1)
            if _is_head(text, marker)
            else text
            for text in self.elements
        ]
        return self

    def with_settings(self, xml: str) -> Self:
        """Put `work` settings on the process itself."""
        self.settings += xml
        return self

    # --- anything

    def add(
        self,
        tag: str,
        element_id: str,
        inner: str = "",
        *,
        lane: str | None = None,
        **attributes: object,
    ) -> Self:
        """Add an element that no flow enters, and move the pen there."""
        named = {"name": element_id, **attributes}
        self.elements.append(_tag(tag, inner=inner, id=element_id, **named))
        if lane is not None:
            self.lanes.setdefault(lane, []).append(element_id)
        self._at = element_id
        return self

    def then(self, tag: str, element_id: str, inner: str = "", **attributes: object) -> Self:
        """Add any element after the one under the pen."""
        if self._at is None and not self.elements and tag != "startEvent":
            self.start()
        before = self._at
        if before is not None:
            self.to(element_id)
        return self.add(tag, element_id, inner, **attributes)

    def extend(self, xml: str) -> Self:
        """Put raw XML into the process."""
        self.elements.append(xml)
        return self

    # --- events

    def start(
        self,
        element_id: str = "start",
        *,
        settings: str = "",
        form: str | None = None,
        **trigger: object,
    ) -> Self:
        """Add a start event: none, or `message=`, `signal=`, `timer=`, `error=`, `condition=`."""
        parts = settings + (_work("form", key=form) if form else "")
        interrupting = trigger.pop("interrupting", None)
        self._at = None
        return self.add(
            "startEvent",
            element_id,
            _extensions(parts) + self._event(trigger),
            isInterrupting=interrupting,
        )

    def catch(self, element_id: str, *, settings: str = "", **trigger: object) -> Self:
        """Add an intermediate catch event; a `link=` catch begins a new path."""
        add = self.add if "link" in trigger else self.then
        return add(
            "intermediateCatchEvent", element_id, _extensions(settings) + self._event(trigger)
        )

    def throw(self, element_id: str, *, settings: str = "", **trigger: object) -> Self:
        """Add an intermediate throw event."""
        return self.then(
            "intermediateThrowEvent", element_id, _extensions(settings) + self._event(trigger)
        )

    def boundary(
        self,
        element_id: str,
        *,
        on: str | None = None,
        interrupting: bool = True,
        **trigger: object,
    ) -> Self:
        """Attach a boundary event to `on` (default: the element under the pen)."""
        return self.add(
            "boundaryEvent",
            element_id,
            self._event(trigger),
            attachedToRef=on or self._at,
            cancelActivity=interrupting,
        )

    def end(
        self, element_id: str | None = None, *, settings: str = "", **trigger: object
    ) -> Drawing:
        """Add an end event and give the file; `.at(...)` on it goes on drawing."""
        name = element_id or self._name("end")
        self.then("endEvent", name, _extensions(settings) + self._event(trigger))
        self._at = None
        return self.xml()

    # --- activities

    def task(self, element_id: str, **options: object) -> Self:
        """Add a task of no kind."""
        return self._activity("task", element_id, options)

    def user_task(
        self,
        element_id: str,
        *,
        form: str | None = None,
        groups: str | None = None,
        assignee: str | None = None,
        due: str | None = None,
        assignment: Mapping[str, str] | None = None,
        schedule: Mapping[str, str] | None = None,
        priority: Mapping[str, str] | None = None,
        **options: object,
    ) -> Self:
        """Add a user task; `lane=` puts it into a lane. The mappings are further attributes."""
        settings = _work("form", key=form) if form else ""
        if groups or assignee or assignment:
            settings += _work("assignment", assignee=assignee, groups=groups, **(assignment or {}))
        if due or schedule:
            settings += _work("schedule", due=due, **(schedule or {}))
        settings += _work("priority", **priority) if priority else ""
        return self._activity("userTask", element_id, options, settings)

    def manual_task(self, element_id: str, **options: object) -> Self:
        """Add a manual task."""
        return self._activity("manualTask", element_id, options)

    def service_task(
        self,
        element_id: str,
        *,
        kind: str = "serviceTask",
        connector: str | None = "external",
        topic: str | None = None,
        outputs: Mapping[str, str] | None = None,
        inputs: Mapping[str, str] | None = None,
        retry: Mapping[str, object] | None = None,
        **options: object,
    ) -> Self:
        """Add a service task, or another `kind`; `connector=None` leaves the connector out."""
        inner = _mappings("input", inputs) + _mappings("output", outputs)
        settings = (
            _work("connector", inner, type=connector, topic=topic or element_id)
            if connector
            else ""
        )
        settings += _work("retry", **retry) if retry else ""
        return self._activity(kind, element_id, options, settings)

    def send_task(
        self,
        element_id: str,
        *,
        message: str | None = None,
        correlation: str | None = None,
        **options: object,
    ) -> Self:
        """Add a send task."""
        reference = self._message(message, correlation) if message else None
        return self._activity("sendTask", element_id, {"messageRef": reference, **options})

    def receive_task(
        self, element_id: str, message: str, *, correlation: str | None = None, **options: object
    ) -> Self:
        """Add a receive task."""
        reference = self._message(message, correlation)
        return self._activity("receiveTask", element_id, {"messageRef": reference, **options})

    def script_task(
        self,
        element_id: str,
        script: str,
        *,
        result: str | None = None,
        language: str = "feel",
        **options: object,
    ) -> Self:
        """Add a script task; `result` names the variable that takes the value of a FEEL script."""
        settings = _work("result", variable=result) if result else ""
        body = _tag("script", script)
        return self._activity(
            "scriptTask", element_id, {"scriptFormat": language, **options}, settings, body
        )

    def business_rule_task(
        self, element_id: str, decision: str, *, result: str | None = None, **options: object
    ) -> Self:
        """Add a business rule task that asks a decision."""
        settings = _work("decision", key=decision, result=result)
        return self._activity("businessRuleTask", element_id, options, settings)

    def call_activity(
        self,
        element_id: str,
        called: str,
        *,
        ins: Mapping[str, str] | None = None,
        outs: Mapping[str, str] | None = None,
        everything: bool = False,
        **options: object,
    ) -> Self:
        """Add a call activity; `ins` and `outs` are {target: source}."""
        settings = _work("in", all=True) if everything else ""
        settings += "".join(_work("in", source=s, target=t) for t, s in (ins or {}).items())
        settings += "".join(_work("out", source=s, target=t) for t, s in (outs or {}).items())
        return self._activity(
            "callActivity", element_id, {"calledElement": called, **options}, settings
        )

    def sub_process(
        self,
        element_id: str,
        inside: "Process | Drawing",
        *,
        kind: str = "subProcess",
        **options: object,
    ) -> Self:
        """Add a sub-process, or `kind="transaction"`; `inside` is drawn like a process."""
        return self._activity(kind, element_id, options, body=self._inside(element_id, inside))

    def event_sub_process(self, element_id: str, inside: "Process | Drawing") -> Self:
        """Add an event sub-process: no flow enters it, its start event has a trigger."""
        before = self._at
        self.add("subProcess", element_id, self._inside(element_id, inside), triggeredByEvent=True)
        self._at = before
        return self

    # --- gateways

    def exclusive_gateway(self, element_id: str, **options: object) -> Self:
        """Add an exclusive gateway."""
        return self.then("exclusiveGateway", element_id, **options)

    def parallel_gateway(self, element_id: str, **options: object) -> Self:
        """Add a parallel gateway."""
        return self.then("parallelGateway", element_id, **options)

    def inclusive_gateway(self, element_id: str, **options: object) -> Self:
        """Add an inclusive gateway."""
        return self.then("inclusiveGateway", element_id, **options)

    def event_gateway(self, element_id: str, **options: object) -> Self:
        """Add an event-based gateway."""
        return self.then("eventBasedGateway", element_id, **options)

    def complex_gateway(
        self, element_id: str, activation: str | None = None, **options: object
    ) -> Self:
        """Add a complex gateway with an activation condition."""
        inner = _tag("activationCondition", activation) if activation else ""
        return self.then("complexGateway", element_id, inner, **options)

    # --- the file

    def xml(self) -> Drawing:
        """The BPMN file as bytes."""
        return self.together()

    def together(self, *others: "Process") -> Drawing:
        """One file with this process and others."""
        parts = (self, *others)
        definitions = {k: v for part in parts for k, v in part.definitions.items()}
        bodies = "".join(
            _tag("process", inner=part.body(), id=part.key, **part.attributes) for part in parts
        )
        text = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<bpmn:definitions xmlns:bpmn="{BPMN}" xmlns:xsi="{XSI}" xmlns:work="{WORK}" '
            'id="definitions" targetNamespace="urn:test">'
            f"{''.join(definitions.values())}{bodies}</bpmn:definitions>"
        )
        drawing = Drawing(text.encode())
        drawing.pen = self
        return drawing

    def body(self) -> str:
        """The elements and flows of this process or sub-process."""
        lanes = "".join(
            _tag(
                "lane",
                inner="".join(_tag("flowNodeRef", i) for i in ids),
                id=f"{self.key}_lane_{number}",
                name=lane,
            )
            for number, (lane, ids) in enumerate(self.lanes.items())
        )
        lane_set = _tag("laneSet", inner=lanes, id=f"{self.key}_lanes") if lanes else ""
        return _extensions(self.settings) + lane_set + "".join(self.elements + self.flows)

    # --- helpers

    def _activity(
        self,
        tag: str,
        element_id: str,
        options: Mapping[str, object],
        settings: str = "",
        body: str = "",
    ) -> Self:
        given = dict(options)
        settings += str(given.pop("settings", ""))
        settings += _mappings("input", given.pop("scope", None)) + _mappings(
            "output", given.pop("out", None)
        )
        loop = str(given.pop("loop", ""))
        return self.then(tag, element_id, _extensions(settings) + loop + body, **given)

    def _inside(self, element_id: str, inside: "Process | Drawing") -> str:
        inner = inside.pen if isinstance(inside, Drawing) else inside
        if inner._at is not None:
            inner.end()
        self._count += 1
        self.definitions.update(inner.definitions)
        text = inner.body()
        # Ids that nobody chose must differ from those outside.
        for attribute in ("id", "sourceRef", "targetRef", "default"):
            text = text.replace(f'{attribute}="auto_', f'{attribute}="auto_in{self._count}_')
            text = text.replace(f'{attribute}="start"', f'{attribute}="{element_id}_start"')
        return text

    def _event(self, trigger: Mapping[str, object]) -> str:
        given = dict(trigger)
        correlation = given.pop("correlation", None)
        code = given.pop("code", None)
        return "".join(
            self._definition(kind, value, correlation, code)
            for kind, value in given.items()
            if value is not None and value is not False
        )

    def _definition(self, kind: str, value: object, correlation: object, code: object) -> str:
        if kind == "timer":
            timer, text = (
                value if isinstance(value, tuple) else (_timer_kind(str(value)), str(value))
            )
            return _tag("timerEventDefinition", inner=_tag(timer, text))
        if kind == "condition":
            return _tag("conditionalEventDefinition", inner=_tag("condition", str(value)))
        if kind == "message":
            reference = self._message(str(value), None if correlation is None else str(correlation))
            return _empty("messageEventDefinition", messageRef=reference)
        if kind == "link":
            return _empty("linkEventDefinition", name=value)
        if kind == "compensate":
            reference = None if value is True else value
            return _empty("compensateEventDefinition", activityRef=reference)
        if value is True:
            return _empty(f"{kind}EventDefinition")
        reference = self._define(kind, str(value), code)
        return _empty(f"{kind}EventDefinition", **{f"{kind}Ref": reference})

    def _message(self, name: str, correlation: str | None) -> str:
        reference = f"message_{name}"
        settings = _work("correlation", key=correlation) if correlation else ""
        if settings or reference not in self.definitions:
            self.definitions[reference] = _tag(
                "message", inner=_extensions(settings), id=reference, name=name
            )
        return reference

    def _define(self, kind: str, name: str, code: object) -> str:
        reference = f"{kind}_{name}"
        codes = {f"{kind}Code": code or name} if kind in ("error", "escalation") else {}
        self.definitions[reference] = _empty(kind, id=reference, name=name, **codes)
        return reference

    def _name(self, kind: str) -> str:
        self._count += 1
        return f"auto_{self.key}_{kind}{self._count}"


def _multi_instance(inner: str, sequential: bool, until: str | None) -> str:
    inner += _tag("completionCondition", until) if until else ""
    return _tag("multiInstanceLoopCharacteristics", inner=inner, isSequential=sequential)


def _timer_kind(text: str) -> str:
    if text.startswith("P"):
        return "timeDuration"
    return "timeCycle" if text.startswith("R") or text.count(" ") >= 4 else "timeDate"


def _is_head(text: str, marker: str) -> bool:
    return marker in text.split(">", 1)[0]


def _extensions(inner: str) -> str:
    return _tag("extensionElements", inner=inner) if inner else ""


def _mappings(tag: str, mapping: object) -> str:
    pairs = mapping.items() if isinstance(mapping, Mapping) else ()
    return "".join(_work(tag, name=name, value=value) for name, value in pairs)


def _work(tag: str, inner: str = "", **attributes: object) -> str:
    return f"<work:{tag}{_attributes(attributes)}>{inner}</work:{tag}>"


def _empty(tag: str, **attributes: object) -> str:
    return _tag(tag, **attributes)


def _tag(tag: str, text: str = "", *, inner: str = "", **attributes: object) -> str:
    return f"<bpmn:{tag}{_attributes(attributes)}>{escape(text, quote=False)}{inner}</bpmn:{tag}>"


def _attributes(attributes: Mapping[str, object]) -> str:
    return "".join(
        f' {name}="{escape(_text(value))}"'
        for name, value in attributes.items()
        if value is not None
    )


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return (
        ", ".join(map(str, value))
        if isinstance(value, Sequence) and not isinstance(value, str)
        else str(value)
    )
