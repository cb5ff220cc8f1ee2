"""The database: one transaction for each request, job or command, on SQLite or PostgreSQL.

SQLite lets one writer in at a time. Writers begin IMMEDIATE, so that none finds out at its commit
that it read old data, and queue at a file lock, which is fairer than SQLite's own busy wait.
Readers open a plain read-only transaction and never wait.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import Any

from flask import Flask, current_app, has_app_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from core import metrics
from core.config import Config, Retries
from core.failpoints import reached
from core.model import Model
from core.outbox import Ring, take_rings

db = SQLAlchemy(metadata=Model.metadata)

#: What rings the bell for a list of jobs; set by the composition root.
Ringer = Callable[[list[Ring]], None]

STATEMENT_TIMEOUT_MS = 30_000
LOCK_TIMEOUT_MS = 10_000
#: How long a request waits for a free connection.
POOL_TIMEOUT_SECONDS = 10.0
#: A server or a network that says nothing any more is noticed after so long.
SILENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
#: A connection that rested for longer is asked whether it still works before it is used.
GREET_AFTER_SECONDS = 1.0


def init_app(app: Flask, config: Config) -> None:
    """Connect an application to its database."""
    app.config["SQLALCHEMY_DATABASE_URI"] = config.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(config)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
        metrics.watch(db.engine)


def engine_options(config: Config) -> dict[str, Any]:
    """How to open connections, for both kinds of database."""
    if config.is_sqlite:
        return {"connect_args": {"timeout": 15}}
    return {
        "pool_size": config.pool_size,
        "max_overflow": 5,
        "pool_timeout": POOL_TIMEOUT_SECONDS,
        # The one used last is awake: it needs no greeting, and has its statements prepared.
        "pool_use_lifo": True,
        "connect_args": {
            **SILENCE,
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS}"
            f" -c lock_timeout={LOCK_TIMEOUT_MS}"
            " -c idle_in_transaction_session_timeout=60000 -c timezone=UTC",
        },
    }


def prepare(engine: Engine) -> None:
    """Give SQLite the settings that make it durable and honest; greet PostgreSQL after a pause."""
    if engine.dialect.name != "sqlite":
        event.listen(engine, "checkin", _note_pause)
        event.listen(engine, "checkout", partial(_greet, engine))
        return
    event.listen(engine, "connect", _open_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def config() -> Config:
    """The settings of the application at hand. For jobs, which are called with an id only."""
    found: Config = current_app.extensions["config"]
    return found


def retries() -> Retries:
    """How failed calls are tried again where a model does not say; usual where nothing is set."""
    found: Config | None = current_app.extensions.get("config") if has_app_context() else None
    return found.retries if found is not None else Retries()


def undo_seconds() -> int:
    """How long a completed task may be taken back; usual where nothing is set."""
    found: Config | None = current_app.extensions.get("config") if has_app_context() else None
    return found.undo_seconds if found is not None else Config.undo_seconds


def default_language() -> str:
    """What those read who have chosen no language; English where nothing is set."""
    found: Config | None = current_app.extensions.get("config") if has_app_context() else None
    return found.language if found is not None else Config.language


@contextmanager
def transaction() -> Iterator[Session]:
    """Commit on success, roll back on any error, then ring the workers.

    Opened by edges only: API endpoints, screens, RQ jobs, CLI commands.
    """
    session = db.session()
    _require_outermost(session)
    session.info["transaction"] = "writing"
    try:
        with _writer_turn(session):
            try:
                yield session
                reached("before_commit")
                session.commit()
                session.info["commits"] = session.info.get("commits", 0) + 1
                reached("after_commit")
            except BaseException:
                session.rollback()
                take_rings(session)
                raise
    finally:
        del session.info["transaction"]
    _ring(take_rings(session))


@contextmanager
def reading() -> Iterator[Session]:
    """A read-only transaction: never waits for a writer, never keeps one waiting."""
    session = db.session()
    _require_outermost(session)
    session.info["transaction"] = "reading"
    try:
        session.connection(execution_options={"reading": True, "postgresql_readonly": True})
        yield session
    finally:
        session.rollback()
        del session.info["transaction"]


@contextmanager
def glancing() -> Iterator[Session]:
    """As `reading`, for a query or two that stand alone: no transaction is begun around them.

    What comes with every request costs one turn to the database so, not three.
    """
    session = db.session()
    _require_outermost(session)
    session.info["transaction"] = "reading"
    try:
        alone = {} if _is_sqlite(session) else {"isolation_level": "AUTOCOMMIT"}
        session.connection(execution_options={"reading": True, **alone})
        yield session
    finally:
        session.rollback()
        del session.info["transaction"]


def commits() -> int:
    """How many transactions this request, job or command has committed so far."""
    count: int = db.session().info.get("commits", 0)
    return count


def elsewhere(function: Callable[[], None]) -> Callable[[], None]:
    """The function for another thread: with the application at hand, and a session of its own."""
    application: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001

    def run() -> None:
        with application.app_context():
            function()

    return run


def _require_outermost(session: Session) -> None:
    assert "transaction" not in session.info, "transactions are opened by edges, and never nested"
    if session.in_transaction():
        session.rollback()  # Something read outside of a transaction: begin afresh.


def _ring(rings: list[Ring]) -> None:
    ringer: Ringer | None = current_app.extensions.get("ringer")
    if rings and ringer is not None:
        reached("before_ring")
        ringer(rings)


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _writer_turn(session: Session) -> AbstractContextManager[None]:
    engine = session.get_bind()
    url = engine.engine.url
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return nullcontext()
    return _locked(f"{url.database}.writer")


@contextmanager
def _locked(path: str) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _note_pause(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["paused_at"] = time.monotonic()


def _greet(engine: Engine, connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Notice that the server went away before somebody relies on it; not at each turn, it costs."""
    now = time.monotonic()
    if now - record.info.get("paused_at", now) < GREET_AFTER_SECONDS:
        return
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def _open_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions by itself: `_begin_sqlite` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] not in ("wal", "memory"):
        cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("reading")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
