"""Judges texts: their length, their format, and the pattern of the form."""

import re
from functools import lru_cache
from typing import Any

from forms.numbers import limit
from forms.schema import Component
from forms.scope import Scope

#: Longest text of one field, in characters, when the form sets no limit.
MAX_TEXT = 100_000
#: Longest text that is held against a pattern: long texts make some patterns very slow.
MAX_PATTERN_TEXT = 2_000

EMAIL = re.compile(
    r"[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*"
)
PHONE = re.compile(r"(\+|00)[1-9][0-9]{6,22}")


def problem(component: Component, value: Any, scope: Scope) -> str | None:
    """What is wrong with a text."""
    if not isinstance(value, str):
        return "Enter a text."
    least, most = limit(component, "minLength", scope), limit(component, "maxLength", scope)
    length = len(value.strip())
    if least is not None and length < least:
        return f"Enter at least {least} characters."
    if most is not None and length > most:
        return f"Enter at most {most} characters."
    if len(value) > MAX_TEXT:
        return f"Enter at most {MAX_TEXT:,} characters."
    return _format(component, value)


def _format(component: Component, value: str) -> str | None:
    rules = component.rules
    match rules.get("validationType"):
        case "email" if not EMAIL.fullmatch(value):
            return "Enter an e-mail address, like name@example.com."
        case "phone" if not PHONE.fullmatch(value):
            return "Enter an international phone number, like +4930664040900."
    written = rules.get("pattern")
    if not isinstance(written, str) or not written:
        return None
    if len(value) > MAX_PATTERN_TEXT:
        return f"Enter at most {MAX_PATTERN_TEXT:,} characters."
    compiled = pattern(written)
    if compiled is None or compiled.search(value):
        return None
    return str(rules.get("patternErrorMessage") or f"This does not have the form {written}.")


@lru_cache(maxsize=1_000)
def pattern(written: str) -> re.Pattern[str] | None:
    """A pattern of the form as JavaScript means it, None when it is none."""
    try:
        return re.compile(re.sub(r"\(\?<(?![=!])", "(?P<", written), re.ASCII)
    except re.error:
        return None
