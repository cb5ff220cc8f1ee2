"""What gunicorn asks of us: `--config python:backoffice.web_process`."""

import gc
import signal
from types import FrameType
from typing import Any


def when_ready(_arbiter: Any) -> None:
    """Keep what was loaded out of later collections: they would write to it in every process.

    The processes are forked after this and share it until one of them writes.
    """
    gc.collect()
    gc.freeze()


def post_worker_init(worker: Any) -> None:
    """Let open desks go when the process is told to stop: nobody waits for their streams."""
    stop = signal.getsignal(signal.SIGTERM)
    broadcaster = worker.wsgi.extensions["live"]

    def end(number: int, frame: FrameType | None) -> None:
        broadcaster.close()
        if callable(stop):
            stop(number, frame)

    signal.signal(signal.SIGTERM, end)
