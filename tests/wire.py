"""Counts the turns that a program takes at PostgreSQL, by standing between them."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import URL, make_url

#: Messages after which a client waits for the server: a simple query, and the end of a batch.
QUERY, SYNC = b"Q", b"S"


@dataclass
class Turns:
    """How often the server was waited for; how to connect by way of us."""

    url: URL
    count: int = 0


@contextmanager
def counted(url: str) -> Iterator[Turns]:
    """Count what passes on its way to the server of `url`."""
    target = make_url(url)
    assert target.host is not None
    assert target.port is not None
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        turns = Turns(target.set(port=port).update_query_dict({"sslmode": "disable"}))

        def accept() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                server = socket.create_connection((target.host, target.port))
                for run, ends in ((_count, (client, server, turns)), (_pass, (server, client))):
                    threading.Thread(target=run, args=ends, daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield turns
        listener.shutdown(socket.SHUT_RDWR)


def _pass(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass  # One side has gone; so goes the other.
    finally:
        target.close()


def _count(client: socket.socket, server: socket.socket, turns: Turns) -> None:
    """Pass on whole messages: the first has no kind, all others begin with theirs."""
    waiting, head = b"", 0
    try:
        while data := client.recv(65536):
            server.sendall(data)
            waiting += data
            while len(waiting) >= head + 4:
                length = head + int.from_bytes(waiting[head : head + 4])
                if len(waiting) < length:
                    break
                if head and waiting[:1] in (QUERY, SYNC):
                    turns.count += 1
                waiting, head = waiting[length:], 1
    except OSError:
        pass
    finally:
        server.close()
