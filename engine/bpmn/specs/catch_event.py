"""Intermediate catch events: the token waits for the event, then goes on."""

from engine.bpmn.specs.listening import Listening
from engine.bpmn.workflow import Token


class CatchEvent(Listening):
    """Waits for a timer, message, signal or condition; without a trigger it waits for a person."""

    def execute(self, token: Token) -> bool:
        """Begin to wait."""
        if not self.definitions or token.internal_data.get("came"):
            return True
        self.arm(token)
        return False


class LinkCatch(Listening):
    """The far end of a link: a token comes from the throw of the same name."""
