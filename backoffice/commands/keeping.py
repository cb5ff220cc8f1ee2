"""Commands that keep an installation safe: copies of it, and history that is old enough to go."""

import argparse
import os
from pathlib import Path

from backoffice import installation
from core.config import Config


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


def config_of(options: argparse.Namespace) -> Config:
    """The settings of the installation that a command was pointed at."""
    environ = dict(os.environ)
    if options.database_url:
        environ["BACKOFFICE_DATABASE_URL"] = options.database_url
    return installation.load(options.data.absolute(), environ)
