"""What boxed expressions of one file are compiled with: names, types, and the mistakes found."""

from collections.abc import Callable
from typing import Any, TypeAlias

from core import feel
from core.feel.errors import Null
from core.feel.expression import Dialect
from core.feel.types import ANY, FeelType
from engine.bpmn.problem import Problem, error
from engine.dmn.session import Session

#: What is visible where an expression stands.
Values: TypeAlias = dict[str, Any]
Code: TypeAlias = Callable[[Values, Session], Any]
Names: TypeAlias = frozenset[str]
FindType: TypeAlias = Callable[[str], FeelType | None]


class Environment:
    """Compiles FEEL texts of one file, and collects its problems."""

    def __init__(self, find_type: FindType, members: frozenset[str]) -> None:
        self.find_type = find_type
        self.members = members
        self.problems: list[Problem] = []
        #: Every expression with the names it may use, and the element it belongs to.
        self.texts: list[tuple[str, Names, str]] = []
        self.tables: list[Any] = []
        self._dialects: dict[Names, Dialect] = {}
        self._tests: dict[tuple[str, Names], feel.UnaryTests] = {}

    def expression(self, text: str, names: Names, element: str) -> feel.Expression | None:
        """The compiled expression, or None with a problem noted."""
        self.texts.append((text, names, element))
        try:
            return self.dialect(names).compile(text)
        except feel.FeelSyntaxError as failure:
            self.refuse(element, "feel_syntax", f"{text!r}: {failure}")
            return None

    def tests(self, text: str, names: Names, element: str) -> feel.UnaryTests | None:
        """The compiled unary tests, or None with a problem noted."""
        found = self._tests.get((text, names))
        if found is not None:
            return found
        try:
            found = self._tests[text, names] = self.dialect(names).tests(text)
        except feel.FeelSyntaxError as failure:
            self.refuse(element, "feel_syntax", f"{text!r}: {failure}")
        return found

    def dialect(self, names: Names) -> Dialect:
        """FEEL with these names, and the types and entries of the file."""
        found = self._dialects.get(names)
        if found is None:
            found = self._dialects[names] = Dialect(names, self.members, self.find_type)
        return found

    def refuse(self, element: str, rule: str, message: str) -> None:
        """Note a mistake that keeps the file from being deployed."""
        self.problems.append(error(element or None, rule, message))

    def type_of(self, reference: str | None, element: str = "") -> FeelType:
        """The type a reference names; Any without one, or for one nobody defined."""
        if not reference:
            return ANY
        found = self.find_type(reference)
        if found is None:
            self.refuse(element, "unknown_type", f"There is no type {reference}.")
            return ANY
        return found


def fitted(kind: FeelType, value: Any, session: Session, what: str) -> Any:
    """The value made to fit a type; null, with a warning, when it cannot be."""
    if kind is ANY or value is None:
        return value
    try:
        return kind.coerce(value)
    except Null as reason:
        session.warn(f"{what}: {reason}")
        return None
