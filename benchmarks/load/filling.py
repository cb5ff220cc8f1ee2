"""Rows by the million: copies of an instance that the platform itself has made, by COPY."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql

Rows = psycopg.Connection[tuple[Any, ...]]

#: The tables of an instance, and the column that names it there.
TABLES: dict[LiteralString, LiteralString] = {
    "process_instance": "id",
    "log_entry": "instance_id",
    "user_task": "instance_id",
    "service_task": "instance_id",
    "timer": "instance_id",
}
LINES_AT_ONCE = 1_000


def fill(
    rows: Rows,
    template: UUID,
    count: int,
    *,
    since: timedelta,
    due: tuple[datetime, timedelta] | None = None,
) -> list[UUID]:
    """Copy an instance with all its rows so often; ids of the copies.

    Their ids begin `since` ago, a millisecond apart. `due` is when the timer of the first copy is
    due, and how much later that of each following one.
    """
    first = time.time_ns() // 1_000_000 - round(since.total_seconds() * 1000)
    own = _ids(rows, template)
    for table, column in TABLES.items():
        lines = _lines(rows, table, column, template)
        if lines:
            moment = _due_at(rows, template) if table == "timer" and due else None
            _copy(rows, table, lines, own, first, count, moment, due)
    return [UUID(_id(first + number, own.index(str(template)))) for number in range(count)]


@contextmanager
def without_indexes(rows: Rows) -> Iterator[None]:
    """Build the indexes anew afterwards, which is faster; look up no foreign keys meanwhile."""
    names = list(TABLES)
    found = rows.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        (names,),
    ).fetchall()
    rows.execute("SET session_replication_role = replica")
    rows.execute("SET maintenance_work_mem = '256MB'")
    for name, _ in found:
        rows.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield
    for _, definition in found:
        rows.execute(definition)
    for name in names:
        rows.execute(sql.SQL("VACUUM ANALYZE {}").format(sql.Identifier(name)))
    rows.execute("RESET session_replication_role")


def _ids(rows: Rows, template: UUID) -> list[str]:
    """Ids of all rows of the instance: each copy has its own in their place."""
    found = []
    for table, column in TABLES.items():
        query = sql.SQL("SELECT id FROM {} WHERE {} = %s ORDER BY id")
        query_ = query.format(sql.Identifier(table), sql.Identifier(column))
        found += [str(row[0]) for row in rows.execute(query_, (template,))]
    return found


def _lines(rows: Rows, table: str, column: str, template: UUID) -> str:
    query = sql.SQL("COPY (SELECT * FROM {} WHERE {} = {} ORDER BY id) TO STDOUT").format(
        sql.Identifier(table), sql.Identifier(column), sql.Literal(template)
    )
    with rows.cursor() as cursor, cursor.copy(query) as copy:
        return b"".join(bytes(each) for each in copy).decode()


def _due_at(rows: Rows, template: UUID) -> str:
    query = "SELECT due_at::text FROM timer WHERE instance_id = %s"
    row = rows.execute(query, (template,)).fetchone()
    assert row is not None
    text: str = row[0]
    return text


def _copy(
    rows: Rows,
    table: str,
    lines: str,
    own: list[str],
    first: int,
    count: int,
    moment: str | None,
    due: tuple[datetime, timedelta] | None,
) -> None:
    used = [(number, each) for number, each in enumerate(own) if each in lines]
    target = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
    with rows.cursor() as cursor, cursor.copy(target) as copy:
        for start in range(0, count, LINES_AT_ONCE):
            texts = []
            for each in range(start, min(count, start + LINES_AT_ONCE)):
                text = lines
                for number, known in used:
                    text = text.replace(known, _id(first + each, number))
                if moment is not None and due is not None:
                    text = text.replace(moment, (due[0] + each * due[1]).isoformat())
                texts.append(text)
            copy.write("".join(texts))


def _id(millisecond: int, number: int) -> str:
    """A UUID of version 7 of that millisecond."""
    stamp = f"{millisecond:012x}"
    return f"{stamp[:8]}-{stamp[8:]}-7{number:03x}-8000-{millisecond & 0xFFFFFFFFFFFF:012x}"
