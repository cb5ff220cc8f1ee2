"""From the files of a process package to one program that all instances share.

Programs are cached by the content of their files; nothing in them changes once they are made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeVar

from engine.bpmn.data_flow import Links
from engine.bpmn.errors import NoSuchProcess
from engine.bpmn.extensions import Decision
from engine.bpmn.file_names import file_kind
from engine.bpmn.imports import translate
from engine.bpmn.model import GATEWAYS, SUB_PROCESSES, Element, ProcessModel
from engine.bpmn.normalize import give_ids, open_global_tasks
from engine.bpmn.process_reader import models
from engine.bpmn.python_script import is_python
from engine.bpmn.reader import read
from engine.bpmn.scripting import Expression, Undecided, readable
from engine.bpmn.specs.ad_hoc_sub_process import AdHocSubProcess
from engine.bpmn.specs.boundary_event import BoundaryEvent
from engine.bpmn.specs.business_rule_task import BusinessRuleTask
from engine.bpmn.specs.call_activity import CallActivity
from engine.bpmn.specs.catch_event import CatchEvent, LinkCatch
from engine.bpmn.specs.complex_gateway import ComplexGateway
from engine.bpmn.specs.deciding import deciding
from engine.bpmn.specs.end_event import EndEvent
from engine.bpmn.specs.event_based_gateway import EventBasedGateway
from engine.bpmn.specs.event_sub_process import EventSubProcess, EventSubProcessStart
from engine.bpmn.specs.exclusive_gateway import ExclusiveGateway
from engine.bpmn.specs.flow import Flow
from engine.bpmn.specs.inclusive_gateway import InclusiveGateway
from engine.bpmn.specs.loop import LoopBody
from engine.bpmn.specs.multi_instance import MultiInstance
from engine.bpmn.specs.node import Node
from engine.bpmn.specs.parallel_gateway import ParallelGateway
from engine.bpmn.specs.process import ProcessSpec
from engine.bpmn.specs.receive_task import ReceiveTask
from engine.bpmn.specs.script_task import PythonTask, ScriptTask
from engine.bpmn.specs.send_task import SendTask
from engine.bpmn.specs.standard_loop import StandardLoop
from engine.bpmn.specs.start_event import StartEvent
from engine.bpmn.specs.sub_process import SubProcess
from engine.bpmn.specs.throw_event import ThrowEvent
from engine.bpmn.specs.transaction import Transaction
from engine.bpmn.specs.waiting_task import ManualTask, ServiceTask, UserTask

#: Programs kept in memory by each worker.
MAX_PROGRAMS = 256

AnyNode = TypeVar("AnyNode", bound=Node)
#: Gives the value of a decision, or it as Decided with what the log tells of it.
Decide = Callable[[Decision, Mapping[str, Any]], Any]

_SIMPLE: dict[str, type[Node]] = {
    "task": ManualTask,
    "manualTask": ManualTask,
    "userTask": UserTask,
    "serviceTask": ServiceTask,
    "sendTask": SendTask,
    "receiveTask": ReceiveTask,
    "scriptTask": ScriptTask,
    "businessRuleTask": BusinessRuleTask,
    "callActivity": CallActivity,
    "startEvent": StartEvent,
    "intermediateCatchEvent": CatchEvent,
    "intermediateThrowEvent": ThrowEvent,
    "boundaryEvent": BoundaryEvent,
    "endEvent": EndEvent,
    "exclusiveGateway": ExclusiveGateway,
    "parallelGateway": ParallelGateway,
    "inclusiveGateway": InclusiveGateway,
    "complexGateway": ComplexGateway,
    "eventBasedGateway": EventBasedGateway,
}
_SUB_PROCESSES: dict[str, type[SubProcess]] = {
    "transaction": Transaction,
    "adHocSubProcess": AdHocSubProcess,
}
#: Marks the spec of one item of a loop; no id of XML can hold a space.
_ITEM = " item"


#: The variable that holds the business key, in the text of a model that reads it.
BUSINESS_KEY = b"businessKey"


@dataclass(frozen=True)
class Program:
    """A process with everything it may call, ready to run."""

    model: ProcessModel
    spec: ProcessSpec
    #: All processes of the files by key.
    models: Mapping[str, ProcessModel]
    processes: Mapping[str, ProcessSpec]
    #: The specs of processes and sub-processes by their path.
    specs: Mapping[str, ProcessSpec]
    #: Evaluates a decision; without it business rule tasks wait like service tasks.
    decide: Decide | None = None
    #: Whether the files speak of the variable `businessKey`.
    reads_business_key: bool = False
    #: Whether anything in the files has a service level: `work:sla`.
    has_slas: bool = False

    def element(self, process_key: str, element_id: str) -> Element:
        """An element of a process by id."""
        return self.models[process_key].elements[element_id]


def load(files: Mapping[str, bytes], key: str, *, decide: Decide | None = None) -> Program:
    """The program of process `key`; other processes in the files can be called by it.

    Raises UnreadableModel and NoSuchProcess.
    """
    drawings = tuple(
        (name, content)
        for name, content in sorted(files.items())
        if file_kind(name) == "process" or len(files) == 1
    )
    program = _programs(drawings).get(key)
    if program is None:
        raise NoSuchProcess(key=key)
    return program if decide is None else replace(program, decide=decide)


@lru_cache(maxsize=MAX_PROGRAMS)
def _programs(drawings: tuple[tuple[str, bytes], ...]) -> dict[str, Program]:
    """The programs of all processes in the files, by key; the cache goes by content."""
    found: dict[str, ProcessModel] = {}
    links = Links({}, {}, {})
    for name, content in drawings:
        tree = translate(read(content, name=name)).tree
        give_ids(tree)
        open_global_tasks(tree)
        found.update((model.key, model) for model in models(tree, file=name))
        links.add(tree)
    specs: dict[str, ProcessSpec] = {}
    processes = {key: _Builder(model, specs, links).build() for key, model in found.items()}
    has_slas = any(model.has_slas for model in found.values())
    programs = {
        key: Program(model, processes[key], found, processes, specs, has_slas=has_slas)
        for key, model in found.items()
    }
    if any(BUSINESS_KEY in content for _, content in drawings):
        return {key: replace(one, reads_business_key=True) for key, one in programs.items()}
    return programs


class _Builder:
    """Makes the specs of one process: nodes first, then what connects them."""

    def __init__(self, model: ProcessModel, specs: dict[str, ProcessSpec], links: Links) -> None:
        self.model = model
        self.specs = specs
        self.links = links
        self.nodes: dict[str, Node] = {}
        self.own: dict[str, ProcessSpec] = {}

    def build(self) -> ProcessSpec:
        """The spec of the process, with those of its sub-processes registered."""
        spec = self._new_spec(self.model.key, None)
        # Outer elements stand before inner ones in the model, so their specs exist already.
        for element in self.model.elements.values():
            if element.kind in SUB_PROCESSES:
                self._new_spec(element.id, element)
        for element in self.model.elements.values():
            if element.is_node:
                self._add(element)
        for element in self.model.elements.values():
            if element.kind == "sequenceFlow":
                self._connect(element)
        self._attach()
        self._link()
        for inner in self.own.values():
            _find_starts(inner)
        return spec

    def _new_spec(self, scope_id: str, element: Element | None) -> ProcessSpec:
        spec = ProcessSpec(self.model, element)
        self.own[scope_id] = spec
        self.specs[spec.path] = spec
        return spec

    def _add(self, element: Element) -> None:
        # What data associations bring in and out counts like work:input and work:output.
        element = self.links.with_data(element)
        spec = self.own.get(element.parent or self.model.key)
        if spec is None:
            # Its sub-process shares its id with something else: the lint refuses such a file.
            return
        if element.loop is None:
            self.nodes[element.id] = self._node(spec, element)
            return
        item = self._node(spec, element, element.id + _ITEM)
        if element.loop.kind == "standard":
            repeated = self._made(StandardLoop, element)
            self.nodes[element.id] = repeated(spec, element, item, element.loop)
        else:
            several = self._made(MultiInstance, element)
            self.nodes[element.id] = several(spec, element, item, element.loop)

    def _node(self, spec: ProcessSpec, element: Element, name: str | None = None) -> Node:
        if element.kind in SUB_PROCESSES:
            made = _SUB_PROCESSES.get(element.kind, SubProcess)
            if element.triggered_by_event:
                made = EventSubProcess
            return self._made(made, element)(spec, element, self.own[element.id], name)
        if element.event is not None and element.event.kind == "link":
            return (LinkCatch if element.kind.endswith("CatchEvent") else ThrowEvent)(spec, element)
        return self._made(_simple(element), element)(spec, element, name)

    def _made(self, kind: type[AnyNode], element: Element) -> type[AnyNode]:
        """The class of an element: one that leaves by conditions nobody can read asks the way."""
        if element.kind in GATEWAYS:
            return kind
        conditions = (flow.condition for flow in self.model.flows_from(element.id))
        asks = any(text is not None and readable(text) is None for text in conditions)
        return deciding(kind) if asks else kind

    def _connect(self, element: Element) -> None:
        source = self.nodes.get(element.incoming[0])
        target = self.nodes.get(element.outgoing[0])
        # Flows never cross the border of a sub-process; the lint refuses those that do.
        if source is None or target is None or source.spec is not target.spec:
            return
        is_default = source.element.default == element.id
        condition = _condition(element)
        self._flow(Flow(element.id, source, target, None if is_default else condition, is_default))

    def _flow(self, flow: Flow) -> None:
        flow.source.flows = (*flow.source.flows, flow)
        flow.source.connect(flow.target)

    def _attach(self) -> None:
        """Give activities their boundary events."""
        for node in self.nodes.values():
            host = self.nodes.get(node.element.attached_to or "")
            if isinstance(node, BoundaryEvent) and host is not None:
                host.boundaries = (*host.boundaries, node)
                if node.catches("compensate"):
                    inner = host.item if isinstance(host, LoopBody) else host
                    inner.compensator = self.nodes.get(
                        self.links.associations.get(node.element.id, "")
                    )
                if node.waits_as_token:
                    host.listeners = (*host.listeners, node)

    def _link(self) -> None:
        """Draw a flow from each link throw to the catch of its name in the same scope."""
        catches = {
            (node.element.parent, node.element.event.name): node
            for node in self.nodes.values()
            if isinstance(node, LinkCatch) and node.element.event is not None
        }
        for node in list(self.nodes.values()):
            event = node.element.event
            if isinstance(node, ThrowEvent) and event is not None and event.kind == "link":
                target = catches.get((node.element.parent, event.name))
                if target is not None:
                    self._flow(Flow(f"{node.name} link", node, target, None, is_default=False))


def _simple(element: Element) -> type[Node]:
    if element.kind == "scriptTask" and is_python(element.script_format):
        return PythonTask
    return _SIMPLE[element.kind]


def _condition(flow: Element) -> Expression | None:
    """A flow's condition; one that is no FEEL is decided by a person."""
    if flow.condition is None:
        return None
    return readable(flow.condition) or Undecided(flow.condition)


def _find_starts(spec: ProcessSpec) -> None:
    """Where a scope begins: a none start event, else any, else what nothing enters.

    Several start events are alternatives: one begins an instance, not all.
    """
    nodes: list[Node] = list(spec.task_specs.values())
    starts = [node for node in nodes if node.element.kind == "startEvent"]
    none_starts = [node for node in starts if not node.element.events]
    spec.starts = tuple(none_starts[:1] or starts[:1] or filter(_is_source, nodes))
    spec.event_starts = tuple(_event_starts(spec, nodes))
    spec.listeners = tuple(each for each in spec.event_starts if each.waits_as_token)


def _is_source(node: Node) -> bool:
    element = node.element
    return not (
        element.incoming
        or element.attached_to
        or element.for_compensation
        or element.triggered_by_event
        or isinstance(node, LinkCatch)
        or node.name.endswith(_ITEM)
    )


def _event_starts(spec: ProcessSpec, nodes: Iterable[Node]) -> list[EventSubProcessStart]:
    return [
        EventSubProcessStart(spec, inner.element, node)
        for node in nodes
        if isinstance(node, EventSubProcess)
        for inner in list(node.inside.task_specs.values())
        if inner.element.kind == "startEvent"
    ]
