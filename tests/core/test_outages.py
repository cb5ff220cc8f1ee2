"""What a database says when it cannot, and that our own mistakes are not called outages."""

import errno
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from core.outages import outage_of
from tests.conftest import engine_for


def answer_to(engine: Engine, *statements: str) -> str | None:
    """What the outage is called that these statements meet."""
    try:
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
            connection.commit()
    except SQLAlchemyError as error:
        found = outage_of(error)
        return type(found).__name__ if found else None
    finally:
        engine.dispose()
    return "none"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "x.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (x)")
    connection.close()
    return path


def test_sqlite_is_full(file: Path) -> None:
    fill = "INSERT INTO t VALUES (randomblob(1000000))"

    assert answer_to(create_engine(f"sqlite:///{file}"), "PRAGMA max_page_count = 3", fill) == (
        "DatabaseFull"
    )


def test_sqlite_can_only_be_read(file: Path) -> None:
    engine = create_engine(f"sqlite:///file:{file}?mode=ro&uri=true")

    assert answer_to(engine, "INSERT INTO t VALUES (1)") == "DatabaseReadOnly"


def test_sqlite_is_locked(file: Path) -> None:
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": 0})

    assert answer_to(engine, "INSERT INTO t VALUES (1)") == "DatabaseBusy"
    holder.close()


def test_sqlite_has_no_file(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}")

    assert answer_to(engine, "SELECT 1") == "DatabaseAway"


def test_a_table_that_is_missing_is_no_outage(file: Path) -> None:
    assert answer_to(create_engine(f"sqlite:///{file}"), "SELECT * FROM u") is None


def test_postgresql_is_not_there() -> None:
    assert answer_to(engine_for("postgresql+psycopg://postgres@127.0.0.1:1/x"), "SELECT 1") == (
        "DatabaseAway"
    )


@pytest.mark.parametrize(
    ("statements", "name"),
    [
        (("SET TRANSACTION READ ONLY", "CREATE TABLE t (x int)"), "DatabaseReadOnly"),
        (("SET LOCAL statement_timeout = 20", "SELECT pg_sleep(5)"), "DatabaseBusy"),
        (("SELECT pg_terminate_backend(pg_backend_pid())",), "DatabaseAway"),
        (("SELECT * FROM no_such_table",), None),
        (("SELECT 1",), "none"),
    ],
)
def test_postgresql_says_what_is_wrong(
    postgres_database: str, statements: tuple[str, ...], name: str | None
) -> None:
    assert answer_to(engine_for(postgres_database), *statements) == name


def test_a_pool_without_a_free_connection_is_busy(postgres_database: str) -> None:
    engine = create_engine(postgres_database, pool_size=1, max_overflow=0, pool_timeout=0.1)
    with engine.connect(), pytest.raises(SQLAlchemyError) as caught, engine.connect():
        pass
    engine.dispose()

    assert type(outage_of(caught.value)).__name__ == "DatabaseBusy"


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (errno.ENOSPC, "DatabaseFull"),
        (errno.EROFS, "DatabaseReadOnly"),
        (errno.EIO, "DatabaseBroken"),
        (errno.ENOENT, "NoneType"),
    ],
)
def test_the_system_says_what_is_wrong_with_a_file(number: int, name: str) -> None:
    assert type(outage_of(OSError(number, "x"))).__name__ == name


@pytest.mark.parametrize("make", [ValueError, SQLAlchemyError])
def test_other_errors_are_no_outages(make: Callable[[], Exception]) -> None:
    assert outage_of(make()) is None
