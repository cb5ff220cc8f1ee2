"""Commands that keep an installation safe: copies of it, and history that is old enough to go."""

import argparse
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from backoffice import installation
from core.config import Config

if TYPE_CHECKING:
    from engine.retention import Share

#: Between two batches others have their turn.
PAUSE_SECONDS = 0.05


def backup(options: argparse.Namespace) -> int:
    """Copy the installation into one file, whether it runs or not."""
    from backoffice import backup

    config = config_of(options)
    target: Path = options.file.absolute()
    manifest = backup.make(config, target, force=options.force)
    megabytes = target.stat().st_size / 1e6
    print(f"{target}: {megabytes:.1f} MB, tables {manifest['revision']}, checked")
    return 0


def restore(options: argparse.Namespace) -> int:
    """Fill a data folder from a copy."""
    from backoffice import backup

    data_dir = options.data.absolute()
    manifest = backup.put_back(options.file.absolute(), data_dir, force=options.force)
    print(f"{data_dir}: as it was at {manifest['made_at']} (version {manifest['version']})")
    print("Start it with: backoffice up --data", data_dir)
    return 0


def retention(options: argparse.Namespace) -> int:
    """Export and remove history that is old enough; or only say how much that is."""
    from backoffice import database
    from core.db import reading, transaction
    from engine import retention
    from wsgi import create_app

    config = config_of(options)
    database.require_current(config)
    folder = config.history_dir or config.data_dir / "history"
    with create_app(config).app_context():
        with reading() as session:
            shares = retention.preview(session, config.retention_days)
        for share in shares:
            print(_line(share))
        if not shares:
            print("All history is kept for ever; see BACKOFFICE_RETENTION.")
        for share in [] if options.dry_run else shares:
            removed = 0
            while True:
                with transaction() as session:
                    batch = retention.remove_batch(session, share.key, share.days, folder)
                if not batch:
                    break
                removed += batch
                time.sleep(PAUSE_SECONDS)
            print(f"{share.key}: {removed} cases exported to {folder} and removed")
    return 0


def _line(share: "Share") -> str:
    oldest = "" if share.oldest is None else f", the oldest of {share.oldest:%Y-%m-%d}"
    return (
        f"{share.key}: kept for {share.days} days; {share.cases} cases with {share.entries} "
        f"log entries are older{oldest}"
    )


def config_of(options: argparse.Namespace) -> Config:
    """The settings of the installation that a command was pointed at."""
    environ = dict(os.environ)
    if options.database_url:
        environ["BACKOFFICE_DATABASE_URL"] = options.database_url
    return installation.load(options.data.absolute(), environ)
