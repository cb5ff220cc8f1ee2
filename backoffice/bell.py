"""Ringing over Redis: puts the names of jobs on RQ's queue, and never fails for it.

The database already holds what must happen; the sweep finds it when the bell is broken. So a
Redis that is away costs a log line and a short silence, not an error of the caller.
"""

import logging
import time
from functools import cached_property
from uuid import uuid4

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.queue import EnqueueData
from rq.serializers import JSONSerializer

from core.db import Ringer
from core.outbox import Ring

log = logging.getLogger(__name__)

QUEUE = "backoffice"
JOB_TIMEOUT_SECONDS = 600
#: How long the bell is left alone after it failed, so that callers do not wait for it each time.
SILENCE_SECONDS = 5.0
#: Jobs that go on with whatever is due, whichever row they were rung for.
DRAINING = frozenset(["engine.jobs.run_service_task"])
#: How their names on the queue begin, so that they can be counted there.
DRAINING_ID = b"draining-"
#: With so many of them waiting, all workers are busy and have enough to go on with.
ENOUGH = 32


class Bell:
    """Rings for workers on one Redis; what it cannot take goes to `otherwise`, if there is one."""

    def __init__(self, redis_url: str, otherwise: Ringer | None = None) -> None:
        self._redis_url = redis_url
        self._silent_until = 0.0
        self._otherwise = otherwise

    def ring(self, rings: list[Ring]) -> None:
        """Enqueue each (job, id). Logs when Redis is away, and never raises for it."""
        if not self._try(rings) and self._otherwise is not None:
            self._otherwise(rings)

    def _try(self, rings: list[Ring]) -> bool:
        if not self._redis_url or time.monotonic() < self._silent_until:
            return False
        try:
            if wanted := self._wanted(rings):
                self._queue.enqueue_many([_prepared(job, row_id) for job, row_id in wanted])
        except (RedisError, OSError) as error:
            self._silent_until = time.monotonic() + SILENCE_SECONDS
            log.warning("the bell is out of order; the sweep takes over", extra={"error": error})
            return False
        return True

    def _wanted(self, rings: list[Ring]) -> list[Ring]:
        """Without those for which enough are waiting: whoever answers one works off all."""
        draining = [ring for ring in rings if ring[0] in DRAINING]
        if not draining:
            return rings
        last = self._queue.connection.lrange(self._queue.key, -2 * ENOUGH, -1)
        waiting = sum(each.startswith(DRAINING_ID) for each in last)
        surplus = set(draining[max(0, ENOUGH - waiting) :])
        return [ring for ring in rings if ring not in surplus]

    @cached_property
    def _queue(self) -> Queue:
        return Queue(QUEUE, connection=connect(self._redis_url), serializer=JSONSerializer)


def _prepared(job: str, row_id: str) -> EnqueueData:
    name = f"{DRAINING_ID.decode()}{uuid4().hex}" if job in DRAINING else None
    return Queue.prepare_data(
        job,
        args=(row_id,),
        job_id=name,
        timeout=JOB_TIMEOUT_SECONDS,
        result_ttl=0,
        failure_ttl=0,
    )


def connect(redis_url: str, socket_timeout: float | None = 2) -> Redis:
    """A connection that gives up after `socket_timeout` seconds instead of holding its caller."""
    return Redis.from_url(redis_url, socket_connect_timeout=1, socket_timeout=socket_timeout)
