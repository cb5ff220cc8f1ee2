"""A thin HTTP client: many connections in one process, so that measuring costs little itself.

`closed` lets a number of clients send one request after the other; `opened` sends on a schedule,
however slow the answers come, and counts from the moment a request was due.
"""

import asyncio
import json
import statistics
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

PATIENCE_SECONDS = 60.0
#: A connection that rested for longer is not used again: the server may be closing it.
REST_SECONDS = 5.0


@dataclass(frozen=True)
class Ask:
    """One request to be sent."""

    method: str
    path: str
    body: Any = None


@dataclass(frozen=True)
class Sample:
    """One answer, and how long it took."""

    seconds: float
    status: int
    body: bytes


@dataclass(frozen=True)
class Run:
    """What came of a load."""

    samples: list[Sample]
    seconds: float

    @property
    def per_second(self) -> float:
        return len(self.samples) / self.seconds

    def milliseconds(self, percent: int) -> float:
        """A percentile of the times, in ms."""
        return quantile([each.seconds for each in self.samples], percent)

    def require(self, status: int) -> Self:
        """Raise unless all were answered like this: a refusal is quick, and no figure."""
        for each in self.samples:
            if each.status != status:
                raise RuntimeError(f"{each.status}: {each.body[:500]!r}")
        return self


class Api:
    """The API of an installation, for the holder of a token."""

    def __init__(self, url: str, token: str) -> None:
        self._address = urlsplit(url)
        self._head = (
            f"Host: {self._address.netloc}\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: application/json\r\nAccept: application/json\r\n"
        )

    def closed(self, asks: Iterable[Ask], clients: int) -> Run:
        """Send all, each client one after the other."""
        return asyncio.run(self._closed(asks, clients))

    def opened(self, asks: Sequence[Ask], per_second: float) -> Run:
        """Send so many a second; times count from when each was due."""
        return asyncio.run(self._opened(asks, per_second))

    async def _closed(self, asks: Iterable[Ask], clients: int) -> Run:
        left = iter(asks)
        samples: list[Sample] = []

        async def work() -> None:
            connection = await self._connect()
            for ask in left:
                began = time.perf_counter()
                samples.append(await connection.send(ask, began))
            connection.close()

        began = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(clients)))
        return Run(samples, time.perf_counter() - began)

    async def _opened(self, asks: Sequence[Ask], per_second: float) -> Run:
        free: list[_Connection] = []
        samples: list[Sample] = []

        async def work(ask: Ask, due: float) -> None:
            connection = free.pop() if free else await self._connect()
            if connection.is_stale():
                # The others have rested for longer still.
                for each in (connection, *free):
                    each.close()
                free.clear()
                connection = await self._connect()
            samples.append(await connection.send(ask, due))
            free.append(connection)

        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number, ask in enumerate(asks):
                due = began + number / per_second
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                group.create_task(work(ask, due))
        seconds = time.perf_counter() - began
        for connection in free:
            connection.close()
        return Run(samples, seconds)

    async def _connect(self) -> "_Connection":
        reader, writer = await asyncio.open_connection(self._address.hostname, self._address.port)
        return _Connection(reader, writer, self._head)


@dataclass
class _Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    head: str
    used_at: float = field(default_factory=time.perf_counter)

    def is_stale(self) -> bool:
        return time.perf_counter() - self.used_at > REST_SECONDS

    async def send(self, ask: Ask, due: float) -> Sample:
        body = b"" if ask.body is None else json.dumps(ask.body).encode()
        head = f"{ask.method} /api/v1{ask.path} HTTP/1.1\r\n{self.head}Content-Length: {len(body)}"
        self.writer.write(head.encode() + b"\r\n\r\n" + body)
        async with asyncio.timeout(PATIENCE_SECONDS):
            answer = await self.reader.readuntil(b"\r\n\r\n")
            length = _length(answer)
            content = await self.reader.readexactly(length) if length else b""
        self.used_at = time.perf_counter()
        return Sample(time.perf_counter() - due, int(answer[9:12]), content)

    def close(self) -> None:
        self.writer.close()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def quantile(seconds: Sequence[float], percent: int) -> float:
    """A percentile in milliseconds."""
    if len(seconds) == 1:
        return round(seconds[0] * 1000, 1)
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return round(cuts[percent - 1] * 1000, 1)
