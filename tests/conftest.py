"""What all tests share: a database, an application, a clock that can be moved, and people.

The database is SQLite in a folder of the test. When TEST_DATABASE_URL names a PostgreSQL server,
each test that has a database runs a second time there, and those in a browser run there alone;
each test process makes one of its own.
"""

import os
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from core import clock
from core import db as database
from core.config import Config
from core.model import Model
from core.people import Actor, Role
from tests import remembering

#: What tests may record for the end of the run.
FIGURES = frozenset(["feel_tck"])
NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)

POSTGRES_URL = os.environ.get("TEST_DATABASE_URL", "")

remembering.remember()


def load_models() -> None:
    """Import every module that declares rows, so that `Model.metadata` is complete."""
    from migrations.metadata import import_models

    import_models()


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[str]:
    """The URL of an empty PostgreSQL database that lives as long as this test process."""
    if not POSTGRES_URL:
        pytest.skip("needs TEST_DATABASE_URL")
    server = make_url(POSTGRES_URL).set(drivername="postgresql+psycopg")
    name = f"test_{uuid.uuid4().hex[:12]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    yield server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    admin.dispose()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the figures that tests recorded, also those of other test processes."""
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        for name, value in report.user_properties:
            if name in FIGURES:
                terminalreporter.write_line(f"{name}: {value}")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that has a database once on each kind of it; in a browser, on one."""
    if "database_url" in metafunc.fixturenames:
        kinds = ["sqlite", "postgresql"] if POSTGRES_URL else ["sqlite"]
        if "tests/browser" in metafunc.definition.path.as_posix():
            kinds = kinds[-1:]
        metafunc.parametrize("database_url", kinds, indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with all tables, empty for this test, which closes what it opens."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgres_tables")
        engine = create_engine(url, poolclass=NullPool)
        with engine.begin() as connection:
            remembering.clear(connection)
        yield url
        _expect_all_closed(url)
    else:
        remembering.copy_empty(
            request.getfixturevalue("sqlite_database"), tmp_path / "test.db", engine_for
        )
        yield f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture(scope="session")
def postgres_tables(postgres_database: str) -> str:
    """The URL of a PostgreSQL database with all tables."""
    load_models()
    engine = engine_for(postgres_database)
    with engine.begin() as connection:
        Model.metadata.create_all(connection)
    engine.dispose()
    return postgres_database


@pytest.fixture(scope="session")
def sqlite_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables that tests copy."""
    load_models()
    return tmp_path_factory.mktemp("sqlite") / "empty.db"


def _expect_all_closed(url: str) -> None:
    """Fail the test that leaves a connection open, not the one that runs when it is collected."""
    admin = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    others = text(
        "SELECT query FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    left: list[str] = []
    for _ in range(50):
        with admin.connect() as connection:
            left = list(connection.execute(others).scalars())
        if not left:
            return
        time.sleep(0.1)
    pytest.fail(f"{len(left)} connections are left open, the last with: {left[-1]}")


def engine_for(url: str) -> Engine:
    """An engine as the product opens it."""
    config = Config(data_dir=Path("/nonexistent"), database_url=url, secret_key="test", pool_size=5)
    engine = create_engine(url, **database.engine_options(config))
    database.prepare(engine)
    if url.startswith("sqlite"):
        # Tests do not outlive a power cut; waiting for the disk would only make them slow.
        event.listen(engine, "connect", _do_not_wait_for_the_disk)
    return engine


def _do_not_wait_for_the_disk(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    """A session on the test's database; what it flushed is rolled back unless it committed."""
    engine = engine_for(database_url)
    with Session(engine, expire_on_commit=False) as session:
        yield session
    engine.dispose()


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    return Config(data_dir=tmp_path, database_url=database_url, secret_key="a secret of the tests")


@pytest.fixture
def app(config: Config) -> Iterator[Any]:
    """The whole application on the test's database, without Redis: nobody rings."""
    from wsgi import create_app

    app = create_app(config)
    app.config["TESTING"] = True
    with app.app_context():
        yield app
        database.db.session.remove()
        database.db.engine.dispose()


@pytest.fixture
def client(app: Any) -> Any:
    return app.test_client()


@pytest.fixture
def clock_at() -> Iterator[Callable[..., datetime]]:
    """Stops the clock at NOW and moves it: `clock_at(hours=2)` is two hours after NOW."""
    stack: list[Any] = []

    def move(**offset: float) -> datetime:
        instant = NOW + timedelta(**offset)
        while stack:
            stack.pop().__exit__(None, None, None)
        stop = clock.stopped_at(instant)
        stop.__enter__()
        stack.append(stop)
        return instant

    move()
    yield move
    while stack:
        stack.pop().__exit__(None, None, None)


def actor(name: str, *roles: Role, groups: tuple[str, ...] = ()) -> Actor:
    return Actor(name, frozenset(roles), frozenset(groups))


@pytest.fixture
def ada() -> Actor:
    """An associate of customer service."""
    return actor("ada", Role.ASSOCIATE, groups=("customer_service",))


@pytest.fixture
def bob() -> Actor:
    """Another associate of customer service."""
    return actor("bob", Role.ASSOCIATE, groups=("customer_service",))


@pytest.fixture
def grace() -> Actor:
    """An analyst."""
    return actor("grace", Role.ANALYST)


@pytest.fixture
def lea() -> Actor:
    """The team leader of customer service."""
    return actor("lea", Role.TEAM_LEADER, groups=("customer_service",))


@pytest.fixture
def ivan() -> Actor:
    """An integrator: a program that calls the API."""
    return Actor("ivan", frozenset({Role.INTEGRATOR}), kind="token")


@pytest.fixture
def olga() -> Actor:
    """An operator."""
    return actor("olga", Role.OPERATOR)


@pytest.fixture
def root() -> Actor:
    """An administrator."""
    return actor("root", Role.ADMINISTRATOR)
