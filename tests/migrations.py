"""Fails when the migrations and the rows in the code disagree, on both kinds of database."""

import sys
import tempfile
from pathlib import Path

from backoffice import database
from core.config import Config
from tests import postgres


def check(url: str) -> None:
    """Migrate an empty database, then compare it with the code."""
    with tempfile.TemporaryDirectory() as folder:
        config = Config(
            data_dir=Path(folder),
            database_url=url or f"sqlite:///{folder}/check.db",
            secret_key="of no use here",
            pool_size=2,
        )
        database.migrate(config)
        database.check(config)


def main() -> int:
    check("")
    with postgres.server() as url:
        check(url.replace("postgresql://", "postgresql+psycopg://"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
