"""`backoffice past`: tells what is left of the past of the demo, then ends."""

import argparse
import fcntl
import logging
import os
import time
from typing import TYPE_CHECKING

from backoffice.commands.serving import application_of
from backoffice.scheduler import resolve
from core.db import transaction

if TYPE_CHECKING:
    from demo.past_note import Asked

log = logging.getLogger(__name__)

LOCK = "demo_past.lock"
#: It gives way to those who work: so much politer than others, and rests as long as it worked.
NICENESS = 5
LONGEST_REST_SECONDS = 0.5


def past(options: argparse.Namespace) -> int:
    """Tell what is not told yet of the past that the demo was seeded to have."""
    from demo import history, past_note

    config, application = application_of(options)
    wanted = past_note.asked(config.data_dir)
    if wanted is None:
        return 0
    with (config.data_dir / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 0  # Somebody else is telling it.
        os.nice(NICENESS)
        with application.app_context():
            if _tell(wanted):
                for job in history.LEARN:
                    resolve(job)()
                past_note.done(config.data_dir)
                log.info("the past of the demo is told")
    return 0


def _tell(wanted: "Asked") -> bool:
    """Tell one case after the other; False when whoever began this is gone."""
    from demo import history
    from demo.diaries import Diaries
    from demo.past import cases

    parent = os.getppid()
    with transaction() as session:
        diaries = Diaries(session)
    for case in cases(wanted.until, wanted.days):
        if os.getppid() != parent:
            return False
        began = time.monotonic()
        with transaction() as session:
            history.tell(session, case, diaries, wanted.until)
        # Others want to write, too.
        time.sleep(min(LONGEST_REST_SECONDS, time.monotonic() - began))
    return True
