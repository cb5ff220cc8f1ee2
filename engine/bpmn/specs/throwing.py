"""What throws: messages and signals go out, errors and escalations look for their handler."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from engine.bpmn.errors import ElementFailed
from engine.bpmn.specs.boundary_event import BoundaryEvent
from engine.bpmn.specs.definition import Definition
from engine.bpmn.specs.event_sub_process import EventSubProcess, EventSubProcessStart
from engine.bpmn.specs.listening import armed_events
from engine.bpmn.specs.node import Node

if TYPE_CHECKING:
    from engine.bpmn.model import Element
    from engine.bpmn.specs.process import ProcessSpec
    from engine.bpmn.token import Token
    from engine.bpmn.workflow import Case

Catcher = TypeVar("Catcher", BoundaryEvent, EventSubProcessStart)


class Sender(Node):
    """An element that throws messages and signals."""

    def __init__(self, spec: ProcessSpec, element: Element, name: str | None = None) -> None:
        super().__init__(spec, element, name)
        self.definitions = tuple(Definition(each) for each in element.events)

    def send(self, token: Token, definition: Definition) -> None:
        """Throw a message or signal with the element's inputs as its variables."""
        case, context = token.case, token.data
        name = definition.named(context)
        payload = dict(token.layers[-1]) if token.internal_data.get("inputs") else {}
        key = definition.correlation_key(context)
        case.throw_out(token, definition.kind, name, key, payload)
        if definition.kind == "signal":
            broadcast(case, name, payload)


def throw_sign(token: Token, definition: Definition) -> bool:
    """Throw an event on behalf of an activity; whether its token is still alive after that."""
    case = token.case
    if definition.kind in ("message", "signal"):
        name, context = definition.named(token.data), token.data
        case.throw_out(token, definition.kind, name, definition.correlation_key(context), {})
        if definition.kind == "signal":
            broadcast(case, name, {})
    else:
        code = definition.thrown_code(token.data)
        handler = find_handler(token, definition.kind, code)
        if handler is not None:
            handler.handle({})
        elif definition.kind == "error":
            raise ElementFailed("error", f"Nobody catches the error {code}.")
    return token.is_alive


class Handler:
    """Where an error or escalation is caught: a boundary event, or an event sub-process."""

    def __init__(self, catcher: BoundaryEvent | EventSubProcessStart, host: Token) -> None:
        self.catcher = catcher
        #: The activity the event is attached to, or a token in the event sub-process's level.
        self.host = host

    @property
    def interrupts(self) -> bool:
        """Whether what threw is ended."""
        return self.catcher.element.interrupting

    def handle(self, variables: Mapping[str, Any]) -> None:
        """Go on at the handler."""
        if isinstance(self.catcher, BoundaryEvent):
            self.catcher.fire(self.host, variables)
        else:
            self.catcher.fire(self.host.workflow, variables)


def find_handler(token: Token, kind: str, code: str | None) -> Handler | None:
    """The innermost handler of an error or escalation thrown at a token."""
    here: Token | None = token
    while here is not None:
        kept = here.internal_data
        # A sub-process opened again for compensation is over: it guards nothing any more.
        boundary = None if kept.get("route") else catcher_of(here.node.boundaries, kind, code)
        if boundary is not None:
            return Handler(boundary, here)
        if here.belongs:
            # A compensation handler works for what threw, an item for its loop.
            here = here.owner
            continue
        # What an event sub-process throws is not for its neighbours but for those outside.
        if not isinstance(here.node, EventSubProcess):
            start = catcher_of(here.workflow.spec.event_starts, kind, code)
            if start is not None:
                return Handler(start, here)
        here = here.workflow.parent_token
    return None


def broadcast(case: Case, name: str, variables: Mapping[str, Any]) -> None:
    """Let everything in this instance that waits for a signal catch it."""
    for token in list(case.tokens.values()):
        for which, armed in enumerate(list(armed_events(token))):
            listens = armed["kind"] == "signal" and armed["name"] == name and "came" not in armed
            if listens and token.is_alive and not token.leaving:
                token.node.caught(token, variables, which)


def catcher_of(catchers: tuple[Catcher, ...], kind: str, code: str | None) -> Catcher | None:
    """The one of them that catches that code, else one that catches all."""
    catches_all = None
    for catcher in catchers:
        for definition in catcher.definitions:
            if definition.kind != kind:
                continue
            if definition.code is None:
                catches_all = catches_all or catcher
            elif definition.code == code:
                return catcher
    return catches_all
