"""Intermediate catch events: the token waits for the event, then goes on."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.bpmn.journal import Wait
from engine.bpmn.specs.listening import Listening
from engine.bpmn.token import Token


class CatchEvent(Listening):
    """Waits for a timer, message, signal or condition; without a trigger it waits for a person."""

    def execute(self, token: Token) -> bool:
        """Begin to wait."""
        if token.internal_data.get("came"):
            return True
        self.arm(token)
        return False

    def caught(self, token: Token, variables: Mapping[str, Any], which: int = 0) -> None:
        """The event has come; a person says so where none is defined."""
        if self.definitions:
            super().caught(token, variables, which)
        else:
            self.react(token, variables, which)

    def waits(self, token: Token) -> Iterator[Wait]:
        """The events, or the person where none is defined."""
        yield from super().waits(token) if self.definitions else (self.wait(token, "manual"),)


class LinkCatch(Listening):
    """The far end of a link: a token comes from the throw of the same name."""
