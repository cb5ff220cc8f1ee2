"""Regular expressions of XQuery and XPath (XML Schema syntax), as FEEL's functions use them."""

import re
from functools import lru_cache

from core.feel.errors import Null

_FLAGS = {"s": re.DOTALL, "m": re.MULTILINE, "i": re.IGNORECASE, "x": re.VERBOSE}


@lru_cache(maxsize=512)
def _compiled(pattern: str, flags: str) -> re.Pattern[str]:
    options = 0
    for flag in flags:
        if flag not in _FLAGS:
            raise Null(f"There is no flag {flag}")
        options |= _FLAGS[flag]
    try:
        return re.compile(pattern, options)
    except (re.error, OverflowError):
        raise Null(f"{pattern!r} is not a pattern") from None


def search(pattern: str, flags: str, text: str) -> bool:
    """Whether the pattern is found in the text. Raises Null for a wrong pattern."""
    return _compiled(pattern, flags).search(text) is not None


def replace(pattern: str, flags: str, text: str, replacement: str) -> str:
    """The text with each occurrence replaced; `$1` stands for a group."""
    template = re.sub(r"\$(\d)", r"\\g<\1>", replacement.replace("\\", "\\\\"))
    return _compiled(pattern, flags).sub(template, text)


def split(pattern: str, text: str) -> list[str]:
    """The parts of the text between occurrences of the pattern."""
    return _compiled(pattern, "").split(text)
