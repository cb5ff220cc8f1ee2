"""Child processes that are kept alive: started, restarted with back-off, ended together."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

log = logging.getLogger(__name__)

PR_SET_PDEATHSIG = 1
#: Seconds between a death and the next start: doubled each time, up to the limit.
FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
#: A process that lived this long starts with the first delay again.
STEADY_SECONDS = 60.0
#: Log files larger than this are put aside at start.
MAX_LOG_BYTES = 10_000_000

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass
class Child:
    """One process that ought to run.

    waiting ──start──► running ──dies──► waiting (longer each time)
    """

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    log_dir: Path
    pass_fds: Sequence[int] = ()
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    delay: float = field(default=FIRST_DELAY)

    def watch(self) -> None:
        """Start it when its time has come; notice when it has died."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_at:
                self.start()
        elif self.process.poll() is not None:
            self._plan_restart(now)

    def start(self) -> None:
        self.log_dir.mkdir(mode=0o700, exist_ok=True)
        path = self.log_dir / f"{self.name}.log"
        if path.exists() and path.stat().st_size > MAX_LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        with path.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 - our own commands
                self.command,
                env=dict(self.environ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=self.pass_fds,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        self.started_at = time.monotonic()

    def end(self, number: signal.Signals) -> None:
        """Send a signal to the process and all it started."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, number)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def _plan_restart(self, now: float) -> None:
        assert self.process is not None
        if now - self.started_at > STEADY_SECONDS:
            self.delay = FIRST_DELAY
        print(
            f"{self.name} ended ({_reason(self.process.returncode)}); starting it again in "
            f"{self.delay:g} s. Its log: {self.log_dir / self.name}.log",
            file=sys.stderr,
            flush=True,
        )
        self.process, self.start_at = None, now + self.delay
        self.delay = min(self.delay * 2, LONGEST_DELAY)


def end_all(children: Sequence[Child], *, grace_seconds: float) -> None:
    """Ask all to end, and end those that do not within the grace."""
    for child in children:
        child.end(signal.SIGTERM)
    deadline = time.monotonic() + grace_seconds
    while any(child.is_running for child in children) and time.monotonic() < deadline:
        time.sleep(0.02)
    for child in children:
        child.end(signal.SIGKILL)
    for child in children:
        if child.process is not None:
            child.process.wait()


def _reason(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _die_with_parent() -> None:
    # Where the system has no such call (macOS), the parent's own clean-up has to do.
    if sys.platform == "linux":
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
