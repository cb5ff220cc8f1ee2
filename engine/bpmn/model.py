"""What one process *is*: its elements as values, read from the tree, independent of who runs it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from engine.bpmn.extensions import Correlation, Settings

TASKS = frozenset(
    [
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "scriptTask",
        "businessRuleTask",
        "sendTask",
        "receiveTask",
    ]
)
SUB_PROCESSES = frozenset(["subProcess", "adHocSubProcess", "transaction"])
ACTIVITIES = TASKS | SUB_PROCESSES | {"callActivity"}
EVENTS = frozenset(
    ["startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"]
)
GATEWAYS = frozenset(
    [
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "eventBasedGateway",
        "complexGateway",
    ]
)
NODES = ACTIVITIES | EVENTS | GATEWAYS
DATA = frozenset(["dataObject", "dataObjectReference", "dataStoreReference"])


@dataclass(frozen=True)
class EventDefinition:
    """What an event waits for or throws."""

    #: "timer", "message", "signal", "error", "escalation", "conditional", "link", "terminate",
    #: "cancel" or "compensate".
    kind: str
    #: Name of the message, signal, error, escalation or link.
    name: str | None = None
    #: "date", "duration" or "cycle".
    timer_kind: str | None = None
    #: The timer's or the condition's text.
    expression: str | None = None
    #: Error or escalation code.
    code: str | None = None
    correlation: Correlation | None = None
    #: Id of the message, signal … at definitions level, or of the activity to compensate.
    ref: str | None = None
    catch_up: str | None = None
    #: Whether what compensates waits until all is undone.
    waits: bool = True


@dataclass(frozen=True)
class Sign:
    """What a multi-instance activity throws when one of its items completes."""

    event: EventDefinition
    #: Judged over the item's variables and the numbers of items; None: always.
    condition: str | None = None


@dataclass(frozen=True)
class Loop:
    """How often an activity is repeated; every text is an expression or a variable's name."""

    #: "standard", "parallel" or "sequential".
    kind: str
    cardinality: str | None = None
    #: Variable or data object (`loopDataInputRef`), or an expression (`work:collection`).
    collection: str | None = None
    item: str | None = None
    output_collection: str | None = None
    output_item: str | None = None
    completion_condition: str | None = None
    #: Of a standard loop.
    condition: str | None = None
    maximum: int | None = None
    test_before: bool = False
    #: "All" throws nothing, "None" at each item, "One" at the first, "Complex" by conditions.
    behavior: str = "All"
    signs: tuple[Sign, ...] = ()


@dataclass(frozen=True)
class Element:
    """One flow node, sequence flow or data element of a process."""

    id: str
    name: str
    kind: str
    #: Id of the process or sub-process it lies in directly.
    parent: str | None
    lane: str | None
    settings: Settings
    #: Ids of sequence flows; of a sequence flow its source, or its target.
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    #: All event definitions; `event` is the first.
    events: tuple[EventDefinition, ...] = ()
    attached_to: str | None = None
    interrupting: bool = True
    loop: Loop | None = None
    documentation: str | None = None
    #: Id of the default flow.
    default: str | None = None
    #: Of a sequence flow, or the activation condition of a complex gateway.
    condition: str | None = None
    script_format: str | None = None
    script: str | None = None
    called_element: str | None = None
    implementation: str | None = None
    triggered_by_event: bool = False
    for_compensation: bool = False
    instantiate: bool = False
    #: All events must come: of an event, and of an event-based gateway that instantiates.
    parallel_multiple: bool = False
    #: Of an ad-hoc sub-process.
    sequential: bool = False
    completion_condition: str | None = None
    cancel_remaining: bool = True
    #: Tokens that an activity needs to begin, and that leave it by each flow.
    start_quantity: int = 1
    completion_quantity: int = 1

    @property
    def event(self) -> EventDefinition | None:
        """The event definition of an event that has one."""
        return self.events[0] if self.events else None

    @property
    def title(self) -> str:
        """What people call it: its name on one line, or its id."""
        return " ".join(self.name.split()) or self.id

    @property
    def is_node(self) -> bool:
        """Whether a token can stand here."""
        return self.kind in NODES


@dataclass(frozen=True)
class ProcessModel:
    """One process of a file, as drawn; immutable and shared by all its instances."""

    key: str
    name: str
    file: str
    #: By id, in document order, nested ones included.
    elements: Mapping[str, Element]
    #: Names of the lanes, outermost first.
    lanes: tuple[str, ...]
    documentation: str | None
    is_executable: bool
    #: The start events of the process itself, not of its sub-processes.
    starts: tuple[Element, ...]
    settings: Settings = field(default_factory=Settings)

    @cached_property
    def triggers(self) -> tuple[Element, ...]:
        """What can begin an instance: start events, and what receives and instantiates."""
        own = [each for each in self.inside(self.key) if each.is_node]
        behind = {
            target
            for each in own
            if each.kind == "eventBasedGateway" and each.instantiate
            for flow in self.flows_from(each.id)
            for target in flow.outgoing
        }
        receiving = [
            each
            for each in own
            if each.id in behind or (each.kind == "receiveTask" and each.instantiate)
        ]
        return (*self.starts, *receiving)

    def flows_from(self, element_id: str) -> tuple[Element, ...]:
        """The sequence flows that leave an element."""
        return tuple(self.elements[each] for each in self.elements[element_id].outgoing)

    def of_kind(self, kind: str) -> Iterator[Element]:
        """All elements of one kind, nested ones included."""
        return (each for each in self.elements.values() if each.kind == kind)

    def inside(self, scope_id: str | None) -> Iterator[Element]:
        """The elements that lie directly in a sub-process, or in the process itself (its key)."""
        return iter(self._by_scope.get(scope_id, ()))

    @cached_property
    def has_slas(self) -> bool:
        """Whether it, or anything in it, has a service level."""
        inner = (each.settings.slas for each in self.elements.values())
        return bool(self.settings.slas) or any(inner)

    @cached_property
    def _by_scope(self) -> Mapping[str | None, list[Element]]:
        found: dict[str | None, list[Element]] = {}
        for each in self.elements.values():
            found.setdefault(each.parent, []).append(each)
        return found
