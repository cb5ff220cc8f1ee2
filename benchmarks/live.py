"""Open desks: how soon a change is seen, what that costs, and whether other requests feel it.

    python -m benchmarks.live [--desks 200] [--seconds 20] [--json]

An installation on PostgreSQL with two web processes. Each desk is a stream of a person of one of
twenty teams; every two seconds somebody claims a task or gives it back, and each desk that hears of
it asks for its rows, as the page does. The processor time is that of the web processes alone: for
the same changes while no desk is open, for open desks while nothing changes, and for both.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from core import clock, people  # noqa: E402
from core import db as database  # noqa: E402
from core.config import Config  # noqa: E402
from core.people import SYSTEM, Secret, SignInSession  # noqa: E402
from engine import deployments, instances  # noqa: E402
from tests import postgres  # noqa: E402
from tests.backoffice.running import Installation  # noqa: E402
from tests.build import process  # noqa: E402
from web.session import ABSOLUTE_LIMIT, KEY  # noqa: E402
from wsgi import create_app  # noqa: E402

TEAMS = 20
EVERY_SECONDS = 2.0
PROBE_SECONDS = 0.2
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Desk:
    """One open desk, and when it heard of what."""

    cookie: str
    team: int
    heard: list[tuple[float, str]] = field(default_factory=list)
    seen: list[tuple[float, str]] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--desks", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="live-") as folder, postgres.server() as url:
        data = Path(folder) / "data"
        with Installation(data, ("--no-demo", "--database-url", url)) as installation:
            desks, tasks = furnish(data, url, options.desks)
            found = asyncio.run(measure(installation, desks, tasks, options.seconds))
    print(json.dumps(found) if options.json else table(found))


def furnish(data: Path, url: str, count: int) -> tuple[list[Desk], list[str]]:
    """People who are signed in, one task for each team; the cookies and the ids."""
    environ = {"BACKOFFICE_DATA": str(data), "BACKOFFICE_DATABASE_URL": url}
    app = create_app(Config.from_environment(environ))
    signer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    desks, tasks = [], []
    with app.app_context():
        with database.transaction() as session:
            for number in range(count):
                team = number % TEAMS
                person = people.add_person(
                    session,
                    f"desk{number}",
                    roles=["associate"],
                    groups=[f"team{team}"],
                    by=SYSTEM,
                )
                secret, now = Secret.make(), clock.now()
                session.add(
                    SignInSession(
                        secret_hash=secret.digest,
                        person_id=person.id,
                        created_at=now,
                        last_seen_at=now,
                        expires_at=now + ABSOLUTE_LIMIT,
                    )
                )
                desks.append(Desk(signer.dumps({KEY: secret.text}), team))
            for team in range(TEAMS):
                drawing = process(f"p{team}").user_task("look", groups=f"team{team}").end()
                deployments.deploy(session, {f"p{team}.bpmn": drawing}, by=SYSTEM)
                instances.start(session, key=f"p{team}", by=SYSTEM)
        database.db.session.remove()
        with database.reading() as session:
            from engine.models import UserTask

            tasks = [str(each.id) for each in session.query(UserTask).order_by(UserTask.id)]
        database.db.session.remove()
        database.db.engine.dispose()
    return desks, tasks


async def measure(
    installation: Installation, desks: list[Desk], tasks: list[str], seconds: float
) -> dict[str, Any]:
    pids = web_processes(installation.process.pid)
    name = "__Host-session"
    limits = httpx.Limits(max_connections=50, max_keepalive_connections=50)
    async with httpx.AsyncClient(base_url=installation.url, timeout=30, limits=limits) as client:
        alone = await probe(client, name, desks[0], seconds / 2)
        found: dict[str, Any] = {"desks": len(desks), "other_ms_without": summary(alone)}
        began, spent = time.monotonic(), processor_seconds(pids)
        await change(client, name, desks, tasks, seconds / 2)
        took = time.monotonic() - began
        found["changes_core_percent"] = percent(processor_seconds(pids) - spent, took)

        streams = [asyncio.create_task(listen(installation.url, name, each)) for each in desks]
        await asyncio.sleep(6)
        found["open"] = sum(not stream.done() for stream in streams)

        began, spent = time.monotonic(), processor_seconds(pids)
        await asyncio.sleep(seconds)
        took = time.monotonic() - began
        found["idle_core_percent"] = percent(processor_seconds(pids) - spent, took)

        asking = [asyncio.create_task(ask(client, name, each)) for each in desks]
        began, spent = time.monotonic(), processor_seconds(pids)
        changes = await change(client, name, desks, tasks, seconds)
        await asyncio.sleep(2)
        took = time.monotonic() - began
        cost = processor_seconds(pids) - spent
        probing = asyncio.create_task(probe(client, name, desks[0], seconds / 2))
        changes += await change(client, name, desks, tasks, seconds / 2)
        found["other_ms_with"] = summary(await probing)
        await asyncio.sleep(2)
        for each in (*asking, *streams):
            each.cancel()
        await asyncio.gather(*asking, *streams, return_exceptions=True)
    found["busy_core_percent"] = percent(cost, took)
    found["changes"] = len(changes)
    found["told_ms"] = summary(delays(changes, desks, "heard"))
    found["seen_ms"] = summary(delays(changes, desks, "seen"))
    expected = sum(sum(desk.team == team for desk in desks) for _, _, team in changes)
    found["missed"] = expected - len(delays(changes, desks, "heard"))
    return found


async def listen(url: str, name: str, desk: Desk) -> None:
    """A stream, as the browser opens it."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"GET /live?since={time.time()} HTTP/1.1\r\nHost: {host}:{port}\r\n"
    writer.write(f"{head}Cookie: {name}={desk.cookie}\r\n\r\n".encode())
    await writer.drain()
    status = await reader.readline()
    assert b" 200 " in status, status
    try:
        while line := await reader.readline():
            if line.startswith(b"data: "):
                for task in json.loads(line[6:])["tasks"]:
                    desk.heard.append((time.monotonic(), task))
    finally:
        writer.close()


async def ask(client: httpx.AsyncClient, name: str, desk: Desk) -> None:
    """What the page does with news: it waits a quarter of a second, then asks for its rows."""
    known = 0
    while True:
        await asyncio.sleep(0.05)
        if len(desk.heard) > known:
            await asyncio.sleep(0.25)
            fresh, known = desk.heard[known:], len(desk.heard)
            answer = await client.get("/work/rows?view=all", headers=cookie(name, desk))
            assert answer.status_code == 200
            desk.seen += [(time.monotonic(), task) for _, task in fresh]


async def change(
    client: httpx.AsyncClient, name: str, desks: list[Desk], tasks: list[str], seconds: float
) -> list[tuple[float, str, int]]:
    """Claim and release tasks, one after the other; when each was done, which, and whose."""
    made, until, turn = [], time.monotonic() + seconds, 0
    # What was claimed is given back at the end.
    while time.monotonic() < until or turn % 2:
        team = (turn // 2) % TEAMS
        what = "release" if turn % 2 else "claim"
        page = await client.get("/session", headers=cookie(name, desks[team]))
        token = page.json()["csrf_token"]
        fresh = page.headers["set-cookie"].split("=", 1)[1].split(";")[0]
        headers = {"Cookie": f"{name}={fresh}", "X-CSRFToken": token}
        began = time.monotonic()
        answer = await client.post(f"/work/{tasks[team]}/{what}", headers=headers)
        assert answer.status_code == 303, answer.text
        made.append((began, tasks[team], team))
        turn += 1
        await asyncio.sleep(EVERY_SECONDS)
    return made


async def probe(client: httpx.AsyncClient, name: str, desk: Desk, seconds: float) -> list[float]:
    """Somebody else who opens pages, five a second; how long each took."""
    took, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.monotonic()
        answer = await client.get("/work?view=all", headers=cookie(name, desk))
        assert answer.status_code == 200
        took.append(time.monotonic() - began)
        await asyncio.sleep(PROBE_SECONDS)
    return took


def cookie(name: str, desk: Desk) -> dict[str, str]:
    return {"Cookie": f"{name}={desk.cookie}"}


def delays(changes: list[tuple[float, str, int]], desks: list[Desk], which: str) -> list[float]:
    """Seconds from each change to the first time that each desk of its team knew of it."""
    found = []
    for number, (at, task, team) in enumerate(changes):
        later = [when for when, other, _ in changes[number + 1 :] if other == task]
        until = min(later, default=float("inf"))
        for desk in desks:
            times = [t for t, each in getattr(desk, which) if each == task and at <= t < until]
            if desk.team == team and times:
                found.append(min(times) - at)
    return found


def web_processes(parent: int) -> list[int]:
    """gunicorn and its workers below a process."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
            command = path.with_name("cmdline").read_bytes()
        except OSError:
            continue
        if b"gunicorn" in command and int(fields[1]) in (parent, *found_parents(parent)):
            found.append(int(path.parent.name))
    return found


def found_parents(parent: int) -> list[int]:
    """Children of a process."""
    children = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(each) for each in children.read_text().split()]


def processor_seconds(pids: list[int]) -> float:
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def percent(cost: float, took: float) -> float:
    return round(100 * cost / took, 1)


def summary(seconds: list[float]) -> dict[str, float]:
    if not seconds:
        return {}
    ordered = sorted(seconds)
    return {
        "p50": round(1000 * statistics.median(ordered)),
        "p99": round(1000 * ordered[int(0.99 * (len(ordered) - 1))]),
        "max": round(1000 * ordered[-1]),
    }


def table(found: dict[str, Any]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in found.items())


if __name__ == "__main__":
    main()
