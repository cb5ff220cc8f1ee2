"""Why the database could not do what was asked, in a sentence; everything else is a bug of ours."""

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection

from core.errors import Unavailable


class DatabaseBusy(Unavailable):
    """The database cannot answer right now."""


class DatabaseAway(Unavailable):
    """The database cannot be reached right now."""


class DatabaseFull(Unavailable):
    """The disk of the database is full, so nothing can be stored until there is room again."""


class DatabaseReadOnly(Unavailable):
    """The database can only be read right now, so nothing can be stored."""


class DatabaseBroken(Unavailable):
    """The database cannot read or write its files."""


#: What SQLite calls it, by the beginning of the name.
SQLITE: tuple[tuple[str, type[Unavailable]], ...] = (
    ("SQLITE_BUSY", DatabaseBusy),
    ("SQLITE_LOCKED", DatabaseBusy),
    ("SQLITE_FULL", DatabaseFull),
    ("SQLITE_READONLY", DatabaseReadOnly),
    ("SQLITE_CANTOPEN", DatabaseAway),
    ("SQLITE_IOERR", DatabaseBroken),
)

#: What PostgreSQL calls it, by the beginning of the SQLSTATE (PostgreSQL 15, appendix A).
SQLSTATES: tuple[tuple[str, type[Unavailable]], ...] = (
    ("53100", DatabaseFull),
    ("53", DatabaseBusy),  # out of connections or memory
    ("25006", DatabaseReadOnly),
    ("25P03", DatabaseBusy),  # idle in a transaction for too long
    ("40", DatabaseBusy),  # serialisation, deadlock
    ("55P03", DatabaseBusy),  # lock not available
    ("57014", DatabaseBusy),  # a statement that took too long
    ("57P", DatabaseAway),  # shut down, crashed, starting up
    ("08", DatabaseAway),
    ("58030", DatabaseBroken),  # input or output
)

#: What the system calls it, where a file could not be locked or made.
ERRNOS = {
    errno.ENOSPC: DatabaseFull,
    errno.EDQUOT: DatabaseFull,
    errno.EFBIG: DatabaseFull,
    errno.EROFS: DatabaseReadOnly,
    errno.EIO: DatabaseBroken,
}


def outage_of(error: Exception) -> Unavailable | None:
    """What is wrong with the database, if that is what an error says; None for all others."""
    if isinstance(error, NoConnection):
        return DatabaseBusy()
    if isinstance(error, DBAPIError):
        kind = _kind(error)
        return None if kind is None else kind()
    if isinstance(error, OSError) and error.errno in ERRNOS:
        return ERRNOS[error.errno]()
    return None


def _kind(error: DBAPIError) -> type[Unavailable] | None:
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        name = getattr(cause, "sqlite_errorname", "")
        return next((kind for start, kind in SQLITE if name.startswith(start)), None)
    state = getattr(cause, "sqlstate", None)
    if state is not None:
        return next((kind for start, kind in SQLSTATES if state.startswith(start)), None)
    # No word from the server: the connection was never made, or broke.
    is_lost = error.connection_invalidated or type(error).__name__ == "OperationalError"
    return DatabaseAway if is_lost else None


#: Errors that may be outages: what the edges ask `outage_of` about.
SUSPECTS: tuple[type[Exception], ...] = (SQLAlchemyError, OSError)
