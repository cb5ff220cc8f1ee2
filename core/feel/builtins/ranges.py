"""Relations between points and ranges (DMN 1.5, 10.3.4.9), and `range`."""

import re
from collections.abc import Callable
from typing import Any

from core.feel.builtins.registry import builtin, require
from core.feel.errors import Null
from core.feel.lexer import unquote
from core.feel.numbers import parse_number
from core.feel.timetext import (
    parse_date,
    parse_datetime,
    parse_feel_duration,
    parse_temporal,
    parse_time,
)
from core.feel.values import Range, Unequal, compare

_PAIRS = (
    ("point1: point, point2: point", False, False),
    ("point: point, range: range", False, True),
    ("range: range, point: point", True, False),
    ("range1: range, range2: range", True, True),
)


def _order(left: Any, right: Any) -> int:
    order = compare(left, right)
    if order is None:
        raise Null("the two cannot be compared")
    return order


def _bounded(value: Any) -> Any:
    if type(value) is Unequal or (type(value) is Range and None in (value.low, value.high)):
        raise Null("a range has no bound on one side")
    return value


def _declare(
    name: str, pairs: str, rule: Callable[[Any, Any], bool], *, swapped: bool = False
) -> None:
    """Declare a relation for the given pairs: p for point, r for range, as in "pp pr rr"."""
    for signature, left_range, right_range in _PAIRS:
        key = ("r" if left_range else "p") + ("r" if right_range else "p")
        if key in pairs.split():
            builtin(name, signature)(_relation(rule, swapped))


def _relation(rule: Callable[[Any, Any], bool], swapped: bool) -> Callable[[Any, Any], bool]:
    def relation(left: Any, right: Any) -> bool:
        first, second = _bounded(left), _bounded(right)
        return rule(second, first) if swapped else rule(first, second)

    return relation


def _as_range(value: Any) -> Range:
    return value if type(value) is Range else Range(value, value)


def _before(left: Any, right: Any) -> bool:
    first, second = _as_range(left), _as_range(right)
    order = _order(first.high, second.low)
    return order < 0 or (order == 0 and not (first.high_closed and second.low_closed))


def _meets(left: Range, right: Range) -> bool:
    return left.high_closed and right.low_closed and _order(left.high, right.low) == 0


def _reaches(left: Range, right: Range) -> bool:
    """Whether the left one goes at least to where the right one begins."""
    order = _order(left.high, right.low)
    return order > 0 or (order == 0 and left.high_closed and right.low_closed)


def _overlaps(left: Range, right: Range) -> bool:
    return _reaches(left, right) and _reaches(right, left)


def _overlaps_before(left: Range, right: Range) -> bool:
    start, end = _order(left.low, right.low), _order(left.high, right.high)
    return (
        (start < 0 or (start == 0 and left.low_closed and not right.low_closed))
        and _reaches(left, right)
        and (end < 0 or (end == 0 and (not left.high_closed or right.high_closed)))
    )


def _overlaps_after(left: Range, right: Range) -> bool:
    start, end = _order(right.low, left.low), _order(right.high, left.high)
    return (
        (start < 0 or (start == 0 and right.low_closed and not left.low_closed))
        and _reaches(right, left)
        and (end < 0 or (end == 0 and (not right.high_closed or left.high_closed)))
    )


def _finishes(left: Any, right: Range) -> bool:
    if type(left) is not Range:
        return right.high_closed and _order(right.high, left) == 0
    start = _order(left.low, right.low)
    return (
        _order(left.high, right.high) == 0
        and left.high_closed == right.high_closed
        and (start > 0 or (start == 0 and (not left.low_closed or right.low_closed)))
    )


def _includes(left: Range, right: Any) -> bool:
    other = _as_range(right)
    start, end = _order(left.low, other.low), _order(left.high, other.high)
    return (start < 0 or (start == 0 and (left.low_closed or not other.low_closed))) and (
        end > 0 or (end == 0 and (left.high_closed or not other.high_closed))
    )


def _starts(left: Any, right: Range) -> bool:
    if type(left) is not Range:
        return right.low_closed and _order(right.low, left) == 0
    end = _order(left.high, right.high)
    return (
        _order(left.low, right.low) == 0
        and left.low_closed == right.low_closed
        and (end < 0 or (end == 0 and (not left.high_closed or right.high_closed)))
    )


def _coincides(left: Any, right: Any) -> bool:
    if type(left) is not Range:
        return _order(left, right) == 0
    return (
        _order(left.low, right.low) == 0
        and _order(left.high, right.high) == 0
        and left.low_closed == right.low_closed
        and left.high_closed == right.high_closed
    )


_declare("before", "pp pr rp rr", _before)
_declare("after", "pp pr rp rr", _before, swapped=True)
_declare("meets", "rr", _meets)
_declare("met by", "rr", _meets, swapped=True)
_declare("overlaps", "rr", _overlaps)
_declare("overlaps before", "rr", _overlaps_before)
_declare("overlaps after", "rr", _overlaps_after)
_declare("finishes", "pr rr", _finishes)
_declare("finished by", "rp rr", _finishes, swapped=True)
_declare("includes", "rp rr", _includes)
_declare("during", "pr rr", _includes, swapped=True)
_declare("starts", "pr rr", _starts)
_declare("started by", "rp rr", _starts, swapped=True)
_declare("coincides", "pp rr", _coincides)


_RANGE = re.compile(r"([\[(\]])(.*?)\.\.(.*)([\])\[])", re.DOTALL)
_LITERAL = re.compile(
    r"""\s*(?:
        (?:(date\ and\ time|date|time|duration)\s*\(\s*|@\s*)?
        "((?:[^"\\]|\\.)*)"\s*(\)?)
      | (-?[0-9.]+)
    )\s*""",
    re.VERBOSE | re.DOTALL,
)
_PARSERS = {
    "date and time": parse_datetime,
    "date": parse_date,
    "time": parse_time,
    "duration": parse_feel_duration,
}


@builtin("range", "from: string")
def range_(text: str) -> Range:
    """The range a string stands for: `range("[18..21)")`; its ends are literals, one may lack."""
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        raise Null(f"{text!r} is not a range")
    low, high = _literal(match[2]), _literal(match[3])
    require(low is not None or high is not None, "a range has at least one end")
    low_closed, high_closed = match[1] == "[", match[4] == "]"
    if low is None:
        require(not low_closed, "an end that is not there cannot be included")
        return Range(None, high, False, high_closed, "<=" if high_closed else "<")
    if high is None:
        require(not high_closed, "an end that is not there cannot be included")
        return Range(low, None, low_closed, False, ">=" if low_closed else ">")
    require(_order(low, high) <= 0, "the range ends before it starts")
    return Range(low, high, low_closed, high_closed)


def _literal(text: str) -> Any:
    """The value of a literal; None for nothing. Raises Null for anything else."""
    if not text.strip():
        return None
    match = _LITERAL.fullmatch(text)
    if match is None:
        raise Null(f"{text!r} is not a literal")
    function, string, closing, number = match.groups()
    if number is not None:
        value: Any = parse_number(number)
    elif function:
        value = _PARSERS[function](unquote(f'"{string}"')) if closing else None
    else:
        plain = unquote(f'"{string}"')
        value = parse_temporal(plain) if "@" in text.partition('"')[0] else plain
    require(value is not None and (bool(function) or not closing), f"{text!r} is not a literal")
    return value
