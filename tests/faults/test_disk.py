"""A disk that is full or can only be read: said in a sentence, and over once there is room."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core import db as database
from core.config import Config
from core.model import Model
from core.people import SYSTEM, Role, make_token
from engine import deployments
from tests.build import process
from tests.conftest import load_models
from wsgi import create_app

SIZE = "6m"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own; skips where nobody may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "tmpfs", str(folder)]
    if os.getuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("nobody may mount a disk here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def app(disk: Path) -> Iterator[Any]:
    """The application with its database on that disk, and a process deployed."""
    load_models()
    config = Config(
        data_dir=disk, database_url=f"sqlite:///{disk / 'office.db'}", secret_key="a test's secret"
    )
    app = create_app(config)
    with app.app_context():
        Model.metadata.create_all(database.db.engine)
        with database.transaction() as session:
            drawing = process("paper").user_task("read").end()
            deployments.deploy(session, {"paper.bpmn": bytes(drawing)}, by=SYSTEM)
            app.extensions["test_token"] = _token(session)
        yield app
        database.db.session.remove()
        database.db.engine.dispose()


def _token(session: Session) -> str:
    _row, text = make_token(session, "root", roles=[Role.ADMINISTRATOR], by=SYSTEM)
    return text


def start(app: Any, size: int = 0) -> Any:
    """Start a case over the API, with so many bytes in a variable."""
    # Nothing that compresses: the disk is to become full.
    filler = os.urandom(size // 2).hex()
    return app.test_client().post(
        "/api/v1/process-instances",
        json={"key": "paper", "variables": {"filler": filler}},
        headers={"Authorization": f"Bearer {app.extensions['test_token']}"},
    )


def cases(app: Any) -> Any:
    return app.test_client().get(
        "/api/v1/process-instances?key=paper",
        headers={"Authorization": f"Bearer {app.extensions['test_token']}"},
    )


def test_a_full_disk_is_named_and_nothing_is_lost(app: Any, disk: Path) -> None:
    assert start(app).status_code == 201
    filler = disk / "filler"
    with suppress(OSError), filler.open("wb") as file:
        while True:
            file.write(b"x" * 65_536)
            file.flush()

    refused = [start(app, 100_000) for _ in range(3)]

    for answer in refused:
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert answer.json["error"] == "DatabaseFull"
        assert "until there is room again" in answer.json["message"]
    assert len(cases(app).json["items"]) == 1

    filler.unlink()

    assert start(app, 100_000).status_code == 201
    assert len(cases(app).json["items"]) == 2


def test_a_disk_that_can_only_be_read_is_named(app: Any, disk: Path) -> None:
    assert start(app).status_code == 201
    database.db.session.remove()
    database.db.engine.dispose()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)

    refused = start(app)

    assert refused.status_code == 503
    # Its write-ahead log cannot even be opened there.
    assert refused.json["error"] in ("DatabaseReadOnly", "DatabaseAway")

    database.db.session.remove()
    database.db.engine.dispose()
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    assert start(app).status_code == 201
