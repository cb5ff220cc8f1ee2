"""The code of `for`, `some` and `every`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.feel.errors import Null
from core.feel.limits import MAX_LIST, require_size
from core.feel.scope import RUN, Code, Frame, warn
from core.feel.temporal import DATES, civil_of, day_number, make_date
from core.feel.values import Range, compare, kind_of


@dataclass(frozen=True)
class Source:
    """Where an iterator's values come from: a list, or the range from `start` to `end`."""

    slot: int
    start: Code
    end: Code | None


def copied(code: Code) -> Code:
    """`partial` as a list of its own, because the original still grows."""

    def load(frame: Frame) -> Any:
        values = code(frame)
        if type(values) is not list:
            return values
        frame[RUN].step(len(values) // 16)
        return list(values)

    return load


def loop(sources: list[Source], body: Code, partial: int) -> Code:
    """`for … return body`."""

    def run(frame: Frame) -> Any:
        results: list[Any] = []
        frame[partial] = results
        step = frame[RUN].step
        try:
            for _ in _rounds(frame, sources, 0):
                step()
                results.append(body(frame))
                frame[partial] = results
        except Null as reason:
            warn(frame, str(reason))
            return None
        require_size(len(results))
        return results

    return run


def quantified(sources: list[Source], test: Code, every: bool) -> Code:
    """`some|every … satisfies test`, with three-valued logic."""

    def run(frame: Frame) -> bool | None:
        result: bool | None = every
        step = frame[RUN].step
        try:
            for _ in _rounds(frame, sources, 0):
                step()
                value = test(frame)
                if value is (not every):
                    return not every
                if value is not every:
                    result = None
        except Null as reason:
            warn(frame, str(reason))
            return None
        return result

    return run


def _rounds(frame: Frame, sources: list[Source], depth: int) -> Iterator[None]:
    source = sources[depth]
    last = depth + 1 == len(sources)
    for value in values_of(frame, source):
        frame[source.slot] = value
        if last:
            yield
        else:
            frame[RUN].step()
            yield from _rounds(frame, sources, depth + 1)


def values_of(frame: Frame, source: Source) -> Iterable[Any]:
    """The values of one iterator. Raises Null when there is nothing to iterate over."""
    start = source.start(frame)
    if source.end is not None:
        return between(start, source.end(frame))
    if type(start) is list:
        return start
    if type(start) is Range:
        return range_values(start)
    if start is None:
        raise Null("null cannot be iterated over")
    return [start]


def range_values(found: Range) -> list[Any]:
    """All values of a range of whole numbers or dates. Raises Null for other ranges."""
    if (compare(found.low, found.high) or 0) > 0:
        raise Null("The range ends before it starts")
    values = list(between(found.low, found.high))
    if values and not found.low_closed:
        values = values[1:]
    if values and not found.high_closed and values[-1] == found.high:
        values = values[:-1]
    return values


def between(low: Any, high: Any) -> Iterable[Any]:
    """From low to high, both included, up or down. Raises Null."""
    if type(low) is Decimal and type(high) is Decimal:
        start, end = _whole(low), _whole(high)
        return [Decimal(number) for number in _span(start, end)]
    if type(low) in DATES and type(high) in DATES:
        return [make_date(*civil_of(day)) for day in _span(day_number(low), day_number(high))]
    raise Null(f"There are no steps from {kind_of(low)} to {kind_of(high)}")


def _whole(value: Decimal) -> int:
    if value != value.to_integral_value():
        raise Null(f"{value} is not a whole number")
    return int(value)


def _span(start: int, end: int) -> range:
    require_size(min(abs(end - start), MAX_LIST + 1))
    return range(start, end + 1) if start <= end else range(start, end - 1, -1)
