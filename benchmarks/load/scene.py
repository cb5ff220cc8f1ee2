"""A whole installation on PostgreSQL, with a database of its own, for one measurement."""

import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import psycopg

from benchmarks.load.clients import Api, Ask
from benchmarks.load.processor import name_of, seconds_used
from tests.backoffice.running import Installation, clean_environment

ROOT = Path(__file__).parent.parent.parent
PATIENCE_SECONDS = 300.0


@dataclass(frozen=True)
class Scene:
    """What a measurement works with."""

    api: Api
    installation: Installation
    #: A connection of our own, each statement a transaction.
    rows: psycopg.Connection[tuple[Any, ...]]
    url: str

    def ask(self, query: str, *values: object) -> Any:
        """The first column of the first row."""
        row = self.rows.execute(query, values).fetchone()  # type: ignore[arg-type]
        assert row is not None
        return row[0]

    def start(self, key: str, count: int, clients: int = 8) -> None:
        """Start so many instances."""
        self.api.closed(starts(key, count), clients).require(201)

    def until_ended(self, key: str, *, left: int = 0) -> None:
        """Wait until no more than `left` instances of a process are open."""
        query = "SELECT count(*) FROM process_instance WHERE ended_at IS NULL AND key = %s"
        wait_until(lambda: self.ask(query, key) <= left)

    @contextmanager
    def processor(self, spent: dict[str, float], count: int) -> Iterator[None]:
        """Note in `spent` what each of `count` pieces of work costs in ms, by kind of process."""
        server = int(self.ask("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)"))
        roots = (self.installation.process.pid, server)
        before, load_before = seconds_used(roots), time.process_time()
        yield
        after = seconds_used(roots)
        kinds = {"load": time.process_time() - load_before}
        for pid, seconds in after.items():
            kind = name_of(pid)
            kinds[kind] = kinds.get(kind, 0.0) + seconds - before.get(pid, 0.0)
        spent |= {kind: round(each * 1000 / count, 2) for kind, each in kinds.items()}
        spent["all"] = round(sum(kinds.values()) * 1000 / count, 2)

    @contextmanager
    def workers(self, count: int) -> Iterator[None]:
        """More workers for as long as the context lasts."""
        command = [sys.executable, "-m", "backoffice", "worker", "--data"]
        processes = [
            subprocess.Popen(
                [*command, self.installation.data_dir],
                cwd=ROOT,
                env={**clean_environment(), **self.installation.settings},
                stderr=subprocess.DEVNULL,
            )
            for _ in range(count)
        ]
        try:
            yield
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(20)


def starts(key: str, count: int, name: str = "") -> list[Ask]:
    """Requests that start instances, numbered in their business keys."""
    prefix = name or key
    return [
        Ask("POST", "/process-instances", {"key": key, "businessKey": f"{prefix}-{number}"})
        for number in range(count)
    ]


@contextmanager
def scene(
    server: str,
    files: Mapping[str, bytes],
    *,
    workers: int = 2,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Scene]:
    """An installation in an empty database of the server, with the files deployed."""
    with database(server) as url, TemporaryDirectory(prefix="durable-") as folder:
        options = ("--no-demo", "--workers", str(workers), "--database-url", url)
        with (
            Installation(Path(folder) / "data", options, settings or {}) as installation,
            installation.client("administrator") as client,
            psycopg.connect(url, autocommit=True) as rows,
        ):
            deploy(client, files)
            token = installation.command("token", "--role", "administrator", "--name", "load")
            try:
                yield Scene(Api(installation.url, token), installation, rows, url)
            except Exception as error:
                error.add_note(installation.logs())
                raise


@contextmanager
def database(server: str) -> Iterator[str]:
    """The URL of an empty database that is dropped afterwards."""
    name = f"durable_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            yield server.rpartition("/")[0] + f"/{name}"
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def deploy(client: httpx.Client, files: Mapping[str, bytes]) -> None:
    """Deploy files, which must be without errors."""
    uploads = [("files", (name, content)) for name, content in files.items()]
    answer = client.post("/deployments", files=uploads)
    if answer.status_code not in (200, 201):
        raise RuntimeError(answer.text)


def wait_until(condition: Callable[[], bool]) -> None:
    """Ask again and again, not for ever."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("it did not come to that")
        time.sleep(0.05)
