"""Indexes on tables that may be large: made and dropped while others go on writing.

An index that is made in the migration's own transaction keeps all writers out until it is
complete, and is given up after STATEMENT_TIMEOUT. PostgreSQL can make one beside them
(`CONCURRENTLY`), outside of any transaction; what is left of one that was interrupted is dropped
and made anew.

    def upgrade() -> None:
        create_index('ix_log_entry_at', 'log_entry', ['at'])

A migration that does so does nothing else: what came before it in the same migration would be
committed, and could not be run again.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op

#: Longer than any table takes; an end all the same.
LONGEST = "2h"

log = logging.getLogger(__name__)


def create_index(
    name: str, table: str, columns: Sequence[str], *, unique: bool = False, where: str | None = None
) -> None:
    """Make an index, beside writers where the database can. Nothing where it is there and whole."""
    condition = sa.text(where) if where is not None else None
    if not _is_postgresql():
        op.create_index(
            name, table, columns, unique=unique, sqlite_where=condition, if_not_exists=True
        )
        return
    with _beside_others():
        _drop_broken(name)
        op.create_index(
            name,
            table,
            columns,
            unique=unique,
            postgresql_where=condition,
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def create_words_index(name: str, table: str, columns: Sequence[str], *, where: str) -> None:
    """Make an index that finds parts of words, beside writers; on PostgreSQL alone.

    Nothing either where the extension pg_trgm is neither there nor may be added: searching reads
    more rows then, and finds the same.
    """
    if not _is_postgresql() or not _has_parts_of_words():
        return
    with _beside_others():
        _drop_broken(name)
        op.create_index(
            name,
            table,
            columns,
            postgresql_using="gin",
            postgresql_ops=dict.fromkeys(columns, "gin_trgm_ops"),
            postgresql_where=sa.text(where),
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def drop_index(name: str, table: str) -> None:
    """Drop an index, beside writers where the database can. Nothing where there is none."""
    if not _is_postgresql():
        op.drop_index(name, table_name=table, if_exists=True)
        return
    with _beside_others():
        op.drop_index(name, table_name=table, postgresql_concurrently=True, if_exists=True)


def _is_postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"


@contextmanager
def _beside_others() -> Iterator[None]:
    """Outside of a transaction, and patient: nobody waits for these statements."""
    with op.get_context().autocommit_block():
        limits = {
            name: op.get_bind().scalar(sa.text(f"SHOW {name}"))
            for name in ("lock_timeout", "statement_timeout")
        }
        for name in limits:
            op.execute(f"SET {name} = '{LONGEST}'")
        try:
            yield
        finally:
            for name, before in limits.items():
                op.execute(f"SET {name} = '{before}'")


def _drop_broken(name: str) -> None:
    broken = sa.text(
        "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(:name) AND NOT indisvalid"
    )
    if op.get_bind().scalar(broken, {"name": name}):
        op.execute(f'DROP INDEX CONCURRENTLY "{name}"')


def _has_parts_of_words() -> bool:
    try:
        with op.get_bind().begin_nested():
            op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except sa.exc.DBAPIError as error:
        log.warning("the extension pg_trgm cannot be added: %s", error.orig)
        return False
    return True
