"""How an expression fails: it does not compile, or it costs too much."""

from core.errors import Invalid


class FeelSyntaxError(Invalid):
    """{reason} (position {position})."""

    def __init__(self, reason: str, position: int, text: str = "") -> None:
        super().__init__(reason=reason, position=position, text=text)
        self.reason = reason
        self.position = position


class FeelLimitExceeded(Invalid):
    """The expression needs more than {limit} {what}."""


class Null(Exception):
    """Inside only: the result is null, and this is why."""
