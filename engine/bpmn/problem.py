"""One thing that is wrong, doubtful or unfinished in a file, said so that it can be mended."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "todo"]


@dataclass(frozen=True)
class Problem:
    """Where, by which rule, how bad, and a sentence that says how to mend it.

    An error refuses the file, a todo makes it a drawing, a warning is only told.
    """

    element: str | None
    rule: str
    severity: Severity
    message: str


def error(element: str | None, rule: str, message: str) -> Problem:
    """A problem with which nothing can be deployed."""
    return Problem(element, rule, "error", message)


def warning(element: str | None, rule: str, message: str) -> Problem:
    """Something worth knowing that holds nothing up."""
    return Problem(element, rule, "warning", message)


def todo(element: str | None, rule: str, message: str) -> Problem:
    """Something unfinished that a person decides while the model is walked through."""
    return Problem(element, rule, "todo", message)
