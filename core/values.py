"""Process values at the borders: what they look like as JSON, and how JSON becomes values.

Inside, numbers of FEEL are `Decimal` and times are `date`, `time`, `datetime` and `timedelta`;
outside there is JSON. Numbers that are whole leave as integers, ISO 8601 carries every time.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

import orjson

from core.errors import Invalid, TooLarge

#: Deepest nesting of lists and objects that is taken in.
MAX_DEPTH = 64
#: Largest JSON text that is taken in, in bytes.
MAX_BYTES = 1_000_000

#: Whole numbers from here on do not fit into 64 bits, which is what JSON's readers share.
MAX_INTEGER = 2**63


class NotJson(Invalid):
    """This is not JSON: {reason}."""


class ValueTooLarge(TooLarge):
    """This value has {size} bytes; at most {limit} are taken."""


class ValueTooDeep(Invalid):
    """This value is nested deeper than {limit} levels."""


def to_json(value: Any) -> Any:
    """A process value as plain JSON. Whole decimals become int, the rest float; times ISO 8601."""
    match value:
        case None | bool() | str() | float():
            return value
        case int() | Decimal():
            return _number(value)
        case dict():
            return {str(key): to_json(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [to_json(item) for item in value]
        case datetime() | date() | time():
            return value.isoformat().replace("+00:00", "Z")
        case timedelta():
            return duration_to_iso(value)
        case bytes():
            raise NotJson(reason="binary data has no place in JSON")
        case _:
            return str(value)


def _number(value: int | Decimal) -> int | float | str:
    """An int of 64 bits, else the nearest float; a text where even that is too small."""
    if -MAX_INTEGER < value < MAX_INTEGER and value == int(value):
        return int(value)
    try:
        number = float(value)
    except OverflowError:
        return str(value)
    return number if isfinite(number) else str(value)


def from_json(text: bytes | str) -> Any:
    """Read JSON within the limits. Raises NotJson, ValueTooLarge, ValueTooDeep."""
    if len(text) > MAX_BYTES:
        raise ValueTooLarge(size=len(text), limit=MAX_BYTES)
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise NotJson(reason=str(error)) from None
    require_depth(value)
    return value


def require_depth(value: Any, limit: int = MAX_DEPTH) -> None:
    """Raise ValueTooDeep when lists and objects are nested deeper than `limit`."""
    level = [value]
    for _ in range(limit + 1):
        level = [
            item
            for holder in level
            if isinstance(holder, dict | list)
            for item in (holder.values() if isinstance(holder, dict) else holder)
        ]
        if not level:
            return
    raise ValueTooDeep(limit=limit)


def merge_patch(value: Any, patch: Any) -> Any:
    """What a JSON merge patch makes of a value: null removes a member (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(value) if isinstance(value, dict) else {}
    for name, change in patch.items():
        if change is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), change)
    return merged


def duration_to_iso(value: timedelta) -> str:
    """ISO 8601 text of a duration: P1DT2H, -PT0.5S, PT0S."""
    sign = "-" if value < timedelta(0) else ""
    value = abs(value)
    hours, rest = divmod(value.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{value.microseconds:06d}".rstrip("0") if value.microseconds else ""
    clock = "".join(
        f"{amount}{unit}" for amount, unit in ((hours, "H"), (minutes, "M")) if amount
    ) + (f"{seconds}{fraction}S" if seconds or fraction else "")
    days = f"{value.days}D" if value.days else ""
    return f"{sign}P{days}{'T' + clock if clock else ''}" if days or clock else "PT0S"
