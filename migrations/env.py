"""Runs migrations on the connection of the product, or on the database of the environment."""

import os
from functools import partial
from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine, text

from core.model import UtcDateTime
from migrations.metadata import import_models

LOCK_TIMEOUT = "4s"
STATEMENT_TIMEOUT = "5s"
#: For a window in which nobody works (`backoffice migrate --patient`).
PATIENT_TIMEOUT = "2h"


def run(connection: Connection) -> None:
    """Run what is missing, each migration in its own transaction where the database can.

    Gives up rather than holding others back; what had run by then stays, and the rest is run again.
    """
    is_patient = context.config.attributes.get("patient")
    statement_timeout = PATIENT_TIMEOUT if is_patient else STATEMENT_TIMEOUT
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.execute(text(f"SET statement_timeout = '{statement_timeout}'"))
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=import_models(),
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transaction_per_migration=True,
        render_item=_render,
        include_object=partial(_is_of, connection.dialect.name),
    )
    with context.begin_transaction():
        context.run_migrations()


def _render(kind: str, item: Any, _context: Any) -> str | bool:
    # Migrations name types of SQLAlchemy alone: they must outlive the code they were made from.
    return "sa.DateTime(timezone=True)" if isinstance(item, UtcDateTime) else False


def _is_of(dialect: str, item: Any, _name: str, kind: str, *_: Any) -> bool:
    # What parts of words are found by, PostgreSQL alone has.
    is_words = kind == "index" and item.dialect_options["postgresql"]["using"] == "gin"
    return dialect == "postgresql" or not is_words


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(os.environ["BACKOFFICE_DATABASE_URL"]).connect() as own:
        run(own)
