"""Process state as compact bytes, and back: type-true, versioned, safe with any key a user chose.

    byte 0      version of this format
    byte 1      number of tildes in the marker
    the rest    zstd( JSON )

What JSON lacks is written as an object with one key, the marker: `{"~": ["D", "1.50"]}`. The
marker is chosen for each document so that it does not occur in it otherwise; a clash with a key
or a text of the user is therefore impossible. Nothing here is shared between threads.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import partial
from threading import local
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import zstandard

from core.errors import Invalid
from core.feel import YearsMonths

VERSION = 1
#: Largest document after decompression, in bytes; a blob that says more is not ours.
MAX_BYTES = 64_000_000

_OPTIONS = (
    orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)
_zstd = local()


class UnstorableValue(Invalid):
    """A value of type {type} cannot be stored in a process instance."""


class UnreadableState(Invalid):
    """The stored state cannot be read: {reason}."""


def dump(document: Any) -> bytes:
    """The bytes of a document of dicts with text keys, lists and process values.

    Raises UnstorableValue for a value that has no place in a process.
    """
    tildes, text = 1, b""
    while True:
        encode = _Encoder("~" * tildes)
        text = _to_json(document, encode)
        if text.count(b'"' + b"~" * tildes + b'"') == encode.written:
            break
        tildes += 1
    return bytes((VERSION, tildes)) + _compressor().compress(text)


def load(data: bytes) -> Any:
    """The document of `dump`. Raises UnreadableState."""
    if len(data) < 2 or data[0] != VERSION:
        raise UnreadableState(reason=f"its version is not {VERSION}")
    try:
        text = _decompressor().decompress(data[2:], max_output_size=MAX_BYTES)
        document = orjson.loads(text)
    except (zstandard.ZstdError, orjson.JSONDecodeError) as error:
        raise UnreadableState(reason=str(error)) from None
    marker = "~" * data[1]
    return _restored(document, marker) if f'"{marker}"'.encode() in text else document


def size(value: Any) -> int:
    """About how many bytes a value takes before compression."""
    return len(_to_json(value, _Encoder("~")))


def size_of_dump(data: bytes) -> int:
    """How many bytes a dump takes before compression, without decompressing it."""
    return zstandard.frame_content_size(data[2:])


def unstorable(value: Any) -> Any:
    """The first part of a value that cannot be stored, None when all can."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)
        elif each is not None and type(each) not in _PLAIN and type(each) not in _WRITERS:
            return each
    return None


class _Encoder:
    """Writes what JSON lacks, and counts how often it did."""

    def __init__(self, marker: str) -> None:
        self.marker = marker
        self.written = 0

    def __call__(self, value: Any) -> dict[str, list[Any]]:
        write = _WRITERS.get(type(value))
        if write is None:
            raise UnstorableValue(type=type(value).__name__)
        self.written += 1
        return {self.marker: write(value)}


def _to_json(document: Any, encode: _Encoder) -> bytes:
    try:
        return orjson.dumps(document, default=encode, option=_OPTIONS)
    except TypeError as error:
        if isinstance(error.__cause__, UnstorableValue):
            raise error.__cause__ from None
        # Integers beyond 64 bits, keys that are no text: rare, so looked for only now.
        encode.written = 0
        try:
            return orjson.dumps(_with_large_integers(document, encode), default=encode)
        except TypeError as second:
            raise UnstorableValue(f"This cannot be stored in a process: {second}.") from None


def _with_large_integers(value: Any, encode: _Encoder) -> Any:
    if isinstance(value, dict):
        return {key: _with_large_integers(item, encode) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_with_large_integers(item, encode) for item in value]
    if type(value) is int and value.bit_length() > 63:
        encode.written += 1
        return {encode.marker: ["I", str(value)]}
    return value if value is None or type(value) in _PLAIN else encode(value)


_PLAIN = frozenset([bool, int, float, str])


def _restored(value: Any, marker: str) -> Any:
    if isinstance(value, dict):
        if len(value) == 1 and marker in value:
            code, *rest = value[marker]
            return _READERS[code](*rest)
        return {key: _restored(item, marker) for key, item in value.items()}
    if isinstance(value, list):
        return [_restored(item, marker) for item in value]
    return value


def _zone(zone: tzinfo | None) -> str | int | None:
    """A zone's name, or its fixed offset in microseconds."""
    if isinstance(zone, ZoneInfo):
        return zone.key
    offset = zone.utcoffset(None) if zone is not None else None
    return None if offset is None else offset // timedelta(microseconds=1)


def _zone_of(stored: str | int | None) -> tzinfo | None:
    if isinstance(stored, str):
        return ZoneInfo(stored)
    return None if stored is None else timezone(timedelta(microseconds=stored))


def _read_moment(
    kind: type[datetime] | type[time], text: str, zone: str | int | None, fold: int
) -> Any:
    return kind.fromisoformat(text).replace(tzinfo=_zone_of(zone), fold=fold)


def _write_moment(code: str, value: Any) -> list[Any]:
    return [code, value.replace(tzinfo=None).isoformat(), _zone(value.tzinfo), value.fold]


_WRITERS: dict[type, Callable[[Any], list[Any]]] = {
    Decimal: lambda value: ["D", str(value)],
    date: lambda value: ["d", value.isoformat()],
    datetime: partial(_write_moment, "T"),
    time: partial(_write_moment, "t"),
    timedelta: lambda value: ["P", value.days, value.seconds, value.microseconds],
    YearsMonths: lambda value: ["Y", value.months],
    bytes: lambda value: ["b", b64encode(value).decode()],
}
_READERS: dict[str, Callable[..., Any]] = {
    "D": Decimal,
    "I": int,
    "d": date.fromisoformat,
    "T": partial(_read_moment, datetime),
    "t": partial(_read_moment, time),
    "P": timedelta,
    "Y": YearsMonths,
    "b": b64decode,
}


def _compressor() -> zstandard.ZstdCompressor:
    """One compressor per thread: they may not be shared at the same time."""
    if not hasattr(_zstd, "compressor"):
        _zstd.compressor = zstandard.ZstdCompressor(level=3)
    compressor: zstandard.ZstdCompressor = _zstd.compressor
    return compressor


def _decompressor() -> zstandard.ZstdDecompressor:
    if not hasattr(_zstd, "decompressor"):
        _zstd.decompressor = zstandard.ZstdDecompressor()
    decompressor: zstandard.ZstdDecompressor = _zstd.decompressor
    return decompressor
