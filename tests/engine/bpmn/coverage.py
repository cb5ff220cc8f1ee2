"""Which elements of BPMN are executed, by which module, shown by which scenario that passes.

    python -m tests.engine.bpmn.coverage          # writes docs/bpmn-coverage.md

An element counts where a scenario that passes has entered it; what no token enters (flows, data,
listeners that compensate) counts where the scenario's drawing has it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from engine.bpmn.cron import is_cron
from engine.bpmn.model import ACTIVITIES, Element, ProcessModel
from engine.bpmn.play import Play
from engine.bpmn.scenario import Scenario, read_scenarios
from engine.scenarios import run

ROOT = Path(__file__).parents[3]
GUIDE = ROOT / "docs" / "bpmn-coverage.md"
FOLDER = Path(__file__).parent / "scenarios"
#: Scenarios that are named in a row.
MOST_NAMED = 4
_MULTI = ("parallel", "sequential")
_HEAD = """# Which elements of BPMN are executed

Made by `python -m tests.engine.bpmn.coverage` from the scenarios in `tests/engine/bpmn/scenarios`,
which tests play; a test fails when it is stale. *By* is the module in `engine/bpmn` that does it.
A row names up to four of its scenarios.

| element | executed | by | scenarios |
|---|---|---|---|
"""
_NOT_EXECUTED = {
    "conversation, sub- and call conversation": "noted: they do not say how a process runs",
    "choreography, its tasks, global choreography task": "noted; model each partner as a process",
}
_FOOT = """
Kept in the file without effect and without need of any: groups, text annotations, colours and all
of the diagram, categories, imports, item definitions, interfaces and operations, partner roles and
entities, resources beyond their names, auditing, monitoring, relationships. The check names those
that somebody may have meant to have an effect.
"""


@dataclass(frozen=True)
class At:
    """An element in the drawing of a scenario that passed."""

    element: Element
    model: ProcessModel
    data: bytes

    @property
    def scope(self) -> Element | None:
        """The sub-process it lies in."""
        return self.model.elements.get(self.element.parent or "")


@dataclass
class Row:
    """One line of the guide, and the scenarios that show it."""

    label: str
    holds: Callable[[At], bool]
    #: False where no token ever enters what is meant.
    is_entered: bool = True
    by: str = ""
    scenarios: list[str] = field(default_factory=list)

    def written(self) -> str:
        """The line."""
        named = ", ".join(f"`{name}`" for name in self.scenarios[:MOST_NAMED])
        rest = len(self.scenarios) - MOST_NAMED
        more = f" and {rest} more" if rest > 0 else ""
        return f"| {self.label} | yes | {self.by} | {named}{more} |\n"


def rows() -> list[Row]:
    """All rows, with their scenarios."""
    found = list(_rows())
    for scenario in _scenarios():
        for at, is_entered, by in _played(scenario):
            for row in found:
                if (is_entered or not row.is_entered) and row.holds(at):
                    row.by = row.by or by
                    if scenario.file.stem not in row.scenarios:
                        row.scenarios.append(scenario.file.stem)
    return found


def written(found: list[Row]) -> str:
    """The whole guide."""
    idle = (f"| {label} | not executed | {why} | |\n" for label, why in _NOT_EXECUTED.items())
    return _HEAD + "".join([*(row.written() for row in found), *idle]) + _FOOT


@cache
def _scenarios() -> tuple[Scenario, ...]:
    return tuple(each for file in sorted(FOLDER.glob("*.yaml")) for each in read_scenarios(file))


def _played(scenario: Scenario) -> Iterator[tuple[At, bool, str]]:
    outcome = run(scenario)
    if not outcome.passed:
        return
    files = {each.name: each.read_bytes() for each in scenario.package}
    data = b"\n".join(files.values())
    for program in Play(files, at=scenario.now).stage.programs.values():
        nodes = {
            name: node
            for spec in program.specs.values()
            if spec.model is program.model
            for name, node in spec.task_specs.items()
        }
        for each in program.model.elements.values():
            node = nodes.get(each.id)
            by = "" if node is None else type(node).__module__.removeprefix("engine.bpmn.")
            module = f"`{by.replace('.', '/')}.py`" if by else "`model.py`"
            yield At(each, program.model, data), each.id in outcome.visited, module


def _rows() -> Iterator[Row]:
    yield from _tasks()
    yield from _activities()
    yield from _loops()
    yield from _gateways()
    yield from _flows()
    yield from _events()
    yield from _event_sub_processes()
    yield from _data()
    yield from _files()


def _kind(kind: str, *more: Callable[[Element], bool]) -> Callable[[At], bool]:
    return lambda at: at.element.kind == kind and all(each(at.element) for each in more)


def _tasks() -> Iterator[Row]:
    yield Row("task without kind (a person does it)", _kind("task"))
    for name in ("user", "manual", "service", "script", "businessRule", "call"):
        if name != "call":
            yield Row(f"{re.sub('R', ' r', name)} task", _kind(f"{name}Task"))
    for name in ("send", "receive"):
        yield Row(f"{name} task with message", _kind(f"{name}Task", lambda e: bool(e.events)))
        yield Row(f"{name} task without message", _kind(f"{name}Task", lambda e: not e.events))
    yield Row("receive task that instantiates", _kind("receiveTask", lambda e: e.instantiate))
    yield Row(
        "startQuantity", lambda at: at.element.start_quantity > 1, False, "`specs/quantity.py`"
    )
    yield Row(
        "completionQuantity", lambda at: at.element.completion_quantity > 1, by="`specs/node.py`"
    )
    yield Row(
        "owners, performers, resources", lambda at: b"potentialOwner" in at.data,
        by="`imports/roles.py`",
    )  # fmt: skip
    yield Row("lanes: the group of their tasks", lambda at: at.element.lane is not None,
              by="`model.py`")  # fmt: skip


def _activities() -> Iterator[Row]:
    yield Row("call activity", _kind("callActivity"))
    yield Row("call activity with mapped variables", _kind("callActivity", _is_mapped))
    yield Row(
        "call of a global task",
        lambda at: at.element.kind == "callActivity" and b"<bpmn:global" in at.data,
    )
    yield Row("embedded sub-process", _kind("subProcess", lambda e: not e.triggered_by_event))
    for word, flag in (("parallel", False), ("sequential", True)):
        yield Row(
            f"ad-hoc sub-process, {word}",
            lambda at, flag=flag: (
                at.element.kind == "adHocSubProcess" and at.element.sequential is flag
            ),
        )
    yield Row(
        "ad-hoc completion condition",
        _kind("adHocSubProcess", lambda e: e.completion_condition is not None),
    )
    yield Row(
        "cancelRemainingInstances=false", _kind("adHocSubProcess", lambda e: not e.cancel_remaining)
    )
    yield Row("transaction", _kind("transaction"))


def _is_mapped(element: Element) -> bool:
    return element.settings.call is not None


def _loops() -> Iterator[Row]:
    def loop(check: Callable[[Element], bool]) -> Callable[[At], bool]:
        return lambda at: at.element.loop is not None and check(at.element)

    yield Row(
        "standard loop, tested after",
        loop(lambda e: e.loop.kind == "standard" and not e.loop.test_before),
    )
    yield Row("standard loop, tested before", loop(lambda e: e.loop.test_before), False)
    yield Row("standard loop, loopMaximum", loop(lambda e: e.loop.maximum is not None))
    for kind in _MULTI:
        yield Row(f"multi-instance, {kind}", loop(lambda e, kind=kind: e.loop.kind == kind))
    yield Row("multi-instance, loopCardinality", loop(lambda e: e.loop.cardinality is not None))
    yield Row(
        "multi-instance, collection and item",
        loop(lambda e: bool(e.loop.collection and e.loop.item)),
    )
    yield Row(
        "multi-instance, output item and collection",
        loop(lambda e: e.loop.output_collection is not None),
    )
    yield Row(
        "multi-instance, completionCondition",
        loop(lambda e: e.loop.completion_condition is not None),
    )
    yield Row(
        "multi-instance sub-process",
        loop(lambda e: e.kind == "subProcess" and e.loop.kind in _MULTI),
    )
    yield Row("multi-instance call activity", loop(lambda e: e.kind == "callActivity"))
    yield Row("multi-instance nested", lambda at: bool(
        at.element.loop and at.scope and at.scope.loop and at.element.loop.kind in _MULTI
    ))  # fmt: skip
    for name in ("None", "One", "Complex"):
        yield Row(
            f"multi-instance behavior {name}", loop(lambda e, name=name: e.loop.behavior == name)
        )


def _gateways() -> Iterator[Row]:
    for name in ("exclusive", "parallel", "inclusive", "complex"):
        for what, way in (("split", "outgoing"), ("join", "incoming")):
            label = f"{name} gateway, {what}"
            yield Row(label, lambda at, name=name, way=way: (
                at.element.kind == f"{name}Gateway" and len(getattr(at.element, way)) > 1
            ))  # fmt: skip
    yield Row(
        "complex gateway, activationCondition", _kind("complexGateway", lambda e: bool(e.condition))
    )
    yield Row("event-based gateway", _kind("eventBasedGateway"))
    yield Row(
        "event-based gateway that instantiates",
        _kind("eventBasedGateway", lambda e: e.instantiate and not e.parallel_multiple),
        False,
    )
    yield Row(
        "event-based gateway that instantiates, parallel",
        _kind("eventBasedGateway", lambda e: e.instantiate and e.parallel_multiple),
        False,
    )


def _flows() -> Iterator[Row]:
    def leaving(check: Callable[[At], bool]) -> Callable[[At], bool]:
        return lambda at: at.element.kind in ACTIVITIES and check(at)

    yield Row(
        "implicit split: several flows leave an activity",
        leaving(lambda at: len(at.element.outgoing) > 1),
    )
    yield Row(
        "implicit merge: several flows enter an activity",
        leaving(lambda at: len(at.element.incoming) > 1),
    )
    yield Row("conditional flow leaving an activity", leaving(
        lambda at: any(flow.condition for flow in at.model.flows_from(at.element.id))
    ))  # fmt: skip
    yield Row("default flow of an activity", leaving(lambda at: at.element.default is not None))
    yield Row(
        "default flow of a gateway",
        lambda at: at.element.default is not None and at.element.kind.endswith("Gateway"),
    )


_STARTS = ("message", "signal", "timer", "conditional")
_CATCHES = ("message", "signal", "timer", "conditional", "link")
_BOUNDARIES = ("message", "signal", "conditional", "escalation")
_THROWS = ("message", "signal", "escalation", "compensate", "link")
_ENDS = ("message", "signal", "error", "escalation", "terminate", "cancel", "compensate")


def _of(kind: str, event: str, *more: Callable[[Element], bool]) -> Callable[[At], bool]:
    return _kind(kind, lambda e: any(one.kind == event for one in e.events), *more)


def _events() -> Iterator[Row]:
    yield Row("start event, none", _kind("startEvent", lambda e: not e.events))
    for name in _STARTS:
        yield Row(f"start event, {name}", _of("startEvent", name))
    yield Row("start event, several triggers", _kind("startEvent", lambda e: len(e.events) > 1))
    yield Row("several start events", lambda at: len(at.model.starts) > 1)
    for name in _CATCHES:
        yield Row(f"intermediate catch event, {name}", _of("intermediateCatchEvent", name))
    yield Row(
        "catch event, parallel multiple",
        _kind("intermediateCatchEvent", lambda e: e.parallel_multiple),
    )
    yield Row(
        "intermediate throw event, none", _kind("intermediateThrowEvent", lambda e: not e.events)
    )
    for name in _THROWS:
        yield Row(f"intermediate throw event, {name}", _of("intermediateThrowEvent", name))
    yield Row("throw event, multiple", _kind("intermediateThrowEvent", lambda e: len(e.events) > 1))
    yield from _boundaries()
    yield Row("end event, none", _kind("endEvent", lambda e: not e.events))
    for name in _ENDS:
        yield Row(f"end event, {name}", _of("endEvent", name))


def _boundaries() -> Iterator[Row]:
    for name in _BOUNDARIES:
        for word, flag in (("interrupting", True), ("non-interrupting", False)):
            yield Row(f"boundary event, {name}, {word}", _of(
                "boundaryEvent", name, lambda e, flag=flag: e.interrupting is flag
            ))  # fmt: skip
    for kind in ("date", "duration", "cycle"):
        for word, flag in (("interrupting", True), ("non-interrupting", False)):
            yield Row(f"boundary event, timer {kind}, {word}", _of(
                "boundaryEvent", "timer", lambda e, kind=kind, flag=flag: (
                    e.interrupting is flag and e.event.timer_kind == kind
                    and not is_cron(e.event.expression or "")
                ),
            ))  # fmt: skip
    yield Row(
        "boundary event, timer cron",
        _of("boundaryEvent", "timer", lambda e: is_cron(e.event.expression or "")),
    )
    yield Row("boundary event, error", _of("boundaryEvent", "error"))
    yield Row("boundary event, cancel", _of("boundaryEvent", "cancel"))
    yield Row("boundary event, compensation", _of("boundaryEvent", "compensate"), False)
    yield Row("boundary event, multiple", _kind("boundaryEvent", lambda e: len(e.events) > 1))
    yield Row("compensation of a sub-process", lambda at: at.element.kind == "boundaryEvent" and (
        at.model.elements[at.element.attached_to or ""].kind == "subProcess"
        and any(one.kind == "compensate" for one in at.element.events)
    ), False, "`specs/compensation.py`")  # fmt: skip
    yield Row("compensation of multi-instance", lambda at: at.element.kind == "boundaryEvent" and (
        at.model.elements[at.element.attached_to or ""].loop is not None
        and any(one.kind == "compensate" for one in at.element.events)
    ), False, "`specs/compensation.py`")  # fmt: skip


def _event_sub_processes() -> Iterator[Row]:
    def starts(event: str, flag: bool) -> Callable[[At], bool]:
        return lambda at: bool(
            at.element.kind == "startEvent"
            and at.scope
            and at.scope.triggered_by_event
            and at.element.interrupting is flag
            and any(one.kind == event for one in at.element.events)
        )

    for name in ("message", "signal", "timer", "conditional", "escalation"):
        yield Row(f"event sub-process, {name}, interrupting", starts(name, True))
        yield Row(f"event sub-process, {name}, non-interrupting", starts(name, False))
    yield Row("event sub-process, error", starts("error", True))
    yield Row(
        "event sub-process, compensation",
        lambda at: starts("compensate", True)(at) or starts("compensate", False)(at),
    )
    yield Row("event sub-process inside a sub-process", lambda at: bool(
        at.element.triggered_by_event and at.scope
    ), False, "`specs/event_sub_process.py`")  # fmt: skip


def _data() -> Iterator[Row]:
    yield Row(
        "data object, data association", _holds(b"dataObjectReference"), False, "`data_flow.py`"
    )
    yield Row(
        "data input and output of activities", _holds(b"ioSpecification"), False, "`data_flow.py`"
    )
    yield Row("property", _holds(b"property id="), False, "`data_names.py`")
    yield Row(
        "data store: a variable of the case, and a note",
        _kind("dataStoreReference"),
        False,
        "`data_stores.py`",
    )
    yield Row(
        "correlation property, key, subscription",
        _holds(b"correlationProperty"),
        False,
        "`model.py`",
    )
    yield Row(
        "several pools, message flows",
        _holds(b"messageFlow"),
        False,
        "`stage.py`, `engine/messages.py`",
    )
    yield Row("event definitions by reference", _holds(b"eventDefinitionRef"), False, "`model.py`")


def _holds(text: bytes) -> Callable[[At], bool]:
    return lambda at: text in at.data


def _files() -> Iterator[Row]:
    flow_without_id = re.compile(rb"<(\w+:)?sequenceFlow(?![^>]*\bid=)")
    yield Row(
        "missing ids",
        lambda at: flow_without_id.search(at.data) is not None,
        False,
        "`normalize.py`",
    )
    yield Row(
        "ids that the library uses itself",
        lambda at: at.element.id in ("Start", "End", "Root"),
        False,
        "`specs/process.py`",
    )
    yield Row(
        "duplicate names",
        lambda at: (
            sum(each.name == at.element.name != "" for each in at.model.elements.values()) > 1
        ),
        False,
        "`model.py`",
    )
    yield Row("default namespace", _holds(b"<definitions xmlns="), False, "`namespaces.py`")
    yield Row("other prefixes", _holds(b"<semantic:definitions"), False, "`namespaces.py`")
    yield Row(
        "byte order mark", lambda at: at.data.startswith(b"\xef\xbb\xbf"), False, "`reader.py`"
    )
    yield Row("UTF-16", lambda at: at.data[:2] in (b"\xff\xfe", b"\xfe\xff"), False, "`reader.py`")
    yield Row(
        "namespaces of BPMN's drafts", _holds(b"schema.omg.org/spec/BPMN/2.0"), False, "`reader.py`"
    )
    yield Row("elements named by xsi:type", _holds(b"flowElement"), False, "`reader.py`")
    yield Row("QNames with a prefix", _holds(b'Ref="tns:'), False, "`namespaces.py`")
    yield Row("comments, processing instructions, CDATA", _holds(b"<!--"), False, "`reader.py`")


if __name__ == "__main__":
    GUIDE.write_text(written(rows()))
