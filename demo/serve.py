"""Runs the demo's outside world in one process: partner systems over HTTP, and the mail box."""

import json
import random
import signal
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from demo import mailbox
from demo.callbacks import Callbacks
from demo.partners import Rates, answer, parse

HOST = "127.0.0.1"
TOKEN_FILE = "partner_token"  # noqa: S105 - the name of a file
MAX_BODY_BYTES = 100_000


class PartnerServer(ThreadingHTTPServer):
    """The partner systems on one port."""

    daemon_threads = True

    def __init__(self, port: int, rates: Rates) -> None:
        super().__init__((HOST, port), Handler)
        self.rates = rates
        self.callbacks: Callbacks | None = None
        self.chance = random.Random()  # noqa: S311 - moods of a demo
        #: Answers by idempotency key: a repeated call gets the first answer again.
        self.given: dict[str, tuple[int, dict[str, Any]]] = {}


class Handler(BaseHTTPRequestHandler):
    """One call of a partner system."""

    server: PartnerServer
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_POST(self) -> None:
        raw = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), MAX_BODY_BYTES))
        body = parse(raw)
        key = self.headers.get("Idempotency-Key", "")
        if body is None:
            self._send(400, {"error": "this is not a JSON object"})
        elif key in self.server.given:
            self._send(*self.server.given[key])
        else:
            self._answer(body, key)

    def _answer(self, body: dict[str, Any], key: str) -> None:
        said = answer(self.path, body, self.server.rates, self.server.chance)
        time.sleep(said.after_seconds)
        if said.callback is not None and self.server.callbacks is not None:
            self.server.callbacks.add(said.callback, key or f"{self.path} {body}")
        if key and said.status < 500:
            self.server.given[key] = said.status, said.body
        self._send(said.status, said.body)

    def _send(self, status: int, body: dict[str, Any]) -> None:
        payload = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Stay quiet: the platform's own log tells of every call."""


class OutsideWorld:
    """Partner systems and mail box on two ports; `connect` lets later answers through."""

    def __init__(
        self, data_dir: Path, rates: Rates, *, partner_port: int = 0, mail_port: int = 0
    ) -> None:
        self._data_dir = data_dir
        self._partners = PartnerServer(partner_port, rates)
        self._mail_port = mail_port or free_port()
        self._mail = mailbox.start(data_dir / "mails", self._mail_port)
        self._stop = threading.Event()
        threading.Thread(target=self._partners.serve_forever, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._partners.shutdown()
        self._partners.server_close()
        self._mail.stop()

    @property
    def settings(self) -> dict[str, str]:
        """What an installation must be told to reach this world."""
        host, port = self._partners.server_address[:2]
        return {
            "BACKOFFICE_PARTNERS": f"partner=http://{host!s}:{port}",
            "BACKOFFICE_PRIVATE_HOSTS": f"{host!s}:{port}",
            "BACKOFFICE_SMTP_URL": f"smtp://{HOST}:{self._mail_port}",
        }

    def connect(self, api_url: str, token: str) -> None:
        """Send what partners answer later to this installation."""
        callbacks = Callbacks(self._data_dir / "partner_answers.json", api_url, token)
        self._partners.callbacks = callbacks
        threading.Thread(target=self._send, args=(callbacks,), daemon=True).start()

    def _send(self, callbacks: Callbacks) -> None:
        while not self._stop.wait(0.1):
            callbacks.send_due()


def free_port() -> int:
    """A port of this machine that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def serve(*, data_dir: Path, partner_port: int, mail_port: int, api_url: str, rates: Rates) -> None:
    """Be the outside world until SIGTERM or SIGINT."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    token = (data_dir / TOKEN_FILE).read_text()
    with OutsideWorld(data_dir, rates, partner_port=partner_port, mail_port=mail_port) as world:
        world.connect(api_url, token)
        stop.wait()
