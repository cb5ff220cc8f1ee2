"""Compiled expressions and unary tests: the cache, and how they are evaluated."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from core.feel import parser, tree
from core.feel.builtins import BUILTINS
from core.feel.comparison import Matcher
from core.feel.compiler import Compiler
from core.feel.constants import constant_tests
from core.feel.errors import FeelLimitExceeded, FeelSyntaxError
from core.feel.limits import MAX_CALLS, Run, require_bounded
from core.feel.mistakes import Problem, problems
from core.feel.names import NameTable
from core.feel.scope import Code
from core.feel.types import FeelType
from core.feel.values import read

_BUILTIN_NAMES = NameTable(BUILTINS)
_Compiled = TypeVar("_Compiled")
#: Expressions kept compiled.
CACHE_SIZE = 8192


_CONTAINERS = frozenset((list, dict))


@dataclass(frozen=True)
class Result:
    """What an evaluation gave, and why parts of it became null."""

    value: Any
    warnings: tuple[str, ...]


class Expression:
    """A compiled expression. Immutable, and safe to share between threads."""

    __slots__ = ("_code", "_needs_run", "_rest", "names", "text")

    def __init__(self, text: str, code: Code, names: frozenset[str], size: int, run: bool) -> None:
        self.text = text
        self.names = names
        self._code = code
        self._rest = [None] * (size - 2)
        self._needs_run = run

    def __call__(self, context: Mapping[str, Any]) -> Any:
        """The value for these variables. Raises FeelLimitExceeded."""
        run = Run() if self._needs_run else None
        try:
            value = self._code([context, run, *self._rest])
        except RecursionError:
            raise too_deep() from None
        if type(value) in _CONTAINERS:
            require_bounded(value)
        return value

    def evaluate(self, context: Mapping[str, Any]) -> Result:
        """The value, and warnings that say why something became null."""
        run = Run()
        return Result(self.run(context, run), tuple(run.warnings))

    def run(self, context: Mapping[str, Any], run: Run) -> Any:
        """The value, on the budget of a larger evaluation. Raises FeelLimitExceeded."""
        try:
            value = self._code([context, run, *self._rest])
        except RecursionError:
            raise too_deep() from None
        if type(value) in _CONTAINERS:
            require_bounded(value)
        return value


class UnaryTests:
    """Compiled unary tests. Immutable, and safe to share between threads."""

    __slots__ = ("_matcher", "_rest", "constants", "names", "text")

    def __init__(
        self,
        text: str,
        matcher: Matcher,
        names: frozenset[str],
        size: int,
        constants: tuple[Any, ...] | None,
    ) -> None:
        #: The values and ranges of which one must match, when that is all there is to it.
        self.constants = constants
        self.text = text
        self.names = names
        self._matcher = matcher
        self._rest = [None] * (size - 2)

    def __call__(self, value: Any, context: Mapping[str, Any]) -> bool | None:
        """Whether a value passes; None when that cannot be said. Raises FeelLimitExceeded."""
        return self.run(read(value), context, Run())

    def run(self, value: Any, context: Mapping[str, Any], run: Run) -> bool | None:
        """Whether a FEEL value passes, on the budget of a larger evaluation."""
        try:
            return self._matcher([context, run, *self._rest], value)
        except RecursionError:
            raise too_deep() from None


def too_deep() -> FeelLimitExceeded:
    """The failure for what would exhaust Python's stack."""
    return FeelLimitExceeded(what="nested calls", limit=MAX_CALLS)


_MEMBERS = ("time offset", "start included", "end included")


class Dialect:
    """What is known beyond FEEL itself when a text is compiled: names, entries of contexts, types.

    `names` are the variables in scope and `members` the entries of their contexts; they matter
    for names that contain spaces or operators.
    """

    def __init__(
        self,
        names: Collection[str] = (),
        members: Collection[str] = (),
        known_type: Callable[[str], FeelType | None] = lambda name: None,
    ) -> None:
        self.scopes = (_BUILTIN_NAMES, NameTable(names))
        self.members = NameTable((*_MEMBERS, *members))
        self.known_type = known_type

    def compile(self, text: str) -> Expression:
        """Compile an expression. Raises FeelSyntaxError."""
        return _guarded(self._expression, text)

    def tests(self, text: str) -> UnaryTests:
        """Compile unary tests. Raises FeelSyntaxError."""
        return _guarded(self._tests, text)

    def check(self, text: str, names: Collection[str] | None) -> list[Problem]:
        """What is wrong with an expression."""

        def parse() -> tree.Node:
            node = parser.parse_expression(text, self.scopes, self.members)
            Compiler(BUILTINS, self.known_type).compile(node)
            return node

        return _checked(parse, names)

    def check_tests(self, text: str, names: Collection[str] | None) -> list[Problem]:
        """What is wrong with unary tests."""

        def parse() -> tree.Node:
            node = parser.parse_tests(text, self.scopes, self.members)
            Compiler(BUILTINS, self.known_type).tests(node)
            return node

        return _checked(parse, None if names is None else {*names, "?"})

    def _expression(self, text: str) -> Expression:
        node = parser.parse_expression(text, self.scopes, self.members)
        compiler = Compiler(BUILTINS, self.known_type)
        code = compiler.compile(node)
        scope = compiler.scope
        return Expression(text, code, _variables(scope.reads), scope.size, scope.needs_run)

    def _tests(self, text: str) -> UnaryTests:
        node = parser.parse_tests(text, self.scopes, self.members)
        compiler = Compiler(BUILTINS, self.known_type)
        matcher = compiler.tests(node)
        reads = _variables(compiler.scope.reads)
        return UnaryTests(text, matcher, reads, compiler.scope.size, constant_tests(node))


_PLAIN = Dialect()


def _variables(reads: set[str]) -> frozenset[str]:
    return frozenset(name for name in reads if name not in BUILTINS)


def _checked(parse: Callable[[], tree.Node], names: Collection[str] | None) -> list[Problem]:
    try:
        return problems(parse(), names)
    except FeelSyntaxError as error:
        return [Problem(error.position, error.reason)]
    except RecursionError:
        return [Problem(0, "Nested too deeply")]


def _guarded(compile_text: Callable[[str], _Compiled], text: str) -> _Compiled:
    try:
        return compile_text(text)
    except RecursionError:
        raise FeelSyntaxError("Nested too deeply", 0, text) from None


@lru_cache(maxsize=CACHE_SIZE)
def _compiled(text: str, names: frozenset[str]) -> Expression:
    return (Dialect(names) if names else _PLAIN).compile(text)


@lru_cache(maxsize=CACHE_SIZE)
def _compiled_tests(text: str, names: frozenset[str]) -> UnaryTests:
    return (Dialect(names) if names else _PLAIN).tests(text)


def _bare(text: str) -> str:
    stripped = text.lstrip()
    return stripped[1:] if stripped.startswith("=") else text


def compile(text: str, names: Collection[str] = ()) -> Expression:  # noqa: A001
    """Compile an expression, from the cache if it is there; a leading `=` is allowed.

    `names` tells the variables with operators in their names (`a-b`); names with spaces need not
    be told. Raises FeelSyntaxError.
    """
    return _compiled(_bare(text), frozenset(names))


def unary_tests(text: str, names: Collection[str] = ()) -> UnaryTests:
    """Compile the unary tests of a decision table cell: `< 5, > 10`. Raises FeelSyntaxError."""
    return _compiled_tests(text, frozenset(names))


def names(text: str) -> frozenset[str]:
    """The variables an expression reads. Raises FeelSyntaxError."""
    return _compiled(_bare(text), frozenset()).names


def check(text: str, names: Collection[str] | None = None) -> list[Problem]:
    """What is wrong with an expression; with `names`, also the variables nobody declared."""
    return Dialect(names or ()).check(_bare(text), names)
