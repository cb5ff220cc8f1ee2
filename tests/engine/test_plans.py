"""What the sweep and the lists ask uses an index, however much is finished: read from the plans."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from api.figures import Waiting
from core.people import SYSTEM, Actor
from engine import (
    instances,
    message_sweep,
    progress,
    retention,
    service_tasks,
    timers,
    user_tasks,
)
from tests.build import process

#: Finished instances, and open ones beside them.
FINISHED, OPEN = 20_000, 2_000
TABLES = ("process_instance", "user_task", "service_task", "timer", "subscription", "log_entry")


@pytest.fixture
def filled(session: Session, start: Any, clock_at: Any) -> Session:
    """A database with far more finished than open instances, and its statistics."""
    if session.get_bind().dialect.name == "sqlite":
        pytest.skip("plans are read on PostgreSQL")
    call = {"connector": "http", "inputs": {"url": "a:/b"}}
    drawing = process("p").parallel_gateway("split").user_task("a", lane="office").end("one")
    drawing = drawing.at("split").service_task("b", **call).end("two")
    drawing = drawing.at("split").catch("c", timer="PT1H").end("three")
    drawing = drawing.at("split").receive_task("d", "m", correlation="=c").end("four")
    instance = start(drawing, c="x")
    session.flush()
    for count, finished in ((FINISHED, True), (OPEN, False)):
        _copy(session, instance.id, count, finished=finished)
    session.execute(text("ANALYZE"))
    return session


def _copy(session: Session, template: Any, count: int, *, finished: bool) -> None:
    """Copies of all rows of an instance, made inside the database."""
    gone = {
        "process_instance": "state = 'completed', ended_at = now()",
        "user_task": "state = 'completed', completed_at = now()",
        "service_task": "state = 'completed', ring_at = NULL",
        "timer": None,
        "subscription": None,
        "log_entry": "kind = kind",
    }
    for table in TABLES:
        change = gone[table]
        if finished and change is None:
            continue
        key = "id" if table == "process_instance" else "instance_id"
        columns = [
            row[0]
            for row in session.execute(
                text(
                    f"SELECT column_name FROM information_schema.columns WHERE table_name='{table}'"
                )
            )
        ]
        names = ", ".join(f'"{name}"' for name in columns)
        values = ", ".join(_value(table, name, key) for name in columns)
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(
            text(
                f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} t,"
                f" generate_series(1, {count}) n WHERE t.{key} = '{template}'"
            )
        )
        if finished:
            session.execute(text(f"UPDATE {table} SET {change} WHERE {key} <> '{template}'"))


def _value(table: str, name: str, key: str) -> str:
    if name == "id" or name == key:
        salt = "''" if name == key else f"'{table}' || t.id"
        return f"md5({salt} || n || statement_timestamp())::uuid"
    if name == "correlation_key":
        return f't."{name}" || n'
    return f't."{name}"'


@contextmanager
def explained(session: Session) -> Iterator[list[str]]:
    """The plan of each query that is sent meanwhile."""
    plans: list[str] = []

    def explain(_connection: Any, cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
            cursor.execute(f"EXPLAIN {statement}", values)
            plans.append("\n".join(row[0] for row in cursor.fetchall()))

    event.listen(session.get_bind(), "before_cursor_execute", explain)
    try:
        yield plans
    finally:
        event.remove(session.get_bind(), "before_cursor_execute", explain)


def scanned(plans: list[str]) -> list[str]:
    """Tables that are read from one end to the other."""
    found = re.findall(r"Seq Scan on (\w+)", "\n".join(plans))
    return [table for table in found if table in TABLES]


SWEEP: dict[str, Callable[[Session], object]] = {
    "calls to ring for": service_tasks.has_due,
    "ringing for calls": service_tasks.ring_due,
    "taking the next call": service_tasks.take_next,
    "leases that ran out": service_tasks.expired,
    "messages to ring for": message_sweep.has_due,
    "messages that expire": message_sweep.has_expired,
    "cases to go on with": progress.has_due,
    "due timers": lambda session: timers.due(session, 20),
    "firing timers": lambda session: timers.fire_due(session, 20),
}


def test_the_sweep_uses_indexes(filled: Session, clock_at: Any) -> None:
    clock_at(hours=2)

    full = {}
    for name, ask in SWEEP.items():
        with explained(filled) as plans:
            ask(filled)
        assert plans, name
        if tables := scanned(plans):
            full[name] = tables

    assert full == {}


def test_looking_for_old_history_looks_at_no_young_case(filled: Session, tmp_path: Path) -> None:
    with explained(filled) as plans:
        assert retention.remove_batch(filled, "p", 30, tmp_path) == 0

    [plan] = plans
    assert "Index Scan using ix_process_instance_ended_at" in plan
    assert "Index Cond" in plan
    assert "ended_at <" in plan.partition("Index Cond")[2].splitlines()[0]


def test_an_index_serves_every_figure(filled: Session) -> None:
    # So few rows are read faster from one end to the other; many would not be.
    filled.execute(text("SET LOCAL enable_seqscan = off"))
    with explained(filled) as plans:
        for _ in Waiting(filled).collect():
            pass

    assert scanned(plans) == []


def test_lists_use_indexes(filled: Session, ada: Actor, olga: Actor) -> None:
    lists: dict[str, Callable[[], object]] = {
        "open tasks": lambda: user_tasks.find(filled, by=olga),
        "my tasks": lambda: user_tasks.find(filled, by=ada, mine=True),
        "tasks by due date": lambda: user_tasks.find(filled, by=olga, order="due"),
        "newest instances": lambda: instances.find(filled, by=olga),
        "open instances": lambda: instances.find(filled, by=olga, is_open=True),
        "instances of a key": lambda: instances.find(filled, by=olga, key="p", state="active"),
        "a business key": lambda: instances.find(filled, by=SYSTEM, business_key="SU-1"),
    }

    full = {}
    for name, ask in lists.items():
        with explained(filled) as plans:
            ask()
        if tables := scanned(plans):
            full[name] = tables

    assert full == {}
