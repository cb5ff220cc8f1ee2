"""`backoffice scheduler`: runs the list of core/schedule.py and shows that it lives.

When the bell is out of order it does the rung work itself, in a few threads: slower, never lost.
Any number of schedulers may run; their sweeps skip what another one holds.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib import import_module

from flask import Flask

from core.db import db, transaction
from core.heartbeat import beat
from core.outbox import Ring
from core.schedule import PERIODIC, Periodic

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 5.0
HANDS = 4


@dataclass
class Turn:
    """When one entry of the list is due next, in seconds of the monotonic clock."""

    entry: Periodic
    due_at: float = field(default_factory=time.monotonic)

    def run_if_due(self) -> None:
        if time.monotonic() < self.due_at:
            return
        self.due_at = time.monotonic() + self.entry.every.total_seconds()
        resolve(self.entry.job)()


def run(application: Flask) -> None:
    """Run until SIGTERM or SIGINT."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    name = f"scheduler@{os.uname().nodename}:{os.getpid()}"
    turns = [Turn(entry) for entry in PERIODIC]
    next_beat = 0.0
    while not stop.is_set():
        if time.monotonic() >= next_beat:
            next_beat = time.monotonic() + HEARTBEAT_SECONDS
            _guarded(application, lambda: _beat(name))
        for turn in turns:
            _guarded(application, turn.run_if_due)
        stop.wait(0.1)


class Hands:
    """Does rung work in this process, for as long as no bell reaches the workers."""

    def __init__(self, application: Flask) -> None:
        self._application = application
        self._pool = ThreadPoolExecutor(HANDS, thread_name_prefix="hands")
        self._busy: set[Ring] = set()
        self._is_ending = False

    def __call__(self, rings: list[Ring]) -> None:
        if self._is_ending:
            return  # The next scheduler's sweep rings again.
        for ring in rings:
            if ring not in self._busy:
                self._busy.add(ring)
                self._pool.submit(self._work, ring)

    def end(self) -> None:
        """Finish what is in hand, and begin nothing more."""
        self._is_ending = True
        self._pool.shutdown(cancel_futures=True)

    def _work(self, ring: Ring) -> None:
        job, row_id = ring
        try:
            _guarded(self._application, lambda: resolve(job)(row_id))
        finally:
            self._busy.discard(ring)


def resolve(name: str) -> Callable[..., object]:
    """The function that a dotted name such as `engine.jobs.sweep` stands for."""
    module, _, function = name.rpartition(".")
    resolved: Callable[..., object] = getattr(import_module(module), function)
    return resolved


def _beat(name: str) -> None:
    with transaction() as session:
        beat(session, "scheduler", name)


def _guarded(application: Flask, action: Callable[[], object]) -> None:
    with application.app_context():
        try:
            action()
        except Exception:
            log.exception("a periodic job failed")
        finally:
            db.session.remove()
