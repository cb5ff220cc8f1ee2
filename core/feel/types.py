"""FEEL's types: what values belong to them, and how a value is made to fit (DMN 1.5, 10.3.2.9)."""

from collections.abc import Callable, Mapping
from typing import Any

from core.feel import tree
from core.feel.errors import Null
from core.feel.temporal import DATES, day_number, make_datetime
from core.feel.timetext import make_zone
from core.feel.values import Function, Range, Unequal, kind_of


class FeelType:
    """A type by its name; this one is `Any`."""

    name = "Any"

    def accepts(self, value: Any) -> bool:
        """Whether a value that is not null belongs to the type."""
        return True

    def conforms_to(self, other: "FeelType") -> bool:
        """Whether every value of this type belongs to the other."""
        return type(other) is FeelType or (
            type(self) is type(other) and self.name == other.name and self.parts() == other.parts()
        )

    def parts(self) -> Any:
        """What distinguishes types of one name."""
        return None

    def fits(self, value: Any) -> bool:
        """Whether a value, which may be null, can be where the type is expected."""
        return value is None or self.accepts(value)

    def coerce(self, value: Any) -> Any:
        """The value made to fit. Raises Null when it cannot be."""
        if self.fits(value):
            return value
        if type(value) is list and len(value) == 1 and value[0] is not None and self.fits(value[0]):
            return value[0]
        raise Null(f"{kind_of(value)} where {self.name} is expected")


class Simple(FeelType):
    """number, string, boolean, the times and durations; also unparameterised list and context."""

    def __init__(self, name: str) -> None:
        self.name = name

    def accepts(self, value: Any) -> bool:
        return kind_of(value) == self.name

    def coerce(self, value: Any) -> Any:
        if self.name == "date and time" and type(value) in DATES:
            return make_datetime(day_number(value), 0, make_zone(0))
        return super().coerce(value)


class NullType(FeelType):
    """The type of null alone."""

    name = "Null"

    def accepts(self, value: Any) -> bool:
        return value is None

    def conforms_to(self, other: FeelType) -> bool:
        return True


class DurationType(FeelType):
    """Either kind of duration."""

    name = "duration"

    def accepts(self, value: Any) -> bool:
        return kind_of(value).endswith("duration")


class ListType(FeelType):
    """`list<item>`."""

    def __init__(self, item: FeelType) -> None:
        self.item = item
        self.name = f"list<{item.name}>"

    def accepts(self, value: Any) -> bool:
        return type(value) is list and all(self.item.fits(item) for item in value)

    def conforms_to(self, other: FeelType) -> bool:
        if isinstance(other, ListType):
            return self.item.conforms_to(other.item)
        return other.name in ("Any", "list")

    def coerce(self, value: Any) -> Any:
        if type(value) is list:
            return [self.item.coerce(item) for item in value]
        return None if value is None else [self.item.coerce(value)]


class RangeType(FeelType):
    """`range<item>`."""

    def __init__(self, item: FeelType) -> None:
        self.item = item
        self.name = f"range<{item.name}>"

    def accepts(self, value: Any) -> bool:
        if type(value) is Unequal:
            return self.item.fits(value.value)
        return type(value) is Range and self.item.fits(value.low) and self.item.fits(value.high)

    def conforms_to(self, other: FeelType) -> bool:
        if isinstance(other, RangeType):
            return self.item.conforms_to(other.item)
        return other.name in ("Any", "range")


class ContextType(FeelType):
    """`context<a: number, …>`: a context with at least these entries."""

    def __init__(self, members: Mapping[str, FeelType]) -> None:
        self.members = dict(members)
        inner = ", ".join(f"{name}: {kind.name}" for name, kind in members.items())
        self.name = f"context<{inner}>"

    def accepts(self, value: Any) -> bool:
        return type(value) is dict and all(
            name in value and kind.fits(value[name]) for name, kind in self.members.items()
        )

    def conforms_to(self, other: FeelType) -> bool:
        if isinstance(other, ContextType):
            return all(
                name in self.members and self.members[name].conforms_to(kind)
                for name, kind in other.members.items()
            )
        return other.name in ("Any", "context")


class FunctionType(FeelType):
    """`function<a, b> -> c`."""

    def __init__(self, parameters: list[FeelType], result: FeelType) -> None:
        self.parameters = parameters
        self.result = result
        inner = ", ".join(kind.name for kind in parameters)
        self.name = f"function<{inner}> -> {result.name}"

    def accepts(self, value: Any) -> bool:
        return isinstance(value, Function) and signature_of(value).conforms_to(self)

    def conforms_to(self, other: FeelType) -> bool:
        if not isinstance(other, FunctionType):
            return other.name in ("Any", "function")
        return (
            len(self.parameters) == len(other.parameters)
            and self.result.conforms_to(other.result)
            and all(
                theirs.conforms_to(ours)
                for ours, theirs in zip(self.parameters, other.parameters, strict=True)
            )
        )


def signature_of(function: Function) -> FunctionType:
    """The type of a function value: declared types, `Any` where none is declared."""
    declared = getattr(function, "types", None) or [None] * len(function.parameters)
    result = getattr(function, "result", None) or ANY
    return FunctionType([kind or ANY for kind in declared], result)


ANY = FeelType()
NULL = NullType()
SIMPLE: dict[str, FeelType] = {
    **{
        name: Simple(name)
        for name in (
            "number",
            "string",
            "boolean",
            "date",
            "time",
            "date and time",
            "days and time duration",
            "years and months duration",
            "list",
            "context",
            "range",
            "function",
        )
    },
    "Any": ANY,
    "any": ANY,
    "Null": NULL,
    "null": NULL,
    "duration": DurationType(),
    "dateTime": Simple("date and time"),
    "dayTimeDuration": Simple("days and time duration"),
    "yearMonthDuration": Simple("years and months duration"),
    "day time duration": Simple("days and time duration"),
}


def resolve(name: tree.TypeName, known: Callable[[str], FeelType | None]) -> FeelType | None:
    """The type a name in an expression stands for; None when nobody knows it."""
    if name.name == "function" and name.result is not None:
        return _function(name, known)
    parts = [resolve(parameter, known) for parameter in name.parameters]
    found = [part for part in parts if part is not None]
    if len(found) < len(parts):
        return None
    if name.name == "context" and name.members:
        return ContextType(dict(zip(name.members, found, strict=True)))
    if found and name.name == "list":
        return ListType(found[0])
    if found and name.name == "range":
        return RangeType(found[0])
    return SIMPLE.get(name.name) or known(name.name)


def _function(name: tree.TypeName, known: Callable[[str], FeelType | None]) -> FeelType | None:
    parts = [resolve(parameter, known) for parameter in name.parameters]
    result = resolve(name.result, known) if name.result else None
    found = [part for part in parts if part is not None]
    return FunctionType(found, result) if result and len(found) == len(parts) else None
