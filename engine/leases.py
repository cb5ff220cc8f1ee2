"""Keeps the lease of a call that is under way: extends it, and stops the call when that fails.

    with leases.kept(call, seconds) as lease:
        ... call the partner ...
    if not lease.is_lost: settle

A lease is short, so that the work of a worker that was killed waits little; a thread beside the
call keeps it for as long as the worker lives. Once somebody else may have the work, the call reads
no further and its answer is not stored: fencing would refuse it.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

from sqlalchemy.exc import DBAPIError

from core import clock
from core.db import elsewhere, transaction
from engine import service_tasks
from engine.connectors import stopping
from engine.service_tasks import Call

log = logging.getLogger(__name__)

#: Extensions within one lease: one that fails, when the database is busy, leaves time for another.
BEATS_PER_LEASE = 3
#: A call that hangs is given up after this: its lease is not extended any more.
MAX_CALL = timedelta(minutes=10)


class Lease:
    """Whether a call still has its lease."""

    def __init__(self, call: Call, seconds: float) -> None:
        self._call, self._seconds = call, seconds
        self._until = clock.now() + MAX_CALL
        self._is_over, self._is_lost = Event(), Event()

    @property
    def is_lost(self) -> bool:
        """Whether somebody else may have the work."""
        return self._is_lost.is_set()

    def beat(self) -> None:
        """Extend the lease, again and again, until the call is over or the lease is lost."""
        while not self._is_over.wait(self._seconds / BEATS_PER_LEASE) and not self.is_lost:
            try:
                if clock.now() > self._until or not self._extend():
                    self._is_lost.set()
                    log.warning(
                        "a call lost its lease and is stopped",
                        extra={"service_task_id": str(self._call.service_task_id)},
                    )
            except DBAPIError:
                # Perhaps the next beat comes through; if none does, fencing decides.
                log.warning("a lease could not be extended", exc_info=True)

    def end(self) -> None:
        """Say that the call is over."""
        self._is_over.set()

    def _extend(self) -> bool:
        with transaction() as session:
            return service_tasks.keep(session, self._call, self._seconds)


@contextmanager
def kept(call: Call, seconds: float) -> Iterator[Lease]:
    """Extend the lease of a call while the body runs."""
    lease = Lease(call, seconds)
    run: Callable[[], None] = elsewhere(lease.beat)
    thread = Thread(target=run, name=f"lease-{call.service_task_id}", daemon=True)
    thread.start()
    try:
        with stopping.when(lambda: lease.is_lost):
            yield lease
    finally:
        lease.end()
        thread.join()
