"""Send tasks: a message goes out, through a connector when there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn.specs.throwing import Sender
from engine.bpmn.specs.waiting_task import ServiceTask

if TYPE_CHECKING:
    from engine.bpmn.token import Token


class SendTask(Sender, ServiceTask):
    """Throws its message and goes on; with a connector, or without a message, a call is awaited."""

    def execute(self, token: Token) -> bool:
        """Throw the message, or wait for the call."""
        if self.element.settings.connector is not None or not self.definitions:
            return False
        self.send(token, self.definitions[0])
        return True
