"""`backoffice past`: tells the past of the demo once the product answers, then ends."""

import argparse
import logging
import os
import time
import urllib.request

from backoffice.commands.serving import application_of
from backoffice.scheduler import resolve
from core.config import Config
from core.db import transaction

log = logging.getLogger(__name__)

READY_SECONDS = 300.0
#: It gives way to those who work: so much politer than others, and rests as long as it worked.
NICENESS = 5
LONGEST_REST_SECONDS = 0.5


def past(options: argparse.Namespace) -> int:
    """Tell what is not told yet of the past that the demo was seeded to have."""
    from demo import history
    from demo.diaries import Diaries
    from demo.past import cases

    config, application = application_of(options)
    wanted = history.asked(config.data_dir)
    if wanted is None:
        return 0
    os.nice(NICENESS)
    _wait_until_ready(config)
    with application.app_context():
        with transaction() as session:
            diaries = Diaries(session)
        for case in cases(wanted.until, wanted.days):
            began = time.monotonic()
            with transaction() as session:
                history.tell(session, case, diaries, wanted.until)
            # Others want to write, too.
            time.sleep(min(LONGEST_REST_SECONDS, time.monotonic() - began))
        for job in history.LEARN:
            resolve(job)()
    history.done(config.data_dir)
    log.info("the past of the demo is told")
    return 0


def _wait_until_ready(config: Config) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{config.public_url}/ready", timeout=5):  # noqa: S310
                return
        except OSError:
            time.sleep(0.5)
