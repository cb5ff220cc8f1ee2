import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

from flask import Flask, Response

from web import unread

LARGE = b"x" * 12_000_000


def refusing() -> Flask:
    """An application that answers without a look at what is sent."""
    unread.MAX_SECONDS = float(os.environ.get("PATIENCE", unread.MAX_SECONDS))
    app = Flask("refusing")
    unread.init_app(app)
    app.post("/")(lambda: Response("Too much.", 413))
    return app


@contextmanager
def served(patience: float) -> Iterator[tuple[str, int]]:
    """Where the product's server answers for such an application."""
    environ = {**os.environ, "PATIENCE": str(patience)}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = [sys.executable, "-m", "gunicorn", "tests.web.test_unread:refusing()"]
        command += ["--bind", f"fd://{listener.fileno()}", "--worker-class", "gthread"]
        command += ["--no-control-socket", "--graceful-timeout", "0"]
        with subprocess.Popen(command, pass_fds=[listener.fileno()], env=environ) as server:
            try:
                yield listener.getsockname()
            finally:
                server.terminate()


def test_who_sends_too_much_reads_why_it_is_refused_and_may_ask_again():
    with served(patience=60) as address:
        connection = HTTPConnection(*address, timeout=60)

        for _ in range(3):
            connection.request("POST", "/", LARGE)
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (413, b"Too much.")

        connection.close()


def test_who_falls_silent_or_sends_no_http_is_answered_and_let_go():
    head = b"POST / HTTP/1.1\r\nHost: x\r\n"
    silent = head + b"Content-Length: 1000\r\n\r\nno more"
    broken = head + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nno size\r\n"

    with served(patience=0.1) as address:
        for sent in (silent, broken):
            with socket.create_connection(address, timeout=60) as caller:
                caller.sendall(sent)

                assert caller.recv(4096).startswith(b"HTTP/1.1 413")
                while caller.recv(4096):
                    pass
