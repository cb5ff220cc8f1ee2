"""A real installation for tests: `backoffice up` in a folder of its own, ended afterwards."""

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from backoffice.up import ROOT

START_SECONDS = 90.0


@dataclass
class Installation:
    """One `backoffice up` on a free port."""

    data_dir: Path
    options: tuple[str, ...] = ("--no-demo",)
    settings: Mapping[str, str] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self.began = time.monotonic()
        command = [sys.executable, "-m", "backoffice", "up", "--port", "0", "--data", self.data_dir]
        self.process = subprocess.Popen(
            [*command, *self.options],
            cwd=ROOT,
            env={**clean_environment(), **self.settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._arrived: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        try:
            self.url = self.wait_for_line("ready ").removeprefix("ready ").strip()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.end(signal.SIGTERM)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        try:
            for line in self.process.stdout:
                self.lines.append(line)
                self._arrived.put(line)
        except ValueError:
            pass  # The pipe was closed.
        self._arrived.put(None)

    def wait_for_line(self, start: str, seconds: float = START_SECONDS) -> str:
        """The first line not read yet that begins like this."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                line = self._arrived.get(timeout=left)
            except queue.Empty:
                break
            if line is None:
                break
            if line.startswith(start):
                return line
        raise AssertionError(f"no line {start!r} in: {''.join(self.lines)} {self.logs()}")

    def end(self, number: signal.Signals) -> float:
        """Signal the parent; how many seconds until all had ended."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(20)
        return time.monotonic() - began

    def children(self) -> dict[int, str]:
        """Process ids of the parent's children, with their command lines."""
        found = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdecimal():
                continue
            try:
                stat = (entry / "stat").read_text()
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if int(stat.rpartition(")")[2].split()[1]) == self.process.pid:
                found[int(entry.name)] = command
        return found

    def logs(self) -> str:
        """The end of each log file."""
        folder = self.data_dir / "logs"
        return "\n".join(
            f"{path.name}: {path.read_text()[-3000:]}" for path in folder.glob("*.log")
        )

    def command(self, *words: str) -> str:
        """What another `backoffice` command on the same data folder prints."""
        done = subprocess.run(
            [sys.executable, "-m", "backoffice", *words, "--data", self.data_dir],
            cwd=ROOT,
            env=clean_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def client(self, role: str, name: str = "") -> httpx.Client:
        """An API client with a token of that role."""
        token = self.command("token", "--role", role, "--name", name or role)
        return httpx.Client(
            base_url=f"{self.url}/api/v1",
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
            trust_env=False,
        )


def clean_environment() -> dict[str, str]:
    """The environment without settings of an installation."""
    return {name: value for name, value in os.environ.items() if not name.startswith("BACKOFFICE_")}
