"""Why decisions cannot be used."""

from core.errors import Invalid, NotFound


class UnreadableDecision(Invalid):
    """{file} cannot be read as DMN: {reason}"""


class DecisionRefused(Invalid):
    """The decisions have {count} mistakes: {first}"""


class NoTestFiles(NotFound):
    """There are no test files, named like x-test-01.xml, in {path}."""


class NoSuchDecision(NotFound):
    """There is no decision {key}."""
