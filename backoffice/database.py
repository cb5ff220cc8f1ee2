"""Brings a database up to the tables of this version, one process at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, text

from core import db
from core.config import Config
from core.errors import Conflict

ROOT = Path(__file__).parent.parent
#: Any number that no other use of advisory locks shares.
ADVISORY_LOCK = 20_190_622


class NotPrepared(Conflict):
    """The database has not the tables of this version: run `backoffice migrate` first."""


def require_current(config: Config) -> None:
    """Raise NotPrepared unless the newest migration has run."""
    engine = create_engine(config.database_url, **db.engine_options(config))
    db.prepare(engine)
    try:
        with engine.connect() as connection:
            if not is_current(connection):
                raise NotPrepared
    finally:
        engine.dispose()


def migrate(config: Config) -> None:
    """Create or upgrade all tables. Does nothing when they are up to date."""
    engine = create_engine(config.database_url, **db.engine_options(config))
    db.prepare(engine)
    try:
        with _alone(config, engine), engine.connect() as connection:
            if not is_current(connection):
                connection.rollback()
                command.upgrade(_alembic(connection), "head")
                connection.commit()
    finally:
        engine.dispose()


def is_current(connection: Connection) -> bool:
    """Whether the newest migration has run."""
    heads = ScriptDirectory.from_config(_alembic(connection)).get_heads()
    return set(MigrationContext.configure(connection).get_current_heads()) == set(heads)


def check(config: Config) -> None:
    """Raise when the migrations and the rows in the code disagree."""
    engine = create_engine(config.database_url, **db.engine_options(config))
    db.prepare(engine)
    with engine.connect() as connection:
        command.check(_alembic(connection))
    engine.dispose()


def _alembic(connection: Connection) -> AlembicConfig:
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(ROOT / "migrations"))
    settings.attributes["connection"] = connection
    return settings


@contextmanager
def _alone(config: Config, engine: Engine) -> Iterator[None]:
    if not config.is_sqlite:
        with engine.connect() as connection:
            connection.execute(text(f"SELECT pg_advisory_lock({ADVISORY_LOCK})"))
            yield
        return
    path = config.data_dir / "migration.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
