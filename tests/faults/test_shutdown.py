"""Told to stop, a process finishes what it is in: no request breaks, no call is made twice."""

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest

from tests.backoffice.running import Installation
from tests.build import process

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.timeout(300)]

CALL_SECONDS = 2.5
PATIENCE_SECONDS = 40.0


class SlowPartner(ThreadingHTTPServer):
    """Takes its time for every answer."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), SlowHandler)
        self.keys: list[str] = []
        self.is_asked = Event()


class SlowHandler(BaseHTTPRequestHandler):
    server: SlowPartner

    def do_GET(self) -> None:
        self.server.keys.append(self.headers["Idempotency-Key"])
        self.server.is_asked.set()
        time.sleep(CALL_SECONDS)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def partner() -> Iterator[SlowPartner]:
    server = SlowPartner()
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, partner: SlowPartner
) -> Iterator[Installation]:
    address = f"127.0.0.1:{partner.server_port}"
    settings = {
        "BACKOFFICE_PARTNERS": f"partner=http://{address}",
        "BACKOFFICE_PRIVATE_HOSTS": address,
    }
    folder = tmp_path_factory.mktemp("shutdown") / "data"
    with Installation(folder, ("--no-demo",), settings) as installation:
        yield installation


@pytest.fixture(scope="module")
def client(running: Installation) -> Iterator[httpx.Client]:
    with running.client("administrator") as client:
        call = {"connector": "http", "inputs": {"url": "partner:/slow", "method": "GET"}}
        drawing = process("slow").service_task("call", **call).end()
        plain = process("plain").user_task("read").end()
        files = [("files", ("slow.bpmn", drawing)), ("files", ("plain.bpmn", plain))]
        assert client.post("/deployments", files=files).status_code == 201
        yield client


@pytest.mark.parametrize("has_redis", [True, False])
def test_a_worker_finishes_its_call(
    running: Installation, client: httpx.Client, partner: SlowPartner, has_redis: bool
) -> None:
    partner.is_asked.clear()
    before, told = len(partner.keys), len(running.lines)
    instance = client.post("/process-instances", json={"key": "slow"}).json()["id"]
    assert partner.is_asked.wait(PATIENCE_SECONDS)

    if not has_redis:
        end(running, "valkey-server", signal.SIGKILL)
    end(running, " worker", signal.SIGTERM)

    deadline = time.monotonic() + PATIENCE_SECONDS
    while not any(ended_well(line) for line in running.lines[told:]):
        assert time.monotonic() < deadline, running.logs()
        time.sleep(0.1)
    while client.get(f"/process-instances/{instance}").json()["state"] != "completed":
        assert time.monotonic() < deadline, running.logs()
        time.sleep(0.1)
    assert len(partner.keys) == before + 1


def ended_well(line: str) -> bool:
    """Whether a worker ended as it should; one that only just begins has nothing to finish."""
    return line.startswith("worker-") and "ended (exit code 0)" in line


def end(running: Installation, what: str, number: signal.Signals) -> None:
    """Signal the parts whose command line says so."""
    for pid, command in running.children().items():
        if what in command:
            os.kill(pid, number)


def test_web_answers_the_requests_it_has(running: Installation, client: httpx.Client) -> None:
    [web] = [pid for pid, command in running.children().items() if "gunicorn" in command]
    turnstile = Turnstile(running.data_dir)
    with ThreadPoolExecutor(1) as pool:
        pending = pool.submit(client.post, "/process-instances", json={"key": "plain"})
        time.sleep(0.7)
        os.kill(web, signal.SIGTERM)
        time.sleep(0.7)
        was_waiting = not pending.done()
        turnstile.open()
        answer = pending.result(PATIENCE_SECONDS)

    assert was_waiting
    assert answer.status_code == 201
    running.wait_for_line("web ended (exit code 0)")


class Turnstile:
    """Keeps every writer of an installation waiting until it opens."""

    def __init__(self, data_dir: Path) -> None:
        path = data_dir / "backoffice.db.writer"
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def open(self) -> None:
        os.close(self._descriptor)
