"""Sums, extremes and averages of lists (DMN 1.5, 10.3.4.4)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from core.feel.builtins.registry import builtin, require, same_kind
from core.feel.errors import Null
from core.feel.numbers import CONTEXT, ONE, ZERO
from core.feel.values import hashable, kind_of, ordering_key

_F = TypeVar("_F", bound=Callable[..., Any])


def both(name: str) -> Callable[[_F], _F]:
    """Declare a built-in that takes one list, or its items as arguments."""

    def declare(function: _F) -> _F:
        return builtin(name, "*list: any~", least=2)(builtin(name, "list: list")(function))

    return declare


def _numbers(items: list[Any]) -> list[Decimal]:
    for item in items:
        require(type(item) is Decimal, f"{kind_of(item)} is not a number")
    return items


def _filled(items: list[Any]) -> list[Any]:
    require(bool(items), "the list is empty")
    return items


def _calculated(function: Callable[[], Any]) -> Any:
    try:
        return function()
    except ArithmeticError:
        raise Null("the result is not a number") from None


@both("min")
def min_(items: list[Any]) -> Any:
    """The smallest item."""
    return min(_comparable(items), key=ordering_key)


@both("max")
def max_(items: list[Any]) -> Any:
    """The largest item."""
    return max(_comparable(items), key=ordering_key)


def _comparable(items: list[Any]) -> list[Any]:
    same_kind(_filled(items))
    require(ordering_key(items[0]) is not None, f"{kind_of(items[0])} has no order")
    return items


@both("sum")
def sum_(items: list[Any]) -> Any:
    """All added up; durations too."""
    return _total(_filled(items))


def _total(items: list[Any]) -> Decimal:
    _numbers(items)

    def total() -> Decimal:
        result = ZERO
        for item in items:
            result = CONTEXT.add(result, item)
        return result

    result: Decimal = _calculated(total)
    return result


@both("mean")
def mean(items: list[Any]) -> Any:
    """The average."""
    return CONTEXT.divide(_total(_filled(items)), Decimal(len(items)))


@both("product")
def product(items: list[Any]) -> Any:
    """All multiplied."""
    _numbers(_filled(items))

    def total() -> Decimal:
        result = ONE
        for item in items:
            result = CONTEXT.multiply(result, item)
        return result

    return _calculated(total)


@both("median")
def median(items: list[Any]) -> Any:
    """The middle item, or the mean of the two in the middle."""
    ordered = sorted(_numbers(_filled(items)))
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return CONTEXT.divide(CONTEXT.add(ordered[middle - 1], ordered[middle]), Decimal(2))


@both("stddev")
def stddev(items: list[Any]) -> Any:
    """The standard deviation of a sample."""
    _numbers(items)
    require(len(items) > 1, "a deviation needs two numbers")
    return _calculated(lambda: _deviation(items))


def _deviation(items: list[Decimal]) -> Decimal:
    average = mean(items)
    squares = ZERO
    for item in items:
        distance = CONTEXT.subtract(item, average)
        squares = CONTEXT.add(squares, CONTEXT.multiply(distance, distance))
    return CONTEXT.sqrt(CONTEXT.divide(squares, Decimal(len(items) - 1)))


@both("mode")
def mode(items: list[Any]) -> list[Any]:
    """The most frequent items, in ascending order."""
    _numbers(items)
    counts: dict[Any, int] = {}
    values: dict[Any, Any] = {}
    for item in items:
        key = hashable(item)
        counts[key] = counts.get(key, 0) + 1
        values.setdefault(key, item)
    most = max(counts.values(), default=0)
    return sorted(values[key] for key, count in counts.items() if count == most)
