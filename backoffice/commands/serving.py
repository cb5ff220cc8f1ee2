"""Commands that run processes: the whole, or one part of it."""

import argparse
import os
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from backoffice import installation
from backoffice import up as supervisor
from core import failpoints, logs, tracing
from core.config import Config, unknown_settings
from core.errors import Invalid

if TYPE_CHECKING:
    from flask import Flask

#: The demo's past is told after so long, even where nobody says that all is ready.
READY_SECONDS = 300.0


class NoBell(Invalid):
    """A worker needs BACKOFFICE_REDIS_URL: without a bell the scheduler does the work."""


def web(options: argparse.Namespace) -> int:
    """Become gunicorn with this installation's settings."""
    environ = _environ(options)
    environ.setdefault("BACKOFFICE_STREAMS", str(supervisor.streams_of(options.threads)))
    command = [
        *(sys.executable, "-m", "gunicorn", "wsgi:from_environment()"),
        *("--config", "python:backoffice.web_process"),
        *("--bind", options.bind, "--worker-class", "gthread", "--preload"),
        *("--workers", str(options.processes), "--threads", str(options.threads)),
        # Requests that are being answered when it is told to stop are answered to their end.
        *("--graceful-timeout", "25", "--no-control-socket", "--chdir", str(supervisor.ROOT)),
    ]
    os.execve(command[0], command, {**environ, "PYTHONPATH": str(supervisor.ROOT)})  # noqa: S606


def worker(options: argparse.Namespace) -> int:
    """Answer the bell until told to stop."""
    from backoffice import background, worker

    config = _config(options)
    if not config.redis_url:
        raise NoBell()
    failpoints.arm(config.failpoints)
    application = background.create_app(config)
    application.extensions["flusher"].start()
    worker.run(application, config.redis_url)
    return 0


def scheduler(options: argparse.Namespace) -> int:
    """Sweep until told to stop."""
    from backoffice import background, scheduler
    from backoffice.bell import Bell

    config = _config(options)
    application = background.create_app(config)
    hands = scheduler.Hands(application)
    application.extensions["ringer"] = Bell(config.redis_url, otherwise=hands).ring
    failpoints.arm(config.failpoints)
    application.extensions["flusher"].start()
    scheduler.run(application)
    hands.end()
    return 0


def demo(options: argparse.Namespace) -> int:
    """Be the partner systems and the mail box of the demo until told to stop."""
    from demo import past_note
    from demo.partners import MOODS
    from demo.serve import serve

    environ = _environ(options)
    if past_note.asked(Path(environ["BACKOFFICE_DATA"])) is not None:
        threading.Thread(target=_tell_past, args=(environ,), daemon=True).start()
    serve(
        data_dir=Path(environ["BACKOFFICE_DATA"]),
        partner_port=int(environ["BACKOFFICE_DEMO_PARTNER_PORT"]),
        mail_port=int(environ["BACKOFFICE_DEMO_MAIL_PORT"]),
        api_url=environ["BACKOFFICE_PUBLIC_URL"],
        rates=MOODS[environ.get("BACKOFFICE_DEMO_RATES", "moody")],
    )
    return 0


def _tell_past(environ: dict[str, str]) -> None:
    """Let another process tell the demo's past, once the product answers; it ends with this one."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{environ['BACKOFFICE_PUBLIC_URL']}/ready", timeout=5):  # noqa: S310
                break
        except OSError:
            time.sleep(0.5)
    command = [sys.executable, "-m", "backoffice", "past"]
    subprocess.Popen(command, env=environ, cwd=supervisor.ROOT)  # noqa: S603 - our own command


def prepare(options: argparse.Namespace) -> int:
    """Migrate; at first start fill the demo, or make an administrator; print how to sign in."""
    from backoffice.database import migrate
    from backoffice.first_start import demo_days, welcome

    config = _config(options)
    days = demo_days(_environ(options))
    migrate(config)
    print(welcome(_application(config), config, days), end="")
    return 0


def application_of(options: argparse.Namespace) -> "tuple[Config, Flask]":
    """The settings of an installation, and its application."""
    config = _config(options)
    return config, _application(config)


def _application(config: Config) -> "Flask":
    from wsgi import create_app

    return create_app(config)


def _environ(options: argparse.Namespace) -> dict[str, str]:
    environ = installation.environment(options.data.absolute(), os.environ)
    if options.database_url:
        environ["BACKOFFICE_DATABASE_URL"] = options.database_url
    return environ


def _config(options: argparse.Namespace) -> Config:
    """The settings, and a log that is written as they say."""
    installation.make_folder(options.data.absolute())
    environ = _environ(options)
    config = Config.from_environment(environ)
    logs.set_up(config)
    logs.warn_of(unknown_settings(environ))
    tracing.set_up(config, options.run.partition(":")[2])
    return config
