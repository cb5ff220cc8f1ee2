"""Search, replace and split (XPath and XQuery Functions and Operators, section 7.6)."""

from collections.abc import Iterator
from functools import lru_cache

from core.feel.errors import Null
from core.feel.limits import MAX_STRING, require_length, require_size
from core.feel.regex.program import Captures, Matcher
from core.feel.regex.syntax import Program, parse


@lru_cache(maxsize=512)
def _compiled(pattern: str, flags: str) -> Program:
    return parse(pattern, flags)


def search(pattern: str, flags: str, text: str) -> bool:
    """Whether the pattern is found in the text. Raises Null for a wrong pattern."""
    return Matcher(_compiled(pattern, flags), text).find(0) is not None


def replace(pattern: str, flags: str, text: str, replacement: str) -> str:
    """The text with each match replaced; `$1` stands for a group. Raises Null."""
    program = _compiled(pattern, flags)
    parts = _replacement(replacement, program.groups)
    pieces: list[str] = []
    size = end = 0
    for spans in _matches(program, text):
        start = spans[0][0]
        for piece in (text[end:start], *(_filled(part, spans, text) for part in parts)):
            pieces.append(piece)
            size += len(piece)
        if size > MAX_STRING:
            require_length(" " * (MAX_STRING + 1))
        end = spans[0][1]
    pieces.append(text[end:])
    return "".join(pieces)


def split(pattern: str, text: str) -> list[str]:
    """The parts of the text between the matches. Raises Null."""
    parts: list[str] = []
    end = 0
    for spans in _matches(_compiled(pattern, ""), text):
        parts.append(text[end : spans[0][0]])
        require_size(len(parts))
        end = spans[0][1]
    return [*parts, text[end:]]


def _matches(program: Program, text: str) -> Iterator[Captures]:
    """All matches from left to right. Raises Null when the pattern matches the empty string."""
    if Matcher(program, "").find(0) is not None:
        raise Null("the pattern matches the empty string")
    matcher = Matcher(program, text)
    place = 0
    while place <= len(text):
        spans = matcher.find(place)
        if spans is None:
            return
        yield spans
        place = max(spans[0][1], spans[0][0] + 1)


def _replacement(text: str, groups: int) -> list[str | int]:
    """Literal parts and numbers of groups. Raises Null for a lone `$` or backslash."""
    parts: list[str | int] = []
    at = 0
    while at < len(text):
        character = text[at]
        following = text[at + 1 : at + 2]
        if character == "\\":
            if following not in ("\\", "$") or not following:
                raise Null("in a replacement a backslash stands before $ or another backslash")
            parts.append(following)
            at += 2
        elif character == "$":
            number, at = _group_number(text, at + 1, groups)
            parts.append(number)
        else:
            parts.append(character)
            at += 1
    return parts


def _group_number(text: str, at: int, groups: int) -> tuple[int, int]:
    if not text[at : at + 1].isdecimal():
        raise Null("in a replacement $ stands before the number of a group")
    number = int(text[at])
    at += 1
    while text[at : at + 1].isdecimal() and number * 10 + int(text[at]) <= groups:
        number = number * 10 + int(text[at])
        at += 1
    return number, at


def _filled(part: str | int, spans: Captures, text: str) -> str:
    if isinstance(part, str):
        return part
    if part >= len(spans) or spans[part][0] < 0:
        return ""
    return text[spans[part][0] : spans[part][1]]
