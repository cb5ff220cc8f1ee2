"""Intermediate throw events: messages, signals, escalations, compensation, links, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bpmn.specs import compensation
from engine.bpmn.specs.throwing import Sender, find_handler
from engine.bpmn.states import STARTED

if TYPE_CHECKING:
    from engine.bpmn.journal import Wait
    from engine.bpmn.specs.definition import Definition
    from engine.bpmn.token import Token


class ThrowEvent(Sender):
    """Throws what it defines and goes on; a connector is waited for."""

    wait_kind = "service_task"

    def execute(self, token: Token) -> bool:
        """Throw everything defined here."""
        if self.element.settings.connector is not None:
            return False
        return all(self.throw(token, definition) for definition in self.definitions)

    def throw(self, token: Token, definition: Definition) -> bool:
        """Throw one thing; False when that ended the token."""
        if definition.kind in ("message", "signal"):
            self.send(token, definition)
        elif definition.kind == "escalation":
            handler = find_handler(token, "escalation", definition.thrown_code(token.data))
            if handler is not None:
                if handler.interrupts:
                    token.case.log(token, "complete")
                    token.entered = False
                handler.handle({})
        elif definition.kind == "compensate":
            return self.compensate(token, definition)
        return token.is_alive

    def compensate(self, token: Token, definition: Definition) -> bool:
        """Undo one activity or all; true when nothing is left to undo."""
        if "steps" in token.internal_data:
            return not token.internal_data["steps"]
        activity_id = definition.source.ref
        level = compensation.reach(token, activity_id)
        if definition.source.waits:
            return not compensation.begin(token, level, activity_id)
        apart = token.case.spawn(token.workflow, self, after=token, state=STARTED)
        apart.internal_data["apart"] = True
        if not compensation.begin(apart, level, activity_id):
            token.case.drop(apart)
        return True

    def child_left(self, token: Token, child: Token) -> None:
        """One compensation is done."""
        if compensation.go_on(token):
            return
        if token.stays:
            token.case.move(token, ())
        else:
            token.case.finish(token)

    def waits(self, token: Token) -> Iterator[Wait]:
        """The call of a connector."""
        if self.element.settings.connector is not None:
            yield self.wait(token, "service_task")
