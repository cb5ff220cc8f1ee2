"""Transactions: all or nothing, bells after the commit, readers that never wait."""

import threading
import time
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core import db as database
from core.config import Config
from core.db import db, glancing, reading, transaction
from core.ids import new_id
from core.outbox import ring
from core.people import Group


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """An application that has a database and nothing else."""
    app = Flask(__name__)
    database.init_app(app, config)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def rings(app: Flask) -> list[tuple[str, str]]:
    heard: list[tuple[str, str]] = []
    app.extensions["ringer"] = heard.extend
    return heard


def names() -> set[str]:
    with reading() as session:
        return set(session.scalars(select(Group.name)))


def test_what_was_done_is_kept_and_then_rung(rings: list[tuple[str, str]]) -> None:
    row = new_id()

    with transaction() as session:
        session.add(Group(name="billing", title="Billing"))
        ring(session, "engine.jobs.x", row)
        ring(session, "engine.jobs.x", row)
        assert rings == []

    assert names() == {"billing"}
    assert rings == [("engine.jobs.x", str(row))]


def test_after_an_error_nothing_is_kept_and_nothing_rung(rings: list[tuple[str, str]]) -> None:
    def fail() -> None:
        with transaction() as session:
            session.add(Group(name="billing", title="Billing"))
            ring(session, "engine.jobs.x", 1)
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert names() == set()
    assert rings == []


def test_a_reading_transaction_cannot_write_on_postgresql(app: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no read-only transactions")
    with reading() as session:
        session.add(Group(name="billing", title="Billing"))
        with pytest.raises(DBAPIError):
            session.flush()


def is_autocommit(session: Session) -> bool:
    return getattr(session.connection().connection.dbapi_connection, "autocommit", False) is True


def test_a_glance_sees_what_was_committed_and_keeps_nobody_waiting(app: Flask) -> None:
    with transaction() as session:
        session.add(Group(name="billing", title="Billing"))

    with glancing() as session:
        first = set(session.scalars(select(Group.name)))
        alone = is_autocommit(session)
    with reading() as session:
        second = set(session.scalars(select(Group.name)))
        together = is_autocommit(session)

    assert first == second == {"billing"}
    assert (alone, together) == (db.engine.dialect.name == "postgresql", False)


def test_connections_that_the_server_closed_while_they_rested_are_replaced(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no server")
    monkeypatch.setattr(database, "GREET_AFTER_SECONDS", 0.0)
    with reading() as session:
        backend = session.scalar(text("SELECT pg_backend_pid()"))
    other = create_engine(db.engine.url)
    with other.connect() as connection:
        connection.execute(text(f"SELECT pg_terminate_backend({backend})"))
    other.dispose()

    assert names() == set()


def test_the_connection_that_was_used_last_is_used_next(app: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("files are opened in no time")
    asked = text("SELECT pg_backend_pid()")
    with db.engine.connect() as one, db.engine.connect() as other:
        first, last = one.scalar(asked), other.scalar(asked)
        assert first != last
        other.close()
        one.close()

    for _ in range(3):
        with reading() as session:
            assert session.scalar(asked) == first


def test_transactions_do_not_nest(app: Flask) -> None:
    with pytest.raises(AssertionError), transaction(), transaction():
        pass


def test_a_reader_does_not_wait_for_a_writer(app: Flask) -> None:
    inside, done = threading.Event(), threading.Event()

    def write() -> None:
        with app.app_context(), transaction() as session:
            session.add(Group(name="billing", title="Billing"))
            session.flush()
            inside.set()
            done.wait(10)

    writer = threading.Thread(target=write)
    writer.start()
    inside.wait(10)
    began = time.monotonic()
    seen = names()
    waited = time.monotonic() - began
    done.set()
    writer.join()

    assert seen == set()
    assert waited < 1
    assert names() == {"billing"}


def test_writers_at_once_all_get_their_turn(app: Flask) -> None:
    def write(number: int) -> None:
        with app.app_context():
            for step in range(5):
                with transaction() as session:
                    session.add(Group(name=f"team {number} {step}", title=""))

    writers = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert len(names()) == 30
