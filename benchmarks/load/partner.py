"""A partner system that answers every call with `{}`, at once or after a while."""

import asyncio
import threading
import time
from types import TracebackType
from typing import Self

ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
    b"Connection: close\r\n\r\n{}"
)


class Partner:
    """Listens on a port of its own, in a thread, and notes when it was called."""

    def __init__(self, seconds: float = 0.0) -> None:
        self._seconds = seconds
        self._ready = threading.Event()
        #: When each call came, by the monotonic clock.
        self.calls: list[float] = []

    @property
    def settings(self) -> dict[str, str]:
        """What an installation must be told to call it as `partner:/…`."""
        address = f"127.0.0.1:{self.port}"
        return {
            "BACKOFFICE_PARTNERS": f"partner=http://{address}",
            "BACKOFFICE_PRIVATE_HOSTS": address,
        }

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0, backlog=512)
        self.port: int = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            self.calls.append(time.monotonic())
            if self._seconds:
                await asyncio.sleep(self._seconds)
            writer.write(ANSWER)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass  # Whoever asked has gone.
        finally:
            writer.close()
