"""Writes the history of ended cases to files, whole or not at all.

Parquet where pyarrow is installed, else the same rows as JSON lines packed with Zstandard
(docs/adr/0015). A batch of cases makes two files, named by the first id in it:

<folder>/<key>/cases-<id>.parquet   one row a case
<folder>/<key>/log-<id>.parquet     one row an entry of the execution log, JSON values as text
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import zstandard

Rows = Sequence[Mapping[str, Any]]


def write(folder: Path, key: str, cases: Rows, entries: Rows) -> list[Path]:
    """Write a batch, in place of an earlier export of it; the files, complete on the disk."""
    suffix, store = _format()
    place = folder / _safe(key)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    first = cases[0]["id"]
    written = []
    for name, rows in (("cases", cases), ("log", entries)):
        path = place / f"{name}-{first}.{suffix}"
        draft = path.with_suffix(".draft")
        store(draft, [{name: _plain(value) for name, value in row.items()} for row in rows])
        _keep(draft, path)
        written.append(path)
    return written


def _format() -> tuple[str, Callable[[Path, list[dict[str, Any]]], None]]:
    if find_spec("pyarrow") is None:
        return "jsonl.zst", _store_lines
    return "parquet", _store_parquet


def _store_parquet(path: Path, rows: list[dict[str, Any]]) -> None:
    # Loaded where it is used: it takes longer than all the rest.
    import pyarrow
    from pyarrow import parquet

    parquet.write_table(pyarrow.Table.from_pylist(rows), path, compression="zstd")


def _store_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    text = b"".join(orjson.dumps(row) + b"\n" for row in rows)
    path.write_bytes(zstandard.compress(text))


def _keep(draft: Path, path: Path) -> None:
    draft.chmod(0o600)
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    draft.replace(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _plain(value: Any) -> Any:
    """Moments and numbers keep their type; ids and JSON become text."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dict | list):
        return orjson.dumps(value).decode()
    assert value is None or isinstance(value, str | int | float | bool | datetime)
    return value


def _safe(key: str) -> str:
    """A key as the name of a folder."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", key)
