"""Judges one answer to one field: what is wrong with it, in a sentence, or nothing."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from core import clock
from core.values import to_json
from forms.options import is_among, options
from forms.schema import CHOICES, MULTIPLE_CHOICES, TEXTS, Component
from forms.scope import Scope

#: Longest text of one field, in characters, when the form sets no limit.
MAX_TEXT = 100_000
#: Longest text that is held against a pattern: long texts make some patterns very slow.
MAX_PATTERN_TEXT = 2_000
#: Most chosen values of one field, and files of a file picker.
MAX_CHOSEN = 1_000
#: Longest number, in digits before or after the point: what FEEL keeps exactly.
MAX_DIGITS = 34

EMAIL = re.compile(
    r"[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*"
)
PHONE = re.compile(r"(\+|00)[1-9][0-9]{6,22}")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
TIME = re.compile(r"\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?")

#: What an unanswered field is worth in the process; the rest is null.
EMPTY: Mapping[str, Any] = {
    **dict.fromkeys(TEXTS, ""),
    **dict.fromkeys(MULTIPLE_CHOICES, ()),
    "checkbox": False,
}


def empty(component: Component) -> Any:
    """What the field is worth while nobody has answered it."""
    value = EMPTY.get(component.type)
    return list(value) if isinstance(value, tuple) else value


def is_empty(value: Any) -> bool:
    return value is None or value == "" or value == []


def problem(component: Component, value: Any, scope: Scope) -> str | None:
    """What is wrong with this answer, as a sentence for the person who gave it."""
    rules = component.rules
    if is_empty(value) or (component.type == "checkbox" and value is False):
        return "This is required." if scope.setting(rules.get("required")) is True else None
    return CHECKS[component.type](component, value, scope)


def normal(component: Component, value: Any) -> Any:
    """A valid answer as the process keeps it."""
    if component.type == "expression":
        return value
    if is_empty(value):
        return empty(component)
    if component.type == "number" and component.settings.get("serializeToString") is True:
        return str(value)
    if component.type == "textfield":
        return re.sub(r"[\r\n\t]", " ", value)
    return value


def fitting(component: Component, value: Any, scope: Scope) -> Any:
    """What a page shows of a value that nobody typed: it, or nothing where it does not fit."""
    if component.type in TEXTS:
        return _as_text(value)
    if component.type == "checkbox":
        return value is True
    if component.type == "number":
        number = decimal(value)
        return None if number is None or is_empty(value) else to_json(number)
    if component.type in MULTIPLE_CHOICES:
        known = options(component, scope)
        return [one for one in value if is_among(one, known)] if isinstance(value, list) else []
    return None if CHECKS[component.type](component, value, scope) else value


@lru_cache(maxsize=1_000)
def pattern(written: str) -> re.Pattern[str] | None:
    """A pattern of the form, None when it is none. JavaScript's named groups are read too."""
    try:
        return re.compile(re.sub(r"\(\?<(?![=!])", "(?P<", written))
    except re.error:
        return None


def _as_text(value: Any) -> str:
    if value is None or isinstance(value, list | dict):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _text(component: Component, value: Any, scope: Scope) -> str | None:
    if not isinstance(value, str):
        return "Enter a text."
    least, most = _limit(component, "minLength", scope), _limit(component, "maxLength", scope)
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


def _number(component: Component, value: Any, scope: Scope) -> str | None:
    number = decimal(value, text_too=component.settings.get("serializeToString") is True)
    if number is None:
        return "Enter a number."
    if number.adjusted() >= MAX_DIGITS or -int(number.as_tuple().exponent) > MAX_DIGITS:
        return "This number is too long."
    return (
        _decimals(component, number)
        or _step(component, number)
        or _between(number, _limit(component, "min", scope), _limit(component, "max", scope))
    )


def decimal(value: Any, *, text_too: bool = True) -> Decimal | None:
    """A JSON number (or the text of one) as an exact number; None when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    if isinstance(value, str) and not text_too:
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _decimals(component: Component, number: Decimal) -> str | None:
    digits = component.settings.get("decimalDigits")
    if not isinstance(digits, int) or digits < 0:
        return None
    if -int(number.normalize().as_tuple().exponent) <= digits:
        return None
    if digits == 0:
        return "Enter a whole number."
    return f"Enter at most {digits} decimal digit{'s' if digits > 1 else ''}."


def _step(component: Component, number: Decimal) -> str | None:
    step = decimal(component.settings.get("increment"))
    if not step or number % step == 0:
        return None
    below = number - number % step
    return f"Enter a valid number; the two nearest are {below} and {below + step}."


def _between(number: Decimal, least: Decimal | None, most: Decimal | None) -> str | None:
    if least is not None and number < least:
        return f"Enter {least:f} or more."
    if most is not None and number > most:
        return f"Enter {most:f} or less."
    return None


def _limit(component: Component, name: str, scope: Scope) -> Decimal | None:
    return decimal(scope.setting(component.rules.get(name)))


def _checkbox(component: Component, value: Any, scope: Scope) -> str | None:
    return None if value is True else "Answer with yes or no."


def _choice(component: Component, value: Any, scope: Scope) -> str | None:
    return None if is_among(value, options(component, scope)) else "Choose one of the options."


def _choices(component: Component, value: Any, scope: Scope) -> str | None:
    if not isinstance(value, list):
        return "Choose from the options."
    if len(value) > MAX_CHOSEN:
        return f"Choose at most {MAX_CHOSEN:,}."
    known = options(component, scope)
    if not all(is_among(chosen, known) for chosen in value):
        return "Choose only from the options."
    if any(is_among(chosen, value[:place]) for place, chosen in enumerate(value)):
        return "Choose each option only once."
    return None


def _datetime(component: Component, value: Any, scope: Scope) -> str | None:
    kind = component.settings.get("subtype") or "date"
    moment = _moment(kind, value)
    if moment is None:
        return MOMENTS.get(kind, "Enter a date.")
    day = moment.date() if isinstance(moment, datetime) else moment
    # Somewhere on earth it is still yesterday for half a day.
    today = (clock.now() - timedelta(hours=12)).date()
    disallowed = component.settings.get("disallowPassedDates") is True
    if disallowed and isinstance(day, date) and day < today:
        return "Choose a day that has not passed."
    return None


MOMENTS = {
    "date": "Enter a date, like 2026-03-31.",
    "time": "Enter a time, like 14:30.",
    "datetime": "Enter a date and a time, like 2026-03-31T14:30.",
}


def _moment(kind: str, value: Any) -> date | time | datetime | None:
    day, separator, clock_time = str(value).partition("T")
    try:
        if kind == "time" and isinstance(value, str) and TIME.fullmatch(value):
            return time.fromisoformat(value)
        if not isinstance(value, str) or not DATE.fullmatch(day):
            return None
        if kind == "datetime" and separator and TIME.fullmatch(clock_time):
            return datetime.fromisoformat(value)
        return date.fromisoformat(value) if kind == "date" and not separator else None
    except ValueError:
        return None


def _files(component: Component, value: Any, scope: Scope) -> str | None:
    keys = value if isinstance(value, list) else [value]
    if len(keys) > MAX_CHOSEN or not all(isinstance(k, str) and len(k) <= 1_000 for k in keys):
        return "Choose a file."
    return None


def _computed(component: Component, value: Any, scope: Scope) -> str | None:
    return None


CHECKS: Mapping[str, Callable[[Component, Any, Scope], str | None]] = {
    **dict.fromkeys(TEXTS, _text),
    **dict.fromkeys(CHOICES, _choice),
    **dict.fromkeys(MULTIPLE_CHOICES, _choices),
    "number": _number,
    "checkbox": _checkbox,
    "datetime": _datetime,
    "filepicker": _files,
    "expression": _computed,
}
