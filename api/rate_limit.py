"""How many requests a minute one token may make, counted where all web processes can see it."""

import logging
import threading
import time
from functools import lru_cache

import redis
from flask import Flask, current_app

from api.auth import caller
from core.config import Config
from core.errors import TooMany

log = logging.getLogger(__name__)

WINDOW_SECONDS = 60
#: A counter that does not answer must not hold up the requests it counts.
TIMEOUT_SECONDS = 0.2


class TooManyRequests(TooMany):
    """At most {limit} requests a minute; wait {retry_after} seconds."""


class Counter:
    """Counts in this process only: for tests, and while Redis is away."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._window = 0
        self._counts: dict[str, int] = {}

    def count(self, name: str, window: int) -> int:
        """One more in this window; how many are there now."""
        with self._lock:
            if window != self._window:
                self._window, self._counts = window, {}
            self._counts[name] = self._counts.get(name, 0) + 1
            return self._counts[name]


class SharedCounter:
    """Counts in Redis, for all web processes of an installation."""

    def __init__(self, connection: redis.Redis) -> None:
        self._redis = connection
        self._alone = Counter()

    def count(self, name: str, window: int) -> int:
        """One more in this window; how many are there now."""
        key = f"rate:{name}:{window}"
        try:
            count, _ = (
                self._redis.pipeline(transaction=False)
                .incr(key)
                .expire(key, 2 * WINDOW_SECONDS)
                .execute()
            )
        except redis.RedisError as error:
            log.warning("counting requests without redis: %s", error)
            return self._alone.count(name, window)
        return int(count)


def require_within_limit() -> None:
    """Raise TooManyRequests when the caller has used up this minute."""
    limit = current_app.extensions["config"].rate_limit_per_minute
    now = int(time.time())
    if current_app.extensions["rate_counter"].count(caller(), now // WINDOW_SECONDS) > limit:
        raise TooManyRequests(limit=limit, retry_after=WINDOW_SECONDS - now % WINDOW_SECONDS)


@lru_cache(maxsize=8)
def _connection(url: str) -> redis.Redis:
    return redis.Redis.from_url(
        url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS
    )


def init_app(app: Flask) -> None:
    config: Config = app.extensions["config"]
    url = config.redis_url
    app.extensions["rate_counter"] = SharedCounter(_connection(url)) if url else Counter()
