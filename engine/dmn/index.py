"""Finds the rules of a decision table that may match without looking at each of them.

Sets of rules are whole numbers, one bit a rule. Per column and kind of value, the constants of all
cells are sorted; for each of them, and for each gap between two, there is the set of rules whose
cell accepts it.
"""

from bisect import bisect_left
from typing import Any

from core.feel.temporal import DATETIMES, TIMES
from core.feel.values import Range, kind_of, ordering_key

#: Cells by rule; None accepts everything, and "unknown" has to be asked.
Accepted = tuple[Any, ...] | None


class KindIndex:
    """The sets of rules for values of one kind."""

    __slots__ = ("has_ranges", "keys", "sets", "values")

    def __init__(
        self, spans: list[tuple[int, Any, Any, bool, bool]], values: dict[Any, Any]
    ) -> None:
        """`spans` are (rule, low, high, low closed, high closed); None is no bound."""
        ends = {key for _, low, high, _, _ in spans for key in (low, high) if key is not None}
        self.keys = sorted(ends)
        #: A value for each key.
        self.values = values
        self.has_ranges = any(low != high for _, low, high, _, _ in spans)
        position = {key: 2 * at + 1 for at, key in enumerate(self.keys)}
        size = 2 * len(self.keys) + 1
        starts: dict[int, list[int]] = {}
        stops: dict[int, list[int]] = {}
        for rule, low, high, low_closed, high_closed in spans:
            first = 0 if low is None else position[low] + (not low_closed)
            last = size - 1 if high is None else position[high] - (not high_closed)
            if first <= last:
                starts.setdefault(first, []).append(rule)
                stops.setdefault(last + 1, []).append(rule)
        self.sets = _swept(size, starts, stops)

    def find(self, key: Any) -> int:
        """The rules whose cell accepts a value with that key."""
        at = bisect_left(self.keys, key)
        exact = at < len(self.keys) and self.keys[at] == key
        return self.sets[2 * at + exact]


def _swept(size: int, starts: dict[int, list[int]], ends: dict[int, list[int]]) -> list[int]:
    """The set of rules that are open at each place; a rule may be open several times over."""
    open_count: dict[int, int] = {}
    sets: list[int] = []
    current = 0
    for at in range(size):
        for rule in ends.get(at, ()):
            open_count[rule] -= 1
            if not open_count[rule]:
                current &= ~(1 << rule)
        for rule in starts.get(at, ()):
            open_count[rule] = open_count.get(rule, 0) + 1
            current |= 1 << rule
        sets.append(current)
    return sets


class ColumnIndex:
    """The sets of rules for one column."""

    __slots__ = ("by_kind", "others")

    def __init__(self, cells: list[Accepted], asked: list[bool]) -> None:
        """`cells` by rule: what is accepted; `asked` marks cells that have to be evaluated."""
        self.others = 0
        spans: dict[str, list[tuple[int, Any, Any, bool, bool]]] = {}
        values: dict[str, dict[Any, Any]] = {}
        for rule, (accepted, ask) in enumerate(zip(cells, asked, strict=True)):
            if ask or accepted is None:
                self.others |= 1 << rule
                continue
            for value in accepted:
                kind, span = span_of(value)
                spans.setdefault(kind, []).append((rule, *span))
                ends = (value.low, value.high) if type(value) is Range else (value,)
                named = values.setdefault(kind, {})
                named.update((key_of(end), end) for end in ends if end is not None)
        self.by_kind = {kind: KindIndex(found, values[kind]) for kind, found in spans.items()}

    def find(self, value: Any) -> int:
        """The rules whose cell accepts the value, or has to be asked."""
        index = self.by_kind.get(kind_of(value))
        return self.others if index is None else self.others | index.find(key_of(value))


def is_indexable(accepted: tuple[Any, ...]) -> bool:
    """Whether all accepted values and ranges have a key that decides about equality and order."""
    return all(_has_key(value) for value in accepted)


def _has_key(value: Any) -> bool:
    if type(value) is Range:
        ends = [end for end in (value.low, value.high) if end is not None]
        return bool(ends) and all(_has_key(end) for end in ends)
    # Times are equal when their whole seconds are, but ordered exactly: one key cannot do both.
    return type(value) not in TIMES | DATETIMES and key_of(value) is not None


def key_of(value: Any) -> Any:
    """What a value is looked up by."""
    return int(value) if type(value) is bool else ordering_key(value)


def span_of(value: Any) -> tuple[str, tuple[Any, Any, bool, bool]]:
    """The kind of the values in a cell, and from where to where it reaches."""
    if type(value) is not Range:
        key = key_of(value)
        return kind_of(value), (key, key, True, True)
    low = None if value.low is None else key_of(value.low)
    high = None if value.high is None else key_of(value.high)
    kind = kind_of(value.high if value.low is None else value.low)
    return kind, (low, high, value.low_closed, value.high_closed)
