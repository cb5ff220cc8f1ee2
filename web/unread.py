"""Reads away what a caller still sends once it is answered, so that the answer arrives.

A socket that is closed while bytes wait in it is reset, and with it goes an answer that nobody has
read yet: who sends too much, or with a bad token, would see a broken connection, not the reason.
"""

import time
from functools import partial
from typing import Any

from flask import Flask, Response, request

#: At most this much is read for nothing, and for so long; then the connection breaks all the same.
MAX_BYTES = 128 * 1024 * 1024
MAX_SECONDS = 10.0
CHUNK = 64 * 1024


def read_away(response: Response) -> Response:
    """Have the rest of the body read after the answer has been sent."""
    body, socket = request.environ["wsgi.input"], request.environ.get("gunicorn.socket")
    # Without the socket nothing would bound the wait for a caller who falls silent.
    if socket is not None and request.method not in ("GET", "HEAD"):
        response.call_on_close(partial(_drain, body, socket))
    return response


def _drain(body: Any, socket: Any) -> None:
    until, rest, timeout = time.monotonic() + MAX_SECONDS, MAX_BYTES, socket.gettimeout()
    try:
        while rest > 0 and (seconds := until - time.monotonic()) > 0:
            socket.settimeout(seconds)
            chunk = body.read(CHUNK)
            if not chunk:
                return
            rest -= len(chunk)
    except Exception:  # noqa: BLE001
        # Silence, a caller who has gone, broken chunks: the answer is out, and the server, which
        # remembers that reading failed, closes the connection.
        return
    finally:
        socket.settimeout(timeout)


def init_app(app: Flask) -> None:
    app.after_request(read_away)
