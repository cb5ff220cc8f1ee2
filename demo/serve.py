"""Runs the demo's outside world in one process: partner systems over HTTP, and the mail box."""

import json
import random
import signal
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from demo import mailbox
from demo.callbacks import Callbacks
from demo.partners import Rates, answer, parse

HOST = "127.0.0.1"
TOKEN_FILE = "partner_token"  # noqa: S105 - the name of a file
MAX_BODY_BYTES = 100_000


class PartnerServer(ThreadingHTTPServer):
    """The partner systems on one port."""

    daemon_threads = True

    def __init__(self, port: int, rates: Rates, callbacks: Callbacks | None) -> None:
        super().__init__((HOST, port), Handler)
        self.rates = rates
        self.callbacks = callbacks
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


def serve(*, data_dir: Path, partner_port: int, mail_port: int, api_url: str) -> None:
    """Be the outside world until SIGTERM or SIGINT."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    token = (data_dir / TOKEN_FILE).read_text()
    callbacks = Callbacks(data_dir / "partner_answers.json", api_url, token)
    mail = mailbox.start(data_dir / "mails", mail_port)
    server = PartnerServer(partner_port, Rates(), callbacks)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while not stop.wait(0.2):
        callbacks.send_due()
    server.shutdown()
    mail.stop()
