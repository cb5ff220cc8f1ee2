"""Elements that wait for events: what catch events, boundaries and event sub-processes share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from engine.bpmn.errors import NotWaiting
from engine.bpmn.journal import Wait
from engine.bpmn.specs.definition import Armed, Definition, moment
from engine.bpmn.specs.node import Node, is_hidden

if TYPE_CHECKING:
    from engine.bpmn.model import Element
    from engine.bpmn.specs.process import ProcessSpec
    from engine.bpmn.token import Token


class Listening(Node):
    """An element with event definitions that a token waits for; any of several is enough."""

    def __init__(self, spec: ProcessSpec, element: Element, name: str | None = None) -> None:
        super().__init__(spec, element, name)
        self.definitions = tuple(Definition(each) for each in element.events)

    def catches(self, kind: str) -> bool:
        """Whether one of the definitions is of that kind."""
        return any(definition.kind == kind for definition in self.definitions)

    def arm(self, token: Token) -> None:
        """Begin to wait for all definitions."""
        case = token.case
        token.internal_data["events"] = [
            definition.arm(token.data, case.now) for definition in self.definitions
        ]
        case.listen(token)

    def caught(self, token: Token, variables: Mapping[str, Any], which: int = 0) -> None:
        """Something awaited has come. Raises NotWaiting for a token that does not listen."""
        armed = armed_events(token)
        if which >= len(armed) or armed[which].get("came"):
            raise NotWaiting(element_id=self.element.id)
        if self.element.parallel_multiple:
            armed[which]["came"] = True
            if not all(each.get("came") for each in armed):
                token.case.write(token.scope, variables)
                return
        self.react(token, variables, which)

    def react(self, token: Token, variables: Mapping[str, Any], which: int) -> None:
        """Go on after an event; listeners that stay differ."""
        case = token.case
        if is_hidden(token):
            case.win(token)
        case.write(token.scope, variables)
        case.finish(token)

    def become_true(self, token: Token) -> int | None:
        """Number of a definition whose condition is true now and was not before."""
        become = None
        pairs = zip(self.definitions, armed_events(token), strict=True)
        for number, (definition, armed) in enumerate(pairs):
            if armed["kind"] == "condition" and definition.expression is not None:
                holds = definition.expression.holds(token.data)
                if holds and not armed["was"]:
                    become = number
                armed["was"] = holds
        return become

    def again(self, token: Token, which: int) -> bool:
        """Re-arm a listener that stays after it has fired; False when that was the last time."""
        events = armed_events(token)
        following = self.definitions[which].rearm(events[which], token.case.now)
        if following is None:
            return False
        events[which] = following
        for each in events:
            each.pop("came", None)
        return True

    def waits(self, token: Token) -> Iterator[Wait]:
        """One wait for each definition that has not come."""
        events = armed_events(token)
        for number, armed in enumerate(events):
            if armed.get("came"):
                continue
            yield self.wait(
                token,
                armed["kind"],
                part=number if len(events) > 1 else None,
                interrupting=self.element.interrupting,
                **_fields(armed),
            )


def armed_events(token: Token) -> list[Armed]:
    """What a token listens for."""
    events: list[Armed] = token.internal_data.get("events", [])
    return events


def _fields(armed: Armed) -> dict[str, Any]:
    if armed["kind"] == "timer":
        due = armed["due"]
        return {"due_at": None if due is None else moment(due), "cycle": armed.get("cycle")}
    return {"event_name": armed.get("name"), "correlation_key": armed.get("key")}
