"""String built-ins (DMN 1.5, 10.3.4.3). Positions and lengths count code points."""

from decimal import Decimal
from typing import Any

from core.feel import regex
from core.feel.builtins.registry import builtin, require
from core.feel.limits import require_length
from core.feel.values import kind_of


@builtin("substring", "string: string, start position: number, length: number?")
def substring(text: str, start: Decimal, length: Decimal | None = None) -> str:
    """Characters from a position that counts from 1, or from the end when negative."""
    position = int(start)
    size = len(text)
    require(position != 0, "positions count from 1")
    require(length is None or int(length) >= 1, "the length is less than 1")
    require(abs(position) <= size, "the position is outside of the string")
    first = position - 1 if position > 0 else max(size + position, 0)
    return text[first:] if length is None else text[first : first + min(int(length), size)]


@builtin("string length", "string: string")
def string_length(text: str) -> Decimal:
    """The number of characters."""
    return Decimal(len(text))


@builtin("upper case", "string: string")
def upper_case(text: str) -> str:
    """In capitals."""
    return text.upper()


@builtin("lower case", "string: string")
def lower_case(text: str) -> str:
    """In small letters."""
    return text.lower()


@builtin("substring before", "string: string, match: string")
def substring_before(text: str, match: str) -> str:
    """What stands before the match; "" without one."""
    index = text.find(match)
    return text[:index] if index > 0 else ""


@builtin("substring after", "string: string, match: string")
def substring_after(text: str, match: str) -> str:
    """What stands after the match; "" without one."""
    index = text.find(match)
    return text[index + len(match) :] if index >= 0 else ""


@builtin("contains", "string: string, match: string")
def contains(text: str, match: str) -> bool:
    """Whether the match is part of the string."""
    return match in text


@builtin("starts with", "string: string, match: string")
def starts_with(text: str, match: str) -> bool:
    """Whether the string begins with the match."""
    return text.startswith(match)


@builtin("ends with", "string: string, match: string")
def ends_with(text: str, match: str) -> bool:
    """Whether the string ends with the match."""
    return text.endswith(match)


@builtin("matches", "input: string, pattern: string, flags: string?")
def matches(text: str, pattern: str, flags: str | None = None) -> bool:
    """Whether the pattern is found in the string."""
    return regex.search(pattern, flags or "", text)


@builtin("replace", "input: string, pattern: string, replacement: string, flags: string?")
def replace(text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    """The string with each occurrence of the pattern replaced."""
    return require_length(regex.replace(pattern, flags or "", text, replacement))


@builtin("split", "string: string, delimiter: string")
def split(text: str, delimiter: str) -> list[str]:
    """The parts between the occurrences of a pattern."""
    return regex.split(delimiter, text)


@builtin("string join", "list: list, delimiter: string?")
def string_join(items: list[Any], delimiter: str | None = None) -> str:
    """The strings of a list in one, with something between; nulls are left out."""
    texts = [item for item in items if item is not None]
    for item in texts:
        require(type(item) is str, f"{kind_of(item)} is not a string")
    size = sum(map(len, texts)) + len(delimiter or "") * len(texts)
    require_length("" if size < 1_000_000 else " " * min(size, 1_000_001))
    return (delimiter or "").join(texts)
