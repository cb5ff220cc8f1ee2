"""Why decisions cannot be used."""

from core.errors import Invalid, NotFound


class UnreadableDecision(Invalid):
    """{file} cannot be read as DMN: {reason}"""


class DecisionRefused(Invalid):
    """The decisions have {count} mistakes: {first}"""


class NoSuchDecision(NotFound):
    """There is no decision {key}."""
