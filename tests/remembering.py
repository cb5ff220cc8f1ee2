"""What every test would otherwise make anew: compiled templates and addresses, empty tables.

Nothing here changes what the product does; it only makes thousands of tests quick.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Connection, Engine, text
from werkzeug.routing import Rule

from core.model import Model


class Templates(BytecodeCache):
    """Templates that any application of this process has compiled."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


class Address(Rule):
    """A rule whose builder was compiled for an application before; it belongs to none."""

    _builders: dict[Any, Callable[..., tuple[str, str]]] = {}  # noqa: RUF012

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        defaults = tuple(sorted((self.defaults or {}).items()))
        key = (self.rule, self.subdomain, self.host, defaults, self.merge_slashes, append_unknown)
        if key not in self._builders:
            self._builders[key] = super()._compile_builder(append_unknown)
        return self._builders[key]


def remember() -> None:
    """Let all applications that this process makes share what they compile."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Templates()}
    Flask.url_rule_class = Address


def copy_empty(made: Path, path: Path, engine_for: Callable[[str], Engine]) -> None:
    """Put a SQLite database with all tables at `path`, from the one at `made`, made at first."""
    if not made.exists():
        engine = engine_for(f"sqlite:///{made}")
        with engine.begin() as connection:
            Model.metadata.create_all(connection)
        engine.dispose()
    for each in made.parent.glob(f"{made.name}*"):
        shutil.copyfile(each, path.with_name(path.name + each.name.removeprefix(made.name)))


def clear(connection: Connection) -> None:
    """Delete all rows of a PostgreSQL database; most tests fill few of its tables."""
    names = [table.name for table in Model.metadata.sorted_tables]
    asked = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in names)
    filled = connection.scalars(text(" UNION ALL ".join(asked))).all()
    if filled:
        # Whatever refers to what: everything goes.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for name in filled:
            connection.execute(text(f'DELETE FROM "{name}"'))
