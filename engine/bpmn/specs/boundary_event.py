"""Boundary events: attached to an activity, they interrupt it or run beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.bpmn.specs.definition import WAITING_KINDS
from engine.bpmn.specs.listening import Listening
from engine.bpmn.states import STARTED

if TYPE_CHECKING:
    from engine.bpmn.token import Token


class BoundaryEvent(Listening):
    """A listener under its activity's token; when it fires, a token leaves from here."""

    @property
    def waits_as_token(self) -> bool:
        """Whether it is armed; errors and escalations are looked up when they are thrown."""
        return any(each.kind in WAITING_KINDS for each in self.definitions)

    def react(self, token: Token, variables: Mapping[str, Any], which: int) -> None:
        """Fire; a listener that does not interrupt stays while it can fire again."""
        host = token.parent
        assert host is not None
        self.fire(host, variables)
        if token.is_alive and not self.again(token, which):
            token.case.drop(token)

    def fire(self, host: Token, variables: Mapping[str, Any]) -> None:
        """Send a token on from this event, and end the activity when the event interrupts."""
        case, level = host.case, host.workflow
        fired = case.spawn(level, self, after=host, state=STARTED)
        fired.entered = True
        case.write(fired.scope, variables)
        case.log(fired, "start")
        if self.element.interrupting:
            owner = host.owner if host.parent is None else None
            case.abort(host)
            if owner is not None:
                # A compensation handler is over: who compensates goes on.
                owner.node.child_left(owner, host)
        case.finish(fired)
