"""A partner system with moods, in a process of its own: `python -m tests.chaos.partner FILE`.

It prints its port. Now and then it is out of order, slow, or has the effect and loses the answer.
With `--pairs` it keeps each caller waiting until a second one asks the same.
"""

import argparse
import json
import random
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition

from tests.chaos.ledger import Ledger

OUT_OF_ORDER, NO_ANSWER, SLOW = 0.03, 0.03, 0.08
SLOW_SECONDS = (0.5, 2.5)
PAIR_SECONDS = 10.0


class Partner(ThreadingHTTPServer):
    """Answers every call from a thread of its own."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, path: Path, *, pairs: bool) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.ledger = Ledger(path)
        self.pairs = Pairs() if pairs else None
        self.chance = random.Random(1)

    def handle_error(self, *_: object) -> None:
        """Callers are killed here: a connection that breaks is no news."""


class Pairs:
    """Lets callers go two by two."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._seen: dict[str, int] = {}

    def wait_for_a_second(self, key: str) -> None:
        with self._changed:
            self._seen[key] = self._seen.get(key, 0) + 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._seen[key] > 1, PAIR_SECONDS)


class Handler(BaseHTTPRequestHandler):
    """One call."""

    server: Partner
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key, step = self.headers["Idempotency-Key"], self.path.rpartition("/")[2]
        mood = 1.0 if self.server.pairs else self.server.chance.random()
        self.server.ledger.called(key, body["case"], step, refused=mood < OUT_OF_ORDER)
        if mood < OUT_OF_ORDER:
            self._send(503, {"error": "out of order"})
            return
        receipt = self.server.ledger.apply(key, body["case"], step)
        if self.server.pairs is not None:
            self.server.pairs.wait_for_a_second(key)
        elif mood < OUT_OF_ORDER + NO_ANSWER:
            self.close_connection = True
            return
        elif mood < OUT_OF_ORDER + NO_ANSWER + SLOW:
            time.sleep(self.server.chance.uniform(*SLOW_SECONDS))
        self._send(200, {"receipt": receipt})

    def _send(self, status: int, body: dict[str, str]) -> None:
        payload = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        try:
            self.wfile.write(payload)
        except OSError:
            self.close_connection = True  # Who asked has been killed.

    def log_message(self, *_: object) -> None:
        """Stay quiet: the ledger tells of every call."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--pairs", action="store_true")
    options = parser.parse_args()
    partner = Partner(options.file, pairs=options.pairs)
    print(partner.server_port, flush=True)
    partner.serve_forever()


if __name__ == "__main__":
    main()
