"""Process values as people read them: with their type, short, and whole on demand."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import orjson
from flask_babel import LazyString, format_date, format_datetime, format_decimal
from flask_babel import lazy_gettext as _l

#: Longer texts are cut in tables and lists; the whole value opens below.
SHORT = 80

TYPES: dict[str, LazyString] = {
    "empty": _l("Empty"),
    "yes or no": _l("Yes or no"),
    "number": _l("Number"),
    "date": _l("Date"),
    "time": _l("Date and time"),
    "text": _l("Text"),
    "list": _l("List"),
    "object": _l("Object"),
}
YES, NO, EMPTY = _l("Yes"), _l("No"), _l("empty")


@dataclass(frozen=True)
class Shown:
    """A named value: its type in words, a short text, and the whole of it if that is longer."""

    name: str
    type: LazyString
    short: str
    whole: str
    #: For columns of figures.
    is_number: bool = False


def shown(name: str, value: Any) -> Shown:
    """One variable, as shown to people."""
    kind = type_of(value)
    text = text_of(value, kind)
    is_nested = kind in ("list", "object") and bool(value)
    whole = orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() if is_nested else text
    short = text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"
    return Shown(name, TYPES[kind], short, whole if whole != short else "", kind == "number")


def type_of(value: Any) -> str:
    """The kind of a JSON value, a date told from other texts by its form."""
    match value:
        case None:
            return "empty"
        case bool():
            return "yes or no"
        case int() | float():
            return "number"
        case str():
            return _type_of_text(value)
        case list():
            return "list"
        case _:
            return "object"


def text_of(value: Any, kind: str) -> str:
    """A value on one line."""
    if value is None:
        return str(EMPTY)
    if kind == "yes or no":
        return str(YES if value else NO)
    if kind == "number":
        return str(format_decimal(value))
    if kind == "date":
        return str(format_date(date.fromisoformat(value), "medium"))
    if kind == "time":
        return str(format_datetime(datetime.fromisoformat(value), "medium"))
    if kind in ("list", "object"):
        return orjson.dumps(value).decode()
    return str(value)


def in_words(name: str) -> str:
    """A variable's name as words: `meter_point` and `meterPoint` are "Meter point"."""
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return spaced.replace("_", " ").strip().capitalize()


def _type_of_text(text: str) -> str:
    if not 10 <= len(text) <= 35 or text[4:5] != "-":
        return "text"
    for kind, read in (("date", date.fromisoformat), ("time", datetime.fromisoformat)):
        try:
            value = read(text)
        except ValueError:
            continue
        if kind == "date" or _is_aware(value):
            return kind
    return "text"


def _is_aware(value: date | time) -> bool:
    return isinstance(value, datetime) and value.tzinfo is not None
