"""Receive tasks: wait for a message; without one, for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.bpmn.specs.listening import Listening

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.bpmn.journal import Wait
    from engine.bpmn.token import Token


class ReceiveTask(Listening):
    """An activity that ends when its message arrives."""

    wait_kind = "manual"

    def execute(self, token: Token) -> bool:
        """Begin to wait, unless the message has begun the instance."""
        if token.internal_data.get("came"):
            return True
        self.arm(token)
        return False

    def caught(self, token: Token, variables: Mapping[str, Any], which: int = 0) -> None:
        """The message has come, or a person says so."""
        self.react(token, variables, which)

    def waits(self, token: Token) -> Iterator[Wait]:
        """The message, or the person where no message is named."""
        yield from super().waits(token) if self.definitions else (self.wait(token, "manual"),)
