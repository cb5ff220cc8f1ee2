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
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from core import db
from core.config import Config
from core.errors import Conflict, NotFound, Unavailable

ROOT = Path(__file__).parent.parent
#: Any number that no other use of advisory locks shares.
ADVISORY_LOCK = 20_190_622


class NotPrepared(Conflict):
    """The database has not the tables of this version: run `backoffice migrate` first."""


class NoDatabase(NotFound):
    """There is no database at {path}: `backoffice up` or `backoffice migrate` makes one."""


class NotReached(Unavailable):
    """The database cannot be used: {reason}"""


def require_current(config: Config) -> None:
    """Raise NoDatabase, NotReached, or NotPrepared unless the newest migration has run.

    Changes nothing and makes none. A database of a later release counts as prepared: going back
    is allowed.
    """
    path = make_url(config.database_url).database if config.is_sqlite else None
    if path is not None and not Path(path).exists():
        raise NoDatabase(path=path)  # To look into it would make it.
    engine = create_engine(config.database_url, **db.engine_options(config))
    db.prepare(engine)
    try:
        with engine.connect() as connection:
            if is_behind(connection):
                raise NotPrepared
    except OperationalError as error:
        raise NotReached(reason=str(error.orig).strip()) from error
    finally:
        engine.dispose()


def migrate(config: Config, *, patient: bool = False) -> None:
    """Create or upgrade all tables. Nothing when they are up to date, or of a later release.

    `patient` lets each statement take as long as it needs: for a window in which nobody works.
    """
    engine = create_engine(config.database_url, **db.engine_options(config))
    db.prepare(engine)
    try:
        with _alone(config, engine), engine.connect() as connection:
            if is_behind(connection):
                connection.rollback()
                settings = _alembic(connection)
                settings.attributes["patient"] = patient
                command.upgrade(settings, "head")
                connection.commit()
    finally:
        engine.dispose()


def is_behind(connection: Connection) -> bool:
    """Whether a migration of this version has not run."""
    script = ScriptDirectory.from_config(_alembic(connection))
    known = {each.revision for each in script.walk_revisions()}
    run = set(MigrationContext.configure(connection).get_current_heads())
    return run <= known and run != set(script.get_heads())


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
