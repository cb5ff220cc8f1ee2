"""Copies made in the middle of work: nothing is lost, and no settled call is made again."""

import io
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import zstandard
from sqlalchemy import create_engine, make_url, select, text

from backoffice import backup, database
from backoffice.backup import CopyDamaged, NothingThere, NotSqlite, WouldOverwrite
from backoffice.installation import AlreadyRunning, Claim
from core.config import Config
from core.db import db, transaction
from core.people import SYSTEM, Actor, Role
from engine import deployments, instances, user_tasks
from engine.models import ProcessInstance
from tests import postgres
from tests.backoffice.running import Installation
from tests.build import process
from wsgi import create_app

CASES = 24


class Ledger:
    """A partner that takes its time and remembers who asked how often."""

    def __init__(self) -> None:
        ledger = self
        self.asked: Counter[str] = Counter()
        #: Closed: who asks now waits for the answer.
        self.gate = threading.Event()
        self.gate.set()
        self._lock = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                with ledger._lock:
                    ledger.asked[self.headers["Idempotency-Key"]] += 1
                    if sum(ledger.asked.values()) == CASES:
                        ledger.gate.clear()
                ledger.gate.wait(60)
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    ledger = Ledger()
    yield ledger
    ledger.close()


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.timeout(300)
def test_a_copy_made_in_the_middle_of_work_goes_on_without_repeating_settled_calls(
    tmp_path: Path, ledger: Ledger
) -> None:
    call = {"connector": "http", "inputs": {"url": f"http://{ledger.host}/"}}
    model = process("p").service_task("a", **call).service_task("b", **call)
    model = model.service_task("c", **call).end()
    settings = {"BACKOFFICE_PRIVATE_HOSTS": ledger.host}
    copy = tmp_path / "copy.backup"
    with (
        Installation(tmp_path / "one", settings=settings) as first,
        first.client("administrator") as api,
    ):
        api.post("/deployments", files=[("files", ("p.bpmn", model))]).raise_for_status()
        for _ in range(CASES):
            api.post("/process-instances", json={"key": "p"}).raise_for_status()
        wait_until(lambda: not ledger.gate.is_set())
        first.command("backup", str(copy))
        ledger.gate.set()
        # The original goes on after the copy was made, as it does after any disaster's last copy.
        wait_until(lambda: len(ledger.asked) > 2 * CASES)
        first.end(signal.SIGTERM)
    refused = run("restore", str(copy), "--data", tmp_path / "one")
    assert refused.returncode == 1
    assert "--force" in refused.stderr

    restored = run("restore", str(copy), "--data", tmp_path / "two")
    assert restored.returncode == 0, restored.stderr
    db = tmp_path / "two" / "backoffice.db"
    settled = [
        str(UUID(each))
        for (each,) in rows(db, "SELECT id FROM service_task WHERE state = 'completed'")
    ]
    open_cases = rows(db, "SELECT count(*) FROM process_instance WHERE ended_at IS NULL")[0][0]
    before = {key: ledger.asked[key] for key in settled}
    with (
        Installation(tmp_path / "two", settings=settings) as second,
        second.client("administrator") as api,
    ):
        wait_until(lambda: states(api) == Counter(completed=CASES))

    assert open_cases > 0
    assert 0 < len(settled) < 3 * CASES
    assert {key: ledger.asked[key] for key in settled} == before
    assert set(before.values()) == {1}


def states(api: httpx.Client) -> Counter[str]:
    page = api.get("/process-instances", params={"limit": 200}).json()
    return Counter(each["state"] for each in page["items"])


def wait_until(condition: Any, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def run(*words: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "backoffice", *map(str, words)]
    return subprocess.run(command, cwd=database.ROOT, capture_output=True, text=True, check=False)


@pytest.fixture
def resting(tmp_path: Path) -> Config:
    """An installation that does not run."""
    folder = tmp_path / "resting"
    config = Config.from_environment({"BACKOFFICE_DATA": str(folder)})
    database.migrate(config)
    (folder / "attachments").mkdir()
    (folder / "attachments" / "a.pdf").write_bytes(b"%PDF")
    return config


def test_a_copy_holds_what_is_needed_and_only_its_owner_may_read_it(
    resting: Config, tmp_path: Path
) -> None:
    copy = tmp_path / "a.backup"
    manifest = backup.make(resting, copy)

    assert copy.stat().st_mode & 0o777 == 0o600
    assert set(manifest["files"]) == {"backoffice.db", "secret_key", "attachments/a.pdf"}
    assert manifest["version"]
    backup.put_back(copy, tmp_path / "new")
    for name in ("secret_key", "attachments/a.pdf"):
        old, new = resting.data_dir / name, tmp_path / "new" / name
        assert new.read_bytes() == old.read_bytes()
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_nothing_is_overwritten_unless_told_and_then_the_old_database_is_kept(
    resting: Config, tmp_path: Path
) -> None:
    copy = tmp_path / "a.backup"
    backup.make(resting, copy)

    with pytest.raises(WouldOverwrite):
        backup.make(resting, copy)
    with pytest.raises(WouldOverwrite):
        backup.put_back(copy, resting.data_dir)
    backup.make(resting, copy, force=True)
    backup.put_back(copy, resting.data_dir, force=True)

    assert rows(resting.data_dir / "backoffice.db.before", "SELECT count(*) FROM person") == [(0,)]
    assert not list(resting.data_dir.glob(".restore-*"))


def test_a_folder_in_use_is_not_restored_into(resting: Config, tmp_path: Path) -> None:
    copy = tmp_path / "a.backup"
    backup.make(resting, copy)
    claim = Claim(resting.data_dir)

    with pytest.raises(AlreadyRunning):
        backup.put_back(copy, resting.data_dir, force=True)
    claim.release()
    backup.put_back(copy, resting.data_dir, force=True)


def test_what_is_missing_or_elsewhere_is_said(tmp_path: Path) -> None:
    postgresql = Config(data_dir=tmp_path, database_url="postgresql+psycopg://a/b", secret_key="x")
    nothing = Config.from_environment({"BACKOFFICE_DATA": str(tmp_path / "none")})

    with pytest.raises(NotSqlite):
        backup.make(postgresql, tmp_path / "a.backup")
    with pytest.raises(NothingThere):
        backup.make(nothing, tmp_path / "a.backup")
    with pytest.raises(NothingThere):
        backup.put_back(tmp_path / "none.backup", tmp_path / "new")


def test_a_damaged_copy_is_refused_and_changes_nothing(resting: Config, tmp_path: Path) -> None:
    copy = tmp_path / "a.backup"
    backup.make(resting, copy)
    content = copy.read_bytes()
    target = tmp_path / "new"
    for wrong in (
        content[: len(content) // 2],
        content[:-200] + bytes(100) + content[-100:],
        b"no copy at all",
        packed({"format": 99, "files": {}}),
        packed({"format": 1, "files": {"../../evil": "0"}}),
        packed({"format": 1, "files": {"/etc/evil": "0"}}),
        packed({"format": 1, "files": {}}, **{"settings.json": b"{}"}),
        packed({"format": 1, "files": {"secret_key": "0"}}, secret_key=b"x"),
        packed({"format": 1, "files": {"backoffice.db": DIGEST_OF_X}}, **{"backoffice.db": b"x"}),
    ):
        copy.write_bytes(wrong)
        with pytest.raises(CopyDamaged):
            backup.put_back(copy, target)

    assert not (target / "backoffice.db").exists()


DIGEST_OF_X = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"


def packed(manifest: dict[str, Any], **files: bytes) -> bytes:
    """A copy as somebody else might make it."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for name, content in {"manifest.json": json.dumps(manifest).encode(), **files}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return zstandard.compress(plain.getvalue())


def test_tables_of_a_newer_version_are_refused(resting: Config, tmp_path: Path) -> None:
    with closing(sqlite3.connect(resting.data_dir / "backoffice.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    with pytest.raises(CopyDamaged, match="newer version"):
        backup.make(resting, tmp_path / "a.backup")


def test_a_broken_database_is_not_called_a_backup(resting: Config, tmp_path: Path) -> None:
    path = resting.data_dir / "backoffice.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    for page in range(4096, len(content), 4096):
        content[page + 8 : page + 200] = bytes(192)
    path.write_bytes(content)

    with pytest.raises(CopyDamaged):
        backup.make(resting, tmp_path / "a.backup")
    assert not (tmp_path / "a.backup").exists()


@pytest.mark.postgres
def test_a_dump_of_postgresql_made_in_the_middle_of_work_goes_on(
    postgres_database: str, tmp_path: Path
) -> None:
    """What docs/guides/production.md says about pg_dump, done."""
    binaries = postgres.find_binaries(tmp_path)
    dump = shutil.which("pg_dump", path=str(binaries))
    put_back = shutil.which("pg_restore", path=str(binaries))
    if dump is None or put_back is None:
        pytest.skip("this PostgreSQL came without pg_dump")
    server = make_url(postgres_database).set(drivername="postgresql")
    plain = server.render_as_string(hide_password=False)
    admin = create_engine(postgres_database, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for name in ("dumped", "restored"):
            connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
            connection.execute(text(f"CREATE DATABASE {name}"))

    def config(name: str) -> Config:
        url = make_url(postgres_database).set(database=name)
        return Config(
            data_dir=tmp_path,
            database_url=url.render_as_string(hide_password=False),
            secret_key="x",
            pool_size=2,
        )

    database.migrate(config("dumped"))
    with create_app(config("dumped")).app_context():
        with transaction() as session:
            files = {"p.bpmn": bytes(process("q").user_task("b").end())}
            deployments.deploy(session, files, by=SYSTEM)
            instances.start(session, key="q", by=SYSTEM)
        db.session.remove()
        db.engine.dispose()
    file = tmp_path / "a.dump"
    base = plain.rpartition("/")[0]
    subprocess.run([dump, "-Fc", "-f", file, f"{base}/dumped"], check=True)
    subprocess.run([put_back, "--no-owner", "-d", f"{base}/restored", file], check=True)

    with create_app(config("restored")).app_context():
        root = Actor("root", frozenset({Role.ADMINISTRATOR}))
        with transaction() as session:
            [task] = user_tasks.find(session, by=root)
            user_tasks.complete(session, task.id, {}, by=root)
        with transaction() as session:
            assert session.scalars(select(ProcessInstance.state)).all() == ["completed"]
        db.session.remove()
        db.engine.dispose()
    with admin.connect() as connection:
        for name in ("dumped", "restored"):
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()
