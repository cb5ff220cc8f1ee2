"""Indexes over the few rows that still matter: small however many finished ones there are."""

from sqlalchemy import DDL, Index, text

#: Looks for parts of words; comes with PostgreSQL, the owner of a database may add it.
_EXTENSION = DDL("CREATE EXTENSION IF NOT EXISTS pg_trgm")  # type: ignore[no-untyped-call]
PARTS_OF_WORDS = _EXTENSION.execute_if(dialect="postgresql")


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over the rows that meet `where`, SQL that SQLite and PostgreSQL read alike."""
    return Index(
        name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where)
    )


def words_index(name: str, *columns: str, where: str) -> Index:
    """An index that finds parts of words in any of the columns, on PostgreSQL alone.

    SQLite has none such, and reads the rows that meet `where`.
    """
    return Index(
        name,
        *columns,
        postgresql_using="gin",
        postgresql_ops=dict.fromkeys(columns, "gin_trgm_ops"),
        postgresql_where=text(where),
    ).ddl_if(dialect="postgresql")
