"""Who kills: at random moments, web, workers, scheduler, Valkey and PostgreSQL; and failpoints."""

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Thread

import redis

from tests.chaos.site import Site

#: A worker that is stopped for longer than its lease comes back as a ghost.
FREEZE_SECONDS = 30.0
#: The longest time between two kills, when nothing goes on.
PATIENCE_SECONDS = 15.0
#: All are killed before so much of the work is done.
LAST = 0.95
#: Points that each kind of process passes, and how often before it dies.
POINTS = {
    "worker": ("after_take", "after_call", "before_commit", "after_commit", "before_ring"),
    "web": ("before_commit", "after_commit", "before_ring"),
    "scheduler": ("before_commit", "after_commit", "before_ring"),
}
PASSES = {"worker": (10, 60), "web": (40, 200), "scheduler": (5, 40)}


@dataclass
class Monkey:
    """Kills `kills` times while the work goes from nothing to done, however fast that is.

    It loses its patience when nothing goes on, and its interest after `seconds`.
    """

    site: Site
    kills: int
    seconds: float
    #: How much of the work is done, from 0 to 1.
    progress: Callable[[], float]
    freeze_seconds: float = FREEZE_SECONDS
    done: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._stopped = Event()
        self._thread = Thread(target=self._run, daemon=True)
        self._thaw_at = 0.0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End, and leave nobody frozen."""
        self._stopped.set()
        self._thread.join()
        self._thaw(force=True)

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    @property
    def total(self) -> int:
        return sum(self.done.values())

    def _run(self) -> None:
        over = time.monotonic() + self.seconds
        for number in range(self.kills):
            patient_until = time.monotonic() + PATIENCE_SECONDS
            moment = (number + random.random()) / self.kills * LAST
            while self.progress() < moment:
                if self._stopped.wait(0.2) or time.monotonic() > over:
                    return
                self._thaw()
                if time.monotonic() > patient_until:
                    break
            self._kill_somebody()

    def _kill_somebody(self) -> None:
        """Until one kill happened: a part may be dead already."""
        while not self._stopped.is_set():
            name, kill = random.choice(self._ways())
            try:
                with self.site.lock:
                    happened = kill()
            except (OSError, redis.RedisError):
                happened = False
            if happened:
                self.done[name] = self.done.get(name, 0) + 1
                return
            time.sleep(0.1)

    def _ways(self) -> list[tuple[str, Callable[[], bool]]]:
        workers = [name for name in self.site.parts if name.startswith("worker")]
        return [
            *[("worker", lambda: self._kill(random.choice(workers)))] * 5,
            *[("web", lambda: self._kill("web"))] * 2,
            *[("web_process", self._kill_web_process)] * 2,
            *[("scheduler", lambda: self._kill("scheduler"))] * 3,
            *[("valkey", lambda: self._kill("valkey"))] * 2,
            ("flushall", self._flush),
            *[("postgresql", self._crash_database)] * 2,
            ("postgresql_backend", self._kill_backend),
            ("frozen_worker", lambda: self._freeze(random.choice(workers))),
        ]

    def _kill(self, name: str) -> bool:
        part = self.site.parts[name]
        if not part.is_running:
            return False
        part.signal(signal.SIGKILL)
        return True

    def _kill_web_process(self) -> bool:
        children = self.site.parts["web"].children() if self.site.parts["web"].is_running else []
        if not children:
            return False
        os.kill(random.choice(children), signal.SIGKILL)
        return True

    def _flush(self) -> bool:
        with self.site.redis() as connection:
            return bool(connection.flushall())

    def _crash_database(self) -> bool:
        self.site.database.crash()
        time.sleep(random.uniform(0, 2))
        self.site.database.start()
        return True

    def _kill_backend(self) -> bool:
        """One server process that dies takes all others with it: they start afresh."""
        children = self.site.database.backends()
        if not children:
            return False
        os.kill(random.choice(children), signal.SIGKILL)
        return True

    def _freeze(self, name: str) -> bool:
        part = self.site.parts[name]
        if not part.is_running or self._thaw_at:
            return False
        part.frozen = True
        part.signal(signal.SIGSTOP)
        self._thaw_at = time.monotonic() + self.freeze_seconds
        return True

    def _thaw(self, *, force: bool = False) -> None:
        if not self._thaw_at or (time.monotonic() < self._thaw_at and not force):
            return
        self._thaw_at = 0.0
        for part in self.site.parts.values():
            if part.frozen and part.is_running:
                part.signal(signal.SIGCONT)
            part.frozen = False


def failpoint(kind: str) -> str:
    """The failpoint that a process of that kind is started with."""
    points = POINTS.get(kind, ())
    return f"{random.choice(points)}:{random.randint(*PASSES[kind])}" if points else ""
