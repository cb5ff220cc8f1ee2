"""What gunicorn asks of us: `--config python:backoffice.web_process`."""

import signal
from types import FrameType
from typing import Any


def post_worker_init(worker: Any) -> None:
    """Let open desks go when the process is told to stop: nobody waits for their streams."""
    stop = signal.getsignal(signal.SIGTERM)
    broadcaster = worker.wsgi.extensions["live"]

    def end(number: int, frame: FrameType | None) -> None:
        broadcaster.close()
        if callable(stop):
            stop(number, frame)

    signal.signal(signal.SIGTERM, end)
