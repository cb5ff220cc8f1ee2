"""Intermediate throw events: messages, signals, escalations, links, or nothing at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn.specs.throwing import Sender, find_handler

if TYPE_CHECKING:
    from engine.bpmn.specs.definition import Definition
    from engine.bpmn.workflow import Token


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
            handler = find_handler(token, "escalation", definition.code)
            if handler is not None:
                if handler.interrupts:
                    token.case.log(token, "complete")
                    token.entered = False
                handler.handle({})
        return token.is_alive
