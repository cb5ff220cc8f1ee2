"""Identifiers that sort by the time of their making (UUID version 7, RFC 9562)."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

_lock = threading.Lock()
_last = 0
#: The moment that ids are made for, where something is told afterwards.
_told: datetime | None = None


def follow(made: UUID) -> None:
    """Let every new id of this process be later than `made`, by whoever it was made.

    So what comes after something sorts after it, even where the clock was set back in between.
    """
    global _last
    stamp = (made.int >> 80) << 12 | (made.int >> 64) & 0xFFF
    with _lock:
        _last = max(_last, stamp)


def new_id() -> UUID:
    """A new id, later than every id made before it by this process."""
    global _last
    with _lock:
        # 48 bits of milliseconds, then 12 bits of the millisecond's 4096ths.
        ns = time.time_ns() if _told is None else int(_told.timestamp() * 1_000_000_000)
        _last = max(ns * 4096 // 1_000_000, _last + 1)
        stamp = _last
    head = (stamp >> 12) << 16 | 0x7000 | stamp & 0xFFF
    tail = 0b10 << 62 | int.from_bytes(os.urandom(8)) >> 2
    return UUID(int=head << 64 | tail)


@contextmanager
def told_at(instant: datetime) -> Iterator[None]:
    """Make ids as if it were `instant` (aware), for what is told afterwards. In one thread."""
    global _last, _told
    before = _last, _told
    _last, _told = 0, instant
    try:
        yield
    finally:
        _last, _told = before


def first_id(at: datetime) -> UUID:
    """The smallest id that can have been made at that moment: ids made later are greater."""
    milliseconds = int(at.timestamp() * 1000)
    return UUID(int=(milliseconds << 16 | 0x7000) << 64 | 0b10 << 62)
