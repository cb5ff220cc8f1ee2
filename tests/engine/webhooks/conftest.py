"""A real receiver of webhooks, and an application whose jobs call it."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import orjson
import pytest

from core.db import transaction
from core.people import SYSTEM, Actor, Role
from engine import deployments
from engine.models import Webhook
from engine.webhooks import subscriptions
from tests.engine.connectors.test_email import mailbox

__all__ = ["mailbox"]

OPERATOR = Actor("olga", frozenset({Role.OPERATOR}))


class Received:
    """What came in, and what is answered to it."""

    def __init__(self) -> None:
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        self.during: Callable[[], object] = lambda: None
        self.url = ""

    @property
    def events(self) -> list[dict[str, Any]]:
        return [orjson.loads(body) for _, body in self.calls]

    @property
    def types(self) -> list[str]:
        return [event["type"] for event in self.events]


@pytest.fixture
def receiver() -> Iterator[Received]:
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            received.calls.append(({k.lower(): v for k, v in self.headers.items()}, body))
            received.during()
            self.send_response(received.status)
            if received.status == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            raise AssertionError("a redirect was followed")

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    received.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    yield received
    server.shutdown()
    server.server_close()


@pytest.fixture
def config(config: Any, receiver: Received) -> Any:
    """The receiver is a private address that may be called."""
    from dataclasses import replace

    return replace(config, private_hosts=(receiver.url.removeprefix("http://"),))


@pytest.fixture
def subscribe(edge: Any, receiver: Received) -> Callable[..., Webhook]:
    def subscribe(*events: str, **options: Any) -> Webhook:
        with transaction() as session:
            made = subscriptions.create(
                session, receiver.url + "/hook", events, by=OPERATOR, **options
            )
            session.expunge(made)
            return made

    return subscribe


@pytest.fixture
def deployed(edge: Any, clock_at: object) -> Callable[[bytes], str]:
    def deployed(drawing: bytes) -> str:
        with transaction() as session:
            outcome = deployments.deploy(session, {"p.bpmn": bytes(drawing)}, by=SYSTEM)
            return outcome.definitions[0].key

    return deployed


@pytest.fixture
def ring(bell: Any) -> Callable[[], int]:
    """Does what was rung for webhooks, as a worker would; how many jobs that were."""
    from engine.webhooks import jobs

    def ring() -> int:
        rung = [each for each in bell.rings if each[0].startswith("engine.webhooks.jobs.")]
        bell.rings.clear()
        for name, row_id in rung:
            getattr(jobs, name.rpartition(".")[2])(row_id)
        return len(rung)

    return ring
