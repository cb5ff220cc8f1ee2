"""What a runtime tells the outside: its log, what it threw, what failed, what it waits for."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One line of the execution log: an element was entered, left, cancelled or failed."""

    at: datetime
    element_id: str
    name: str
    #: BPMN kind ("userTask", "exclusiveGateway" …), or "process" for the process itself.
    kind: str
    #: "start", "complete", "abort", "error", or "variables" when an operator set some; where a
    #: join waits for others also "arrive" and, for a token that went up in another one, "join".
    lifecycle: str
    token: str
    previous_element: str | None = None
    previous_at: datetime | None = None
    by: str | None = None
    #: Variables of the process instance (or called process) changed since the entry before.
    variables: dict[str, Any] = field(default_factory=dict)
    #: Key of the process the element belongs to; differs from the instance's in call activities.
    process_key: str = ""
    lane: str | None = None
    loop_index: int | None = None
    #: The sequence flow the token came by.
    flow: str | None = None
    #: Variables that another side of a fork still open had written too; this write won.
    contested: tuple[str, ...] = ()
    #: Token of the call activity whose called process the element belongs to; "" for none.
    called_by: str = ""
    #: Variables changed in other scopes, by their keys: "12.0" is the first that token 12 declared,
    #: "12" the process that it called.
    local_variables: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: How a business rule task came to its result: see Decided.
    decision: dict[str, Any] | None = None


@dataclass(frozen=True)
class Decided:
    """The value of a decision, and for the log how it came about, as JSON.

    `{key, definition, version, inputs, outputs, rules: [[id, number]…], warnings}`.
    """

    value: Any
    details: dict[str, Any]


@dataclass(frozen=True)
class Thrown:
    """A message or signal for the outside.

    A signal has already been caught by everything in its own instance that waited for it.
    """

    #: "message" or "signal".
    kind: str
    name: str
    correlation_key: str | None
    variables: dict[str, Any]
    element_id: str
    token: str


@dataclass(frozen=True)
class Failure:
    """A token that cannot go on; it stays where it is until somebody retries it."""

    token: str
    element_id: str
    #: "expression", "gateway", "error" (uncaught BPMN error), "script", "timer", "call", "loop" …
    kind: str
    message: str


@dataclass(frozen=True)
class Wait:
    """Something an instance waits for. `token` is unique within its instance.

    Kinds: user_task, manual, service_task, message, signal, timer, condition, gateway
    (event-based), join, ad_hoc, choice (a branch without condition: complete it with the id of a
    `flow`), failed (an incident), ready (the budget ran out).
    """

    kind: str
    token: str
    element_id: str
    name: str
    since: datetime
    loop_index: int | None = None
    due_at: datetime | None = None
    cycle: str | None = None
    event_name: str | None = None
    correlation_key: str | None = None
    #: Whether a token stands here; not for boundary events, event sub-processes and the events
    #: behind an event-based gateway.
    is_leaf: bool = True
    interrupting: bool = True
    #: Key of the process the element belongs to; differs from the instance's in call activities.
    process_key: str = ""
    #: Ids of the sub-processes and call activities around the element, outermost first.
    path: tuple[str, ...] = ()


@dataclass
class Journal:
    """What happened since it was last taken."""

    entries: list[Entry] = field(default_factory=list)
    thrown: list[Thrown] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
