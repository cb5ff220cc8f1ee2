"""A TCP proxy that breaks connections on demand.

    with FaultProxy("127.0.0.1", 5432) as proxy:
        connect("127.0.0.1", proxy.port)
        proxy.cut()        # every connection is reset, new ones too
        proxy.heal()

delay(seconds)   each piece of data waits
half_close()     the server's side of every connection is closed; what clients send still arrives
stall()          nothing gets through, and nobody is told, until `heal`
forget()         the connections of now get nothing any more, ever; new ones work
"""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self

CHUNK = 65_536


class Link:
    """One client's connection and ours to the server."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self.client, self.server = client, server
        self.is_forgotten = False

    def reset(self) -> None:
        self.client.transport.abort()
        self.server.transport.abort()

    def half_close(self) -> None:
        with suppress(OSError, RuntimeError):
            self.client.write_eof()


class FaultProxy:
    """Forwards to one server, as well as it is told to."""

    def __init__(self, host: str, port: int) -> None:
        self._target = host, port
        self._loop = asyncio.new_event_loop()
        self._links: set[Link] = set()
        self._mode = "pass"
        self._seconds = 0.0
        self.port = 0

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def delay(self, seconds: float) -> None:
        self._change("delay", seconds)

    def cut(self) -> None:
        self._change("cut")
        self._for_all(Link.reset)

    def half_close(self) -> None:
        self._change("half")
        self._for_all(Link.half_close)

    def stall(self) -> None:
        self._change("stall")

    def forget(self) -> None:
        self._for_all(lambda link: setattr(link, "is_forgotten", True))

    def heal(self) -> None:
        if self._mode == "half":
            self._for_all(Link.reset)
        self._change("pass")

    def _change(self, mode: str, seconds: float = 0.0) -> None:
        self._mode, self._seconds = mode, seconds

    def _for_all(self, act: Callable[[Link], object]) -> None:
        done = threading.Event()

        def run() -> None:
            for link in list(self._links):
                act(link)
            done.set()

        self._loop.call_soon_threadsafe(run)
        assert done.wait(10)

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._accept, "127.0.0.1", 0, backlog=256)
        )
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()
        server.close()
        for link in list(self._links):
            link.reset()
        pending = asyncio.all_tasks(self._loop)
        for task in pending:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._mode == "cut":
            writer.transport.abort()
            return
        try:
            answers, server = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        link = Link(writer, server)
        self._links.add(link)
        if self._mode == "half":
            link.half_close()
        try:
            await asyncio.gather(
                self._pump(link, reader, server), self._pump(link, answers, writer)
            )
        finally:
            self._links.discard(link)
            link.reset()

    async def _pump(
        self, link: Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with suppress(OSError, RuntimeError):
            while data := await reader.read(CHUNK):
                while link.is_forgotten or self._mode == "stall":
                    await asyncio.sleep(0.02)
                if self._mode == "delay":
                    await asyncio.sleep(self._seconds)
                if self._mode == "half" and writer is link.client:
                    continue
                writer.write(data)
                await writer.drain()
            writer.write_eof()
