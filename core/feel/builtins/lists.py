"""List built-ins (DMN 1.5, 10.3.4.4); sums and averages are in statistics."""

from decimal import Decimal
from typing import Any

from core.feel.builtins.registry import builtin, require
from core.feel.limits import Run, require_bounded, require_size
from core.feel.values import Function, equal, hashable, kind_of


@builtin("list contains", "list: list, element: any~")
def list_contains(items: list[Any], element: Any) -> bool:
    """Whether the list has an item equal to the element."""
    return any(equal(item, element) is True for item in items)


@builtin("count", "list: list")
def count(items: list[Any]) -> Decimal:
    """The number of items."""
    return Decimal(len(items))


@builtin("sublist", "list: list, start position: number, length: number?")
def sublist(items: list[Any], start: Decimal, length: Decimal | None = None) -> list[Any]:
    """Items from a position that counts from 1, or from the end when negative."""
    position = _truncated(start)
    require(position != 0 and abs(position) <= len(items), "the position is outside of the list")
    first = position - 1 if position > 0 else len(items) + position
    if length is None:
        return items[first:]
    size = _truncated(length)
    require(1 <= size <= len(items) - first, "the length is out of range")
    return items[first : first + size]


@builtin("append", "list: list, *items: any~")
def append(items: list[Any], more: list[Any]) -> list[Any]:
    """The list with items at its end."""
    return [*items, *more]


@builtin("concatenate", "*lists: list")
def concatenate(lists: list[list[Any]]) -> list[Any]:
    """The items of all lists."""
    return _joined(lists)


def _joined(lists: list[list[Any]]) -> list[Any]:
    require(all(items is not None for items in lists), "a list is null")
    require_size(sum(map(len, lists)))
    return [item for items in lists for item in items]


@builtin("insert before", "list: list, position: number, newItem: any~")
def insert_before(items: list[Any], position: Decimal, item: Any) -> list[Any]:
    """The list with an item inserted at a position."""
    index = _index(items, position)
    return [*items[:index], item, *items[index:]]


@builtin("remove", "list: list, position: number")
def remove(items: list[Any], position: Decimal) -> list[Any]:
    """The list without the item at a position."""
    index = _index(items, position)
    return [*items[:index], *items[index + 1 :]]


def _truncated(position: Decimal) -> int:
    """A position without its fraction; 0, which is no position, when it is far too large."""
    return int(position) if abs(position) < 10**9 else 0


def _index(items: list[Any], position: Decimal) -> int:
    index = _truncated(position)
    require(index != 0 and abs(index) <= len(items), "the position is outside of the list")
    return index - 1 if index > 0 else len(items) + index


@builtin("list replace", "list: list, position: number, newItem: any~")
def list_replace(items: list[Any], position: Decimal, item: Any) -> list[Any]:
    """The list with the item at a position replaced."""
    index = _index(items, position)
    return [*items[:index], item, *items[index + 1 :]]


@builtin("list replace", "list: list, match: function, newItem: any~", run=True)
def list_replace_matching(run: Run, items: list[Any], match: Function, new_item: Any) -> list[Any]:
    """The list with every item replaced for which `match(item, newItem)` holds."""
    replaced = []
    for item in items:
        passed = match.call(run, [item, new_item])
        require(type(passed) is bool, f"match gives {kind_of(passed)}")
        replaced.append(new_item if passed else item)
    return replaced


@builtin("reverse", "list: list")
def reverse(items: list[Any]) -> list[Any]:
    """The items in opposite order."""
    return list(reversed(items))


@builtin("index of", "list: list, match: any~")
def index_of_(items: list[Any], match: Any) -> list[Decimal]:
    """The positions of all items equal to the match."""
    return [Decimal(at) for at, item in enumerate(items, 1) if equal(item, match) is True]


@builtin("union", "*lists: list")
def union(lists: list[list[Any]]) -> list[Any]:
    """The items of all lists, each once."""
    return distinct_values(_joined(lists))


@builtin("distinct values", "list: list")
def distinct_values(items: list[Any]) -> list[Any]:
    """Each item once, in the order of the first."""
    require_bounded(items)
    found: dict[Any, Any] = {}
    for item in items:
        found.setdefault(hashable(item), item)
    return list(found.values())


@builtin("flatten", "list: list")
def flatten(items: list[Any]) -> list[Any]:
    """The items of all nested lists."""
    flat: list[Any] = []
    stack = [iter(items)]
    visited = 0
    while stack:
        for item in stack[-1]:
            visited += 1
            require_size(visited)
            if type(item) is list:
                stack.append(iter(item))
                break
            flat.append(item)
        else:
            stack.pop()
    return flat
