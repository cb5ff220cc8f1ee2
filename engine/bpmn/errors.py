"""What can go wrong while a process runs."""

from core.errors import Conflict, Invalid, NotFound


class NoSuchToken(NotFound):
    """There is no token {token} in this instance any more."""


class NotWaiting(Conflict):
    """Element {element_id} does not wait for that."""


class NoSuchProcess(NotFound):
    """There is no process {key} in these files."""


class NoSuchStart(Invalid):
    """Process {key} cannot be started there: {reason}."""


class ElementFailed(Exception):
    """A token cannot go on; `kind` and the message become an incident."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
