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
    from engine.bpmn.workflow import Token


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

    def caught(self, token: Token, variables: Mapping[str, Any]) -> None:
        """Something awaited has come. Raises NotWaiting for a token that does not listen."""
        if not armed_events(token):
            raise NotWaiting(element_id=self.element.id)
        self.react(token, variables)

    def react(self, token: Token, variables: Mapping[str, Any]) -> None:
        """Go on after an event; listeners that stay differ."""
        case = token.case
        gateway = token.parent
        if gateway is not None and is_hidden(token):
            case.promote(token)
            case.log(gateway, "complete")
            case.drop(gateway)
        case.write(token.scope, variables)
        case.finish(token)

    def has_become_true(self, token: Token) -> bool:
        """Whether a condition waited for is true now and was not before."""
        become = False
        for definition, armed in zip(self.definitions, armed_events(token), strict=True):
            if armed["kind"] == "condition" and definition.expression is not None:
                holds = definition.expression.holds(token.data)
                become = become or (holds and not armed["was"])
                armed["was"] = holds
        return become

    def again(self, token: Token) -> bool:
        """Re-arm a listener that stays after it has fired; False when that was the last time."""
        pairs = zip(self.definitions, armed_events(token), strict=True)
        # Only a timer can end; the one that fired is the one that is due first.
        timers = [each for each in armed_events(token) if each["kind"] == "timer"]
        fired = min(timers, key=lambda each: each["due"]) if timers else None
        at = token.case.now
        following = [
            definition.rearm(armed, at) if armed is fired else armed for definition, armed in pairs
        ]
        if not all(following):
            return False
        token.internal_data["events"] = following
        return True

    def waits(self, token: Token) -> Iterator[Wait]:
        """One wait for each definition."""
        for armed in armed_events(token):
            yield self.wait(
                token,
                armed["kind"],
                interrupting=self.element.interrupting,
                **_fields(armed),
            )


def armed_events(token: Token) -> list[Armed]:
    """What a token listens for."""
    events: list[Armed] = token.internal_data.get("events", [])
    return events


def _fields(armed: Armed) -> dict[str, Any]:
    if armed["kind"] == "timer":
        return {"due_at": moment(armed["due"]), "cycle": armed.get("cycle")}
    return {"event_name": armed.get("name"), "correlation_key": armed.get("key")}
