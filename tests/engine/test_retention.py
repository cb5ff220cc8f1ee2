"""Old history: exported whole, removed in small batches, while work goes on beside it."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
import zstandard
from pyarrow import parquet
from sqlalchemy import func, select

from core import clock
from core.db import reading, transaction
from core.model import Model
from core.people import SYSTEM, Actor, Role
from engine import deployments, history_export, instances, jobs, retention, user_tasks
from engine.models import LogEntry, ProcessInstance, UserTask
from engine.retention import DaysInvalid, PolicyNotFound
from tests.build import process

ROOT_ACTOR = Actor("root", frozenset({Role.ADMINISTRATOR}))
CALL = {"connector": "http", "inputs": {"url": "a:/b"}}


@pytest.fixture
def cases(edge, clock_at):
    """Makes ended cases of a process: `cases("p", 3)` today, and then lets time pass."""

    def cases(key: str, number: int) -> None:
        drawing = process(key).user_task("a", lane="x").service_task("b", **CALL)
        with transaction() as session:
            deployments.deploy(session, {"p.bpmn": bytes(drawing.end())}, by=SYSTEM)
        for _ in range(number):
            with transaction() as session:
                case = instances.start(
                    session, key=key, business_key="SU", variables={"big": "x" * 40_000}, by=SYSTEM
                )
                task = session.scalar(select(UserTask.id).where(UserTask.instance_id == case.id))
                user_tasks.complete(session, task, {"ok": True}, by=ROOT_ACTOR)
                instances.cancel(session, case.id, "enough", by=ROOT_ACTOR)

    return cases


def number_of(*where) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(ProcessInstance).where(*where))


def remove(key: str, days: int, folder: Path) -> int:
    with transaction() as session:
        return retention.remove_batch(session, key, days, folder)


def test_what_is_old_is_exported_and_nothing_of_it_stays(cases, clock_at, tmp_path):
    cases("p", 3)
    with reading() as session:
        entries = session.scalar(select(func.count()).select_from(LogEntry))
    clock_at(days=31)
    cases("p", 1)

    assert remove("p", 30, tmp_path / "old") == 3
    assert remove("p", 30, tmp_path / "old") == 0

    assert number_of() == 1
    with reading() as session:
        kept = set(session.scalars(select(ProcessInstance.id)))
        for table in Model.metadata.tables.values():
            for column in table.columns:
                if any(key.column.table.name == "process_instance" for key in column.foreign_keys):
                    assert set(session.scalars(select(column))) - {None} <= kept
    files = sorted((tmp_path / "old" / "p").iterdir())
    assert [path.name.partition("-")[0] for path in files] == ["cases", "log"]
    rows = parquet.read_table(files[0]).to_pylist()
    assert [(row["key"], row["state"], row["business_key"]) for row in rows] == [
        ("p", "cancelled", "SU")
    ] * 3
    log = parquet.read_table(files[1])
    assert log.num_rows == entries
    assert str(log.schema.field("at").type).startswith("timestamp")
    assert any(text and "enough" in text for text in log.column("variables").to_pylist())
    assert files[0].stat().st_mode & 0o777 == 0o600


def test_without_pyarrow_the_same_rows_are_lines_of_json(cases, clock_at, tmp_path, monkeypatch):
    monkeypatch.setattr(history_export, "find_spec", lambda _: None)
    cases("p", 1)
    clock_at(days=31)

    remove("p", 30, tmp_path)

    [path] = (tmp_path / "p").glob("cases-*.jsonl.zst")
    assert b'"state":"cancelled"' in zstandard.decompress(path.read_bytes())


def test_open_cases_and_young_ones_stay_however_old_their_start(cases, clock_at, tmp_path, edge):
    cases("p", 1)
    with transaction() as session:
        instances.start(session, key="p", by=SYSTEM)
    clock_at(days=29)

    assert remove("p", 30, tmp_path) == 0
    clock_at(days=400)
    assert remove("p", 30, tmp_path) == 1
    assert number_of(ProcessInstance.ended_at.is_(None)) == 1


def test_a_removal_that_fails_leaves_the_cases_and_is_exported_again(
    cases, clock_at, tmp_path, monkeypatch
):
    cases("p", 2)
    clock_at(days=31)
    monkeypatch.setattr(retention, "_remove_below", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        remove("p", 30, tmp_path)
    assert number_of() == 2
    monkeypatch.undo()

    remove("p", 30, tmp_path)

    assert number_of() == 0
    assert len(list((tmp_path / "p").glob("cases-*"))) == 1


def test_an_export_that_fails_removes_nothing(cases, clock_at, tmp_path):
    cases("p", 1)
    clock_at(days=31)
    (tmp_path / "p").write_text("in the way")

    with pytest.raises(FileExistsError):
        remove("p", 30, tmp_path)

    assert number_of() == 1


def test_rows_come_before_settings_and_settings_for_one_before_those_for_all(cases, clock_at, edge):
    for key in ("p", "q", "r"):
        cases(key, 1)
    with transaction() as session:
        retention.put_policy(session, "p", 10, by=ROOT_ACTOR)
        with pytest.raises(DaysInvalid):
            retention.put_policy(session, "p", 0, by=ROOT_ACTOR)
        with pytest.raises(PolicyNotFound):
            retention.put_policy(session, "nobody", 5, by=ROOT_ACTOR)

    with reading() as session:
        settings = {"": 30, "q": 20}
        assert retention.days_by_key(session, settings) == {"p": 10, "q": 20, "r": 30}
        assert retention.days_by_key(session, {}) == {"p": 10}
    with transaction() as session:
        retention.remove_policy(session, "p", by=ROOT_ACTOR)
        with pytest.raises(PolicyNotFound):
            retention.remove_policy(session, "p", by=ROOT_ACTOR)


def test_a_preview_tells_how_much_and_changes_nothing(cases, clock_at, edge):
    cases("p", 2)
    first = clock.now()
    clock_at(days=31)

    with reading() as session:
        [share] = retention.preview(session, {"": 30})

    assert (share.key, share.days, share.cases, share.oldest) == ("p", 30, 2, first)
    assert share.entries > 10
    assert number_of() == 2


def test_the_scheduler_removes_in_batches_while_others_work(
    cases, clock_at, edge, config, monkeypatch
):
    """Nobody waits long: cases are started and ended beside the removal."""
    monkeypatch.setattr(retention, "BATCH", 5)
    edge.extensions["config"] = replace(config, retention_days={"p": 30})
    cases("p", 40)
    clock_at(days=31)
    cases("q", 1)
    waited: list[float] = []
    stop = threading.Event()
    failed: list[BaseException] = []

    def work() -> None:
        with edge.app_context():
            try:
                while not stop.is_set():
                    began = time.monotonic()
                    with transaction() as session:
                        case = instances.start(session, key="q", by=SYSTEM)
                        instances.cancel(session, case.id, "done", by=ROOT_ACTOR)
                    waited.append(time.monotonic() - began)
            except BaseException as error:  # noqa: BLE001 (the test looks at it)
                failed.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        for _ in range(100):
            jobs.remove_old_history()
            if not number_of(ProcessInstance.key == "p"):
                break
    finally:
        stop.set()
        worker.join()

    assert failed == []
    assert number_of(ProcessInstance.key == "p") == 0
    assert number_of(ProcessInstance.key == "q") == len(waited) + 1
    assert max(waited) < 2.0
    folder = config.data_dir / "history" / "p"
    found = [
        row["id"] for path in folder.glob("cases-*") for row in parquet.read_table(path).to_pylist()
    ]
    assert len(found) == len(set(found)) == 40
