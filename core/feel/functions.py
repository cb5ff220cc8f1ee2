"""The code of function definitions and calls."""

from typing import Any

from core.feel.errors import Null
from core.feel.external import external
from core.feel.limits import Run
from core.feel.scope import RUN, Code, Frame, warn
from core.feel.types import FeelType
from core.feel.values import Function, kind_of


class Closure(Function):
    """A function defined in an expression, with the frame it was defined in."""

    __slots__ = ("body", "frame", "result", "slots", "types")

    def __init__(
        self,
        parameters: tuple[str, ...],
        types: list[FeelType | None],
        slots: list[int],
        body: Code,
        frame: Frame,
        result: FeelType,
    ) -> None:
        super().__init__("function", parameters)
        self.types = types
        self.result = result
        self.slots = slots
        self.body = body
        self.frame = frame

    def call(self, run: Run, arguments: list[Any]) -> Any:
        if len(arguments) != len(self.parameters):
            raise Null(f"{len(self.parameters)} arguments expected, {len(arguments)} given")
        frame = self.frame.copy()
        frame[RUN] = run
        for slot, kind, value in zip(self.slots, self.types, arguments, strict=True):
            frame[slot] = value if kind is None else kind.coerce(value)
        run.enter()
        try:
            return self.body(frame)
        finally:
            run.leave()

    def call_named(self, run: Run, arguments: dict[str, Any]) -> Any:
        return self.call(run, in_order(self.parameters, arguments))


def in_order(parameters: tuple[str, ...], arguments: dict[str, Any]) -> list[Any]:
    """Named arguments in the order of the parameters. Raises Null when they do not match."""
    if arguments.keys() != set(parameters):
        unknown = ", ".join(sorted(arguments.keys() ^ set(parameters)))
        raise Null(f"The parameters do not match: {unknown}")
    return [arguments[name] for name in parameters]


def closure(
    names: tuple[str, ...],
    kinds: list[FeelType | None],
    slots: list[int],
    body: Code,
    result: FeelType,
) -> Code:
    """`function(a, b) body`."""
    return lambda frame: Closure(names, kinds, slots, body, frame.copy(), result)


def named_elsewhere(names: tuple[str, ...], body: Code) -> Code:
    """`function(a) external {…}`: one of the few external functions that are known, else null."""

    def build(frame: Frame) -> Any:
        try:
            return external(names, body(frame))
        except Null as reason:
            warn(frame, str(reason))
            return None

    return build


def call(function: Code, arguments: list[Code], name: str) -> Code:
    """`function(a, b)`."""

    def run(frame: Frame) -> Any:
        found = function(frame)
        if not isinstance(found, Function):
            return _not_callable(frame, found, name)
        try:
            return found.call(frame[RUN], [argument(frame) for argument in arguments])
        except Null as reason:
            warn(frame, f"{found.name}: {reason}")
            return None

    return run


def call_named(function: Code, names: list[str], arguments: list[Code], name: str) -> Code:
    """`function(a: 1, b: 2)`."""
    unique = len(set(names)) == len(names)

    def run(frame: Frame) -> Any:
        found = function(frame)
        if not isinstance(found, Function):
            return _not_callable(frame, found, name)
        try:
            if not unique:
                raise Null("A parameter is given twice")
            values = [argument(frame) for argument in arguments]
            return found.call_named(frame[RUN], dict(zip(names, values, strict=True)))
        except Null as reason:
            warn(frame, f"{found.name}: {reason}")
            return None

    return run


def _not_callable(frame: Frame, found: Any, name: str) -> None:
    warn(frame, f"{name or kind_of(found)} is not a function")
