"""FEEL values: what kinds there are, how they are read, compared and written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from core.feel.errors import FeelLimitExceeded
from core.feel.limits import MAX_PARTS, MAX_STRING, Run
from core.feel.numbers import format_number, from_float, from_int
from core.feel.temporal import (
    DATES,
    DATETIMES,
    DURATIONS,
    SECOND,
    TIMES,
    WideDate,
    WideDateTime,
    WideDuration,
    WideTime,
    YearsMonths,
    day_number,
    duration_nanos,
    instant,
    time_instant,
)
from core.feel.timetext import format_temporal

#: Most parts of two values that are compared with one another.
MAX_COMPARED = 1_000_000


@dataclass(frozen=True, slots=True)
class Range:
    """A range of comparable values.

    `operator` is set for what `(< 5)` and its like stand for: there None is no bound, while a range
    with a null end contains nothing that could be told (DMN 1.5, 10.3.2.7).
    """

    low: Any
    high: Any
    low_closed: bool = True
    high_closed: bool = True
    operator: str = ""

    def __str__(self) -> str:
        return format_value(self)


@dataclass(frozen=True, slots=True)
class Unequal:
    """What `(!= x)` stands for: everything but `x`."""

    value: Any

    def __str__(self) -> str:
        return format_value(self)


class Function:
    """A function value. `parameters` are its names in order; `variadic` takes any number more."""

    __slots__ = ("name", "parameters")

    def __init__(self, name: str, parameters: tuple[str, ...]) -> None:
        self.name = name
        self.parameters = parameters

    def __str__(self) -> str:
        return format_value(self)

    def call(self, run: Run, arguments: list[Any]) -> Any:
        """The result for positional arguments. Raises Null when it is null for a reason."""
        raise NotImplementedError

    def call_named(self, run: Run, arguments: dict[str, Any]) -> Any:
        """The result for named arguments. Raises Null."""
        raise NotImplementedError


KIND_OF: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    str: "string",
    Decimal: "number",
    list: "list",
    dict: "context",
    Range: "range",
    Unequal: "range",
    YearsMonths: "years and months duration",
    date: "date",
    WideDate: "date",
    time: "time",
    WideTime: "time",
    datetime: "date and time",
    WideDateTime: "date and time",
    timedelta: "days and time duration",
    WideDuration: "days and time duration",
}


def kind_of(value: Any) -> str:
    """The name of the FEEL type of a value."""
    found = KIND_OF.get(type(value))
    return found or ("function" if isinstance(value, Function) else "unknown")


# -- reading Python's values

_AS_IS = frozenset(KIND_OF) - {list, dict}


def read(value: Any) -> Any:
    """A Python value as FEEL's: numbers become Decimal, all the way down; what is unknown, None.

    Raises FeelLimitExceeded for a value with too many parts.
    """
    return _read(value, [MAX_PARTS])


def read_once(value: Any, run: Run | None) -> Any:
    """As `read`, but a list or context is converted only once in an evaluation."""
    if run is None:
        return read(value)
    known = run.known.get(id(value))
    if known is not None:
        return known[1]
    result = read(value)
    if type(result) is list or type(result) is dict:
        run.known[id(value)] = (value, result)
        run.known[id(result)] = (result, result)
    return result


def _read(value: Any, budget: list[int]) -> Any:
    kind = type(value)
    if kind in _AS_IS:
        return value if kind is not Decimal or value.is_finite() else None
    if kind is int:
        return from_int(value)
    if kind is float:
        return from_float(value)
    if kind is list or kind is dict:
        budget[0] -= len(value)
        if budget[0] < 0:
            raise FeelLimitExceeded(what="parts of a value", limit=MAX_PARTS)
        if kind is list:
            return [_read(item, budget) for item in value]
        return {str(key): _read(item, budget) for key, item in value.items()}
    return _read_other(value, budget)


def _read_other(value: Any, budget: list[int]) -> Any:
    if isinstance(value, Function):
        return value
    if isinstance(value, Mapping):
        return _read(dict(value), budget)
    if isinstance(value, list | tuple | set | frozenset):
        return _read(list(value), budget)
    for kind, convert in _SUBCLASSES:
        if isinstance(value, kind):
            return convert(value)
    return None


_SUBCLASSES: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (str, lambda value: str.__str__(value)),
    (int, lambda value: from_int(int(value))),
    (float, lambda value: from_float(float(value))),
    (Decimal, lambda value: Decimal(value) if value.is_finite() else None),
)


# -- comparing


def ordering_key(value: Any) -> Any:
    """What values of this kind are ordered by; None when they have no order."""
    kind = type(value)
    if kind is Decimal or kind is str:
        return value
    if kind in DATES:
        return day_number(value)
    if kind in DATETIMES:
        return instant(value)
    if kind in TIMES:
        return time_instant(value)
    if kind in DURATIONS:
        return duration_nanos(value)
    return value.months if kind is YearsMonths else None


def compare(left: Any, right: Any) -> int | None:
    """-1, 0 or 1; None when the two cannot be ordered."""
    if KIND_OF.get(type(left)) != KIND_OF.get(type(right)):
        return None
    first, second = ordering_key(left), ordering_key(right)
    if first is None or second is None:
        return None
    return int(first > second) - int(first < second)


def equal(left: Any, right: Any) -> bool | None:
    """FEEL's `=`; None when the kinds differ (DMN 1.5, Table 53)."""
    return _equal(left, right, [MAX_COMPARED])


def _equal(left: Any, right: Any, budget: list[int]) -> bool | None:
    if left is None or right is None:
        return left is right
    if kind_of(left) != kind_of(right):
        return None
    kind = type(left)
    if kind is list:
        return _equal_lists(left, right, budget)
    if kind is dict:
        return left.keys() == right.keys() and _equal_lists(
            list(left.values()), [right[key] for key in left], budget
        )
    if kind is Range and type(right) is Range:
        ends = [left.low, left.high, left.low_closed, left.high_closed, left.operator]
        others = [right.low, right.high, right.low_closed, right.high_closed, right.operator]
        return _equal_lists(ends, others, budget)
    if kind is Unequal and type(right) is Unequal:
        return _equal(left.value, right.value, budget)
    key, other = ordering_key(left), ordering_key(right)
    if kind in TIMES or kind in DATETIMES:
        # Equality looks at the properties (Table 53), and `second` is a whole number.
        return bool(key // SECOND == other // SECOND)
    return bool(left == right) if key is None else bool(key == other)


def _equal_lists(left: list[Any], right: list[Any], budget: list[int]) -> bool:
    if left is right:
        return True
    if len(left) != len(right):
        return False
    budget[0] -= len(left)
    if budget[0] < 0:
        raise FeelLimitExceeded(what="compared values", limit=MAX_COMPARED)
    return all(_equal(a, b, budget) is True for a, b in zip(left, right, strict=True))


def contains(found: Range, value: Any) -> bool | None:
    """Whether a value lies in a range; None when they cannot be compared."""
    if value is None or (None in (found.low, found.high) and not found.operator):
        return None
    if found.low is not None:
        order = compare(value, found.low)
        if order is None:
            return None
        if order < 0 or (order == 0 and not found.low_closed):
            return False
    if found.high is None:
        return True
    order = compare(value, found.high)
    return None if order is None else order < 0 or (order == 0 and found.high_closed)


def hashable(value: Any) -> Any:
    """A key that is the same exactly for equal values, or TypeError for what cannot have one."""
    kind = type(value)
    if kind is list:
        return ("list", *(hashable(item) for item in value))
    if kind is dict:
        return ("context", frozenset((key, hashable(item)) for key, item in value.items()))
    if kind is Range:
        closed = (value.low_closed, value.high_closed, value.operator)
        return ("range", hashable(value.low), hashable(value.high), *closed)
    key = ordering_key(value)
    if kind in TIMES or kind in DATETIMES:
        key //= SECOND
    return (kind_of(value), value if key is None else key)


# -- writing


def format_value(value: Any) -> str:
    """A value as `string()` writes it: strings without quotes at the top, with them inside."""
    if type(value) is str:
        return value
    parts: list[str] = []
    _write(value, parts, [MAX_STRING])
    return "".join(parts)


def _write(value: Any, parts: list[str], budget: list[int]) -> None:
    kind = type(value)
    if kind is list:
        _write_all("[", ((None, item) for item in value), "]", parts, budget)
    elif kind is dict:
        _write_all("{", value.items(), "}", parts, budget)
    elif kind is Range:
        _write_range(value, parts, budget)
    else:
        text = _scalar(value)
        budget[0] -= len(text) + 1
        if budget[0] < 0:
            raise FeelLimitExceeded(what="characters in a string", limit=MAX_STRING)
        parts.append(text)


def _write_all(first: str, entries: Any, last: str, parts: list[str], budget: list[int]) -> None:
    budget[0] -= 2
    parts.append(first)
    for index, (key, item) in enumerate(entries):
        if index:
            parts.append(", ")
        if key is not None:
            parts.append(f"{_key(key)}: ")
            budget[0] -= len(key)
        _write(item, parts, budget)
    parts.append(last)


def _key(key: str) -> str:
    plain = key.replace("_", "a").replace(" ", "a").isalnum() and not key[:1].isdigit()
    return key if plain else quote(key)


def _write_range(value: Range, parts: list[str], budget: list[int]) -> None:
    if value.operator:
        end = value.high if value.low is None else value.low
        parts.append(f"({value.operator} ")
        _write(end, parts, budget)
        parts.append(")")
        return
    parts.append("[" if value.low_closed else "(")
    _write(value.low, parts, budget)
    parts.append("..")
    _write(value.high, parts, budget)
    parts.append("]" if value.high_closed else ")")


def _scalar(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return quote(value)
    if kind is Decimal:
        return format_number(value)
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is Unequal:
        return f"(!= {format_value(value.value)})"
    if isinstance(value, Function):
        return f"function({', '.join(value.parameters)})"
    return format_temporal(value)


def quote(text: str) -> str:
    """A string as a literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'
