"""From text to tokens: numbers, strings, words and symbols (DMN 1.5, 10.3.1.2)."""

import re
from functools import cache
from typing import NamedTuple

from core.feel.errors import FeelSyntaxError

_START = (
    "?A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_PART = _START + "0-9\u00b7\u0300-\u036f\u203f\u2040"
_SPACE = "\\s\u0085\u180e\u200b\u2060\ufeff"

_TOKEN = rf"""
    (?P<space>[{_SPACE}]+|//[^\n\r]*|/\*.*?\*/)
  | (?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<at>@\s*"(?:[^"\\]|\\.)*")
  | (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<word>[{_START}][{_PART}]*)
  | (?P<symbol>\.\.|\*\*|<=|>=|!=|->|/(?!\*)|[-+*=<>(){{}}\[\],.:'’;])
"""
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{6}|.)", re.DOTALL)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "'": "'", "b": "\b", "f": "\f"}


class Token(NamedTuple):
    """One token; `kind` is number, string, at, word, symbol or end."""

    kind: str
    text: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """All tokens of the text, the last of kind "end". Raises FeelSyntaxError."""
    found: list[Token] = []
    position, size = 0, len(text)
    match_at = _pattern().match
    while position < size:
        match = match_at(text, position)
        if match is None:
            raise _unreadable(text, position)
        kind = match.lastgroup
        end = match.end()
        if kind != "space":
            found.append(Token(kind or "", match.group(), position, end))
        position = end
    found.append(Token("end", "", size, size))
    return found


@cache
def _pattern() -> re.Pattern[str]:
    """Compiled when first used: it takes a tenth of the package's import time."""
    return re.compile(_TOKEN, re.VERBOSE | re.DOTALL)


def _unreadable(text: str, position: int) -> FeelSyntaxError:
    character = text[position]
    if character in '"@':
        return FeelSyntaxError("A string is not closed", position, text)
    if text.startswith("/*", position):
        return FeelSyntaxError("A comment is not closed", position, text)
    return FeelSyntaxError(f"Unexpected character {character!r}", position, text)


def unquote(literal: str, position: int = 0) -> str:
    """The characters that a string literal with its quotes stands for."""
    body = literal[literal.index('"') + 1 : -1]
    return _join_surrogates(_ESCAPE.sub(_unescape, body), position) if "\\" in body else body


def _unescape(match: re.Match[str]) -> str:
    code = match.group(1)
    if len(code) > 1:
        point = int(code[1:], 16)
        return chr(point) if point <= 0x10FFFF else match.group()
    return _SIMPLE.get(code, match.group())


def _join_surrogates(text: str, position: int) -> str:
    if not any("\ud800" <= character <= "\udfff" for character in text):
        return text
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise FeelSyntaxError("Half a surrogate pair is not a character", position) from None
