"""Migrations keep nobody waiting: indexes on tables that may be large are made beside writers."""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, exc, inspect, text

from migrations import indexes
from tests.conftest import engine_for

VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"
#: Up to here they belong to the first release: they run on tables that are empty or small.
FIRST_RELEASE = "0099"
LATER = [each for each in sorted(VERSIONS.glob("*.py")) if each.stem[:4] > FIRST_RELEASE]


def on_old_tables(source: str) -> list[str]:
    """Indexes that `upgrade` makes in its transaction, on tables that were there before."""
    tree = ast.parse(source)
    upgrade = next(each for each in tree.body if getattr(each, "name", "") == "upgrade")
    calls = [each for each in ast.walk(upgrade) if isinstance(each, ast.Call)]
    new = {ast.unparse(each.args[0]) for each in calls if called(each) == "create_table"}
    found = [each for each in calls if called(each) == "create_index"]
    in_batches = {
        id(call): ast.unparse(item.context_expr.args[0])
        for block in ast.walk(upgrade)
        if isinstance(block, ast.With)
        for item in block.items
        if isinstance(item.context_expr, ast.Call)
        for call in ast.walk(block)
    }
    return [
        ast.unparse(each)
        for each in found
        if (in_batches.get(id(each)) or ast.unparse(each.args[1])) not in new
    ]


def called(call: ast.Call) -> str:
    """The name of a method that is called; a plain function is none."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


@pytest.mark.parametrize("path", LATER, ids=lambda path: path.stem)
def test_indexes_on_old_tables_are_made_beside_the_writers(path: Path) -> None:
    assert on_old_tables(path.read_text()) == []


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("op.create_table('a'); op.create_index('x', 'a', ['b'])", 0),
        ("op.create_table('a'); op.create_index('x', 'c', ['b'])", 1),
        ("with op.batch_alter_table('c') as batch: batch.create_index('x', ['b'])", 1),
        ("create_index('x', 'c', ['b'])", 0),
    ],
)
def test_the_rule_tells_old_tables_from_new_ones(body: str, count: int) -> None:
    assert len(on_old_tables(f"def upgrade():\n    {body}")) == count


@contextmanager
def migrating(connection: Connection) -> Iterator[None]:
    """As within a migration."""
    context = MigrationContext.configure(connection, opts={"transaction_per_migration": True})
    with Operations.context(context), context.begin_transaction(_per_migration=True):
        yield


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    """A database with a table of two equal rows."""
    engine = engine_for(database_url)
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE pair (side INTEGER)"))
        connection.execute(text("INSERT INTO pair VALUES (1), (1)"))
        connection.commit()
        yield connection
        connection.rollback()
        connection.execute(text("DROP TABLE pair"))
        connection.commit()
    engine.dispose()


def names(connection: Connection) -> list[str | None]:
    found = [each["name"] for each in inspect(connection).get_indexes("pair")]
    connection.rollback()
    return found


def test_an_index_is_made_and_dropped_and_again_is_fine(connection: Connection) -> None:
    for _ in range(2):
        with migrating(connection):
            indexes.create_index("ix_pair_side", "pair", ["side"], where="side > 0")
        assert names(connection) == ["ix_pair_side"]
    for _ in range(2):
        with migrating(connection):
            indexes.drop_index("ix_pair_side", "pair")
        assert names(connection) == []


def test_what_is_left_of_an_interrupted_one_is_made_anew(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        pytest.skip("makes its indexes whole or not at all")
    with pytest.raises(exc.IntegrityError), migrating(connection):
        indexes.create_index("uq_pair_side", "pair", ["side"], unique=True)
    connection.rollback()
    whole = text("SELECT indisvalid FROM pg_index WHERE indexrelid = 'uq_pair_side'::regclass")
    before = connection.scalar(whole)
    connection.execute(text("DELETE FROM pair"))
    connection.commit()
    limit = connection.scalar(text("SHOW statement_timeout"))
    connection.rollback()

    with migrating(connection):
        indexes.create_index("uq_pair_side", "pair", ["side"], unique=True)
        # Goes on as before: in a transaction, with the limits that it had.
        assert connection.scalar(text("SHOW statement_timeout")) == limit

    assert (before, connection.scalar(whole)) == (False, True)


def test_parts_of_words_are_found_by_an_index(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        pytest.skip("SQLite has no such index")
    connection.execute(text("ALTER TABLE pair ADD word VARCHAR"))
    connection.commit()
    with migrating(connection):
        indexes.create_words_index("ix_pair_words", "pair", ["word"], where="side > 0")
    assert names(connection) == ["ix_pair_words"]


def test_who_may_not_add_the_extension_goes_without_the_index(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        pytest.skip("SQLite has no extensions")
    connection.execute(text("DROP EXTENSION pg_trgm CASCADE"))
    connection.execute(text("CREATE ROLE newcomer; SET ROLE newcomer"))

    with Operations.context(MigrationContext.configure(connection)):
        indexes.create_words_index("ix_pair_words", "pair", ["side"], where="side > 0")

    # Rolls the rest back as well.
    assert names(connection) == []
