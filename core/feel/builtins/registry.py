"""How built-ins are declared and called: signatures, overloads, coercion of arguments."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from core.feel.errors import Null
from core.feel.limits import Run
from core.feel.temporal import DATES, DATETIMES
from core.feel.types import ANY, SIMPLE, FeelType
from core.feel.values import Function, Range, Unequal, kind_of

_F = TypeVar("_F", bound=Callable[..., Any])


class _Moment(FeelType):
    """A date, or a date and time."""

    name = "date or date and time"

    def accepts(self, value: Any) -> bool:
        return type(value) in DATES or type(value) in DATETIMES


class _Point(FeelType):
    """Anything that is no range, list or context."""

    name = "point"

    def accepts(self, value: Any) -> bool:
        return type(value) not in (Range, Unequal, list, dict)


class _List(FeelType):
    """A list; any other value that is not null counts as a list of one."""

    name = "list"

    def coerce(self, value: Any) -> Any:
        return value if type(value) is list or value is None else [value]


_TYPES: dict[str, FeelType] = {
    **SIMPLE,
    "any": ANY,
    "list": _List(),
    "moment": _Moment(),
    "point": _Point(),
}


class Parameter(NamedTuple):
    """One parameter of an overload."""

    name: str
    type: FeelType
    optional: bool
    nullable: bool
    variadic: bool


class Overload(NamedTuple):
    """One way to call a built-in."""

    parameters: tuple[Parameter, ...]
    required: int
    most: int
    function: Callable[..., Any]
    wants_run: bool


class Builtin(Function):
    """A built-in function with its overloads, tried in order."""

    __slots__ = ("overloads", "result", "types")

    def __init__(self, name: str) -> None:
        super().__init__(name, ())
        self.overloads: list[Overload] = []
        self.types: list[FeelType | None] | None = None
        self.result: FeelType | None = None

    def add(self, overload: Overload) -> None:
        """One more way to call it."""
        self.overloads.append(overload)
        if len(self.overloads) == 1:
            self.parameters = tuple(parameter.name for parameter in overload.parameters)

    def call(self, run: Run, arguments: list[Any]) -> Any:
        count = len(arguments)
        reason: Null | None = None
        run.step(1 + sum(map(_cost, arguments)))
        for overload in self.overloads:
            if not overload.required <= count <= overload.most:
                continue
            try:
                fitted = _fit(overload, arguments)
            except Null as failure:
                reason = reason or failure
                continue
            return _invoke(overload, run, fitted)
        raise reason or Null(f"{count} arguments do not fit")

    def call_named(self, run: Run, arguments: dict[str, Any]) -> Any:
        reason: Null | None = None
        run.step(1 + sum(map(_cost, arguments.values())))
        for overload in self.overloads:
            try:
                fitted = _fit(overload, _order(overload, arguments))
            except Null as failure:
                reason = reason or failure
                continue
            return _invoke(overload, run, fitted)
        raise reason or Null("The arguments do not fit")


def _cost(value: Any) -> int:
    """Steps for looking at an argument."""
    kind = type(value)
    if kind is list:
        return len(value) // 2
    return len(value) // 100 if kind is str else 0


def _fit(overload: Overload, arguments: list[Any]) -> list[Any]:
    """The arguments made to fit the types. Raises Null."""
    parameters = overload.parameters
    last = parameters[-1] if parameters else None
    if last and last.variadic:
        fixed = parameters[:-1]
        rest = [last.type.coerce(value) for value in arguments[len(fixed) :]]
        return [*_fit_fixed(fixed, arguments[: len(fixed)]), rest]
    return _fit_fixed(parameters, arguments)


def _fit_fixed(parameters: tuple[Parameter, ...], arguments: list[Any]) -> list[Any]:
    fitted = []
    for parameter, value in zip(parameters, arguments, strict=False):
        if value is None and not parameter.nullable:
            raise Null(f"{parameter.name} is null")
        fitted.append(parameter.type.coerce(value))
    return fitted


def _order(overload: Overload, arguments: dict[str, Any]) -> list[Any]:
    """Named arguments in the order of the parameters. Raises Null."""
    names = [parameter.name for parameter in overload.parameters]
    unknown = arguments.keys() - set(names)
    if unknown:
        raise Null(f"There is no parameter {', '.join(sorted(unknown))}")
    ordered: list[Any] = []
    for parameter in overload.parameters:
        if parameter.name not in arguments:
            if not parameter.optional:
                raise Null(f"{parameter.name} is missing")
            ordered.append(None)
        elif parameter.variadic:
            value = arguments[parameter.name]
            ordered.extend(value if type(value) is list else [value])
        else:
            ordered.append(arguments[parameter.name])
    while ordered and overload.parameters[len(ordered) - 1].name not in arguments:
        ordered.pop()
    return ordered


def _invoke(overload: Overload, run: Run, arguments: list[Any]) -> Any:
    if overload.wants_run:
        return overload.function(run, *arguments)
    return overload.function(*arguments)


#: Every built-in by its name.
BUILTINS: dict[str, Builtin] = {}


def builtin(name: str, signature: str, *, run: bool = False, least: int = 0) -> Callable[[_F], _F]:
    """Declare a function as (an overload of) a built-in.

    The signature lists `name: type`; `?` after a type makes it optional, `~` lets null through,
    and `*` before a name takes all remaining arguments as one list; `least` of them all.
    """

    def declare(function: _F) -> _F:
        parts = [part.strip() for part in signature.split(",")] if signature else []
        parameters = tuple(_parameter(part) for part in parts)
        required = sum(not (item.optional or item.variadic) for item in parameters)
        required = max(required, least)
        variadic = any(item.variadic for item in parameters)
        most = 10**6 if variadic else len(parameters)
        overload = Overload(parameters, required, most, function, run)
        BUILTINS.setdefault(name, Builtin(name)).add(overload)
        return function

    return declare


def _parameter(text: str) -> Parameter:
    name, _, kind = text.partition(":")
    kind = kind.strip()
    optional, nullable = "?" in kind, "~" in kind or "?" in kind
    found = _TYPES[kind.strip("?~")]
    return Parameter(name.strip("* "), found, optional, nullable, name.startswith("*"))


def require(condition: bool, reason: str) -> None:
    """Raise Null with the reason unless the condition holds."""
    if not condition:
        raise Null(reason)


def same_kind(items: list[Any]) -> None:
    """Raise Null unless all items are of one kind that has an order."""
    kinds = {kind_of(item) for item in items}
    require(len(kinds) <= 1, f"{' and '.join(sorted(kinds))} cannot be compared")
