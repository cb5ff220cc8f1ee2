"""Processor time that process trees have used: it tells what work costs on a busy machine too."""

import os
from collections.abc import Iterable
from pathlib import Path

_TICK = 1 / os.sysconf("SC_CLK_TCK")


def seconds_used(roots: Iterable[int]) -> dict[int, float]:
    """User and system seconds of these processes and all below them, by process."""
    parents: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(entry.name)
        parents.setdefault(int(fields[1]), []).append(pid)
        # Its own time, and that of children which have ended.
        used[pid] = sum(int(each) for each in fields[11:15]) * _TICK
    found: dict[int, float] = {}
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        found[pid] = used.get(pid, 0.0)
        waiting += parents.get(pid, [])
    return found


def name_of(pid: int) -> str:
    """What a process is: web, worker, scheduler, valkey, postgres …"""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().replace("\0", " ")
    except OSError:
        return "ended"
    names = ("gunicorn", "worker", "scheduler", "valkey", "postgres", "backoffice")
    return next((name for name in names if name in words), "other")
