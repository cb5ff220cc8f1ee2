"""Ringing over Redis: puts the names of jobs on RQ's queue, and never fails for it.

The database already holds what must happen; the sweep finds it when the bell is broken. So a
Redis that is away costs a log line and a short silence, not an error of the caller.
"""

import logging
import time
from functools import cached_property

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from core.db import Ringer
from core.outbox import Ring

log = logging.getLogger(__name__)

QUEUE = "backoffice"
JOB_TIMEOUT_SECONDS = 600
#: How long the bell is left alone after it failed, so that callers do not wait for it each time.
SILENCE_SECONDS = 5.0


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
            self._queue.enqueue_many(
                [
                    Queue.prepare_data(
                        job,
                        args=(row_id,),
                        timeout=JOB_TIMEOUT_SECONDS,
                        result_ttl=0,
                        failure_ttl=0,
                    )
                    for job, row_id in rings
                ]
            )
        except (RedisError, OSError) as error:
            self._silent_until = time.monotonic() + SILENCE_SECONDS
            log.warning("the bell is out of order; the sweep takes over", extra={"error": error})
            return False
        return True

    @cached_property
    def _queue(self) -> Queue:
        return Queue(QUEUE, connection=connect(self._redis_url), serializer=JSONSerializer)


def connect(redis_url: str, socket_timeout: float | None = 2) -> Redis:
    """A connection that gives up after `socket_timeout` seconds instead of holding its caller."""
    return Redis.from_url(redis_url, socket_connect_timeout=1, socket_timeout=socket_timeout)
