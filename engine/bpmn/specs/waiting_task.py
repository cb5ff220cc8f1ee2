"""Tasks that somebody else does: people, workers, connectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn.specs.node import Node

if TYPE_CHECKING:
    from engine.bpmn.token import Token


class UserTask(Node):
    """Waits for a person and a form."""

    wait_kind = "user_task"

    def execute(self, token: Token) -> bool:
        """Wait."""
        return False


class ManualTask(Node):
    """Waits for a person to say that it is done; a task of no kind does so too."""

    wait_kind = "manual"

    def execute(self, token: Token) -> bool:
        """Wait."""
        return False


class ServiceTask(Node):
    """Waits for its call to be made outside."""

    wait_kind = "service_task"

    def execute(self, token: Token) -> bool:
        """Wait."""
        return False
