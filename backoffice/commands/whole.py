"""The command that runs everything. It is there as long as the installation is, and stays small."""

import argparse
import os

from backoffice import up as supervisor


def up(options: argparse.Namespace) -> int:
    """Run everything until Ctrl-C."""
    data_dir = options.data.absolute()
    chosen = supervisor.Options(
        data_dir=data_dir,
        port=options.port,
        workers=options.workers,
        demo=options.demo,
        database_url=options.database_url,
        redis_url=options.redis_url,
    )
    return supervisor.Up(chosen, dict(os.environ)).run()
