"""The main job, durable and over HTTP: customer onboarding, completing tasks, firing timers.

    python benchmarks/main_job.py [--cases 60]

Prints one JSON line. Each database is measured with an installation of its own (`backoffice up`,
two web processes, two workers) beside the commit rate of the same disk. The partner systems
answer at once; everything shares this machine's cores. What a case costs each kind of process is
told in milliseconds of processor time, for a busy machine lengthens all the rest.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.disk import postgres_commits_per_second, sqlite_commits_per_second  # noqa: E402
from benchmarks.load.processor import name_of, seconds_used  # noqa: E402
from benchmarks.models import one_timer, one_user_task  # noqa: E402
from demo.customers import customers  # noqa: E402
from demo.partners import PERFECT  # noqa: E402
from demo.seed import LIBRARY, read_folder  # noqa: E402
from demo.serve import OutsideWorld  # noqa: E402
from tests import postgres  # noqa: E402
from tests.backoffice.running import Installation  # noqa: E402

CLIENTS = 8
TASKS = 200
TIMERS = 40
TIMER_SECONDS = 2
PATIENCE_SECONDS = 180.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=60)
    cases = parser.parse_args().cases
    with tempfile.TemporaryDirectory(dir=ROOT, prefix=".bench-") as folder:
        result = {"cases": cases, "sqlite": measure(Path(folder) / "sqlite", cases)}
        result["sqlite"]["disk_commits_per_s"] = round(sqlite_commits_per_second(Path(folder)))
        # The defaults of a production server: every commit waits for the disk.
        with postgres.Server("fsync=on", "synchronous_commit=on") as server:
            options, roots = ("--database-url", server.url), (server.process.pid,)
            found = measure(Path(folder) / "postgresql", cases, options, roots)
            found["disk_commits_per_s"] = round(postgres_commits_per_second(server.url))
            result["postgresql"] = found
    print(json.dumps(result))


def measure(
    data_dir: Path, cases: int, options: tuple[str, ...] = (), roots: tuple[int, ...] = ()
) -> dict[str, Any]:
    """All figures of one installation; `roots` are processes that work for it beside its own."""
    with (
        OutsideWorld(data_dir.with_suffix(".world"), PERFECT) as world,
        Installation(data_dir, ("--no-demo", *options), world.settings) as installation,
        installation.client("administrator") as client,
    ):
        token = installation.command("token", "--role", "integrator", "--name", "partners")
        world.connect(installation.url, token)
        deploy(client, read_folder(LIBRARY / "customer_onboarding"))
        deploy(client, {"task.bpmn": one_user_task(), "timer.bpmn": one_timer(TIMER_SECONDS)})
        return {
            "onboarding": onboarding(client, cases, (installation.process.pid, *roots)),
            "complete_ms": completions(client),
            "timer_late_ms": timers(client),
        }


def onboarding(client: httpx.Client, cases: int, roots: tuple[int, ...]) -> dict[str, Any]:
    """Cases a second, from the first start over the API to the last end, and what each costs."""
    used, began = seconds_used(roots), time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(lambda customer: start_case(client, customer), customers(cases)))
    started = time.perf_counter()
    while client.get("/process-instances", params=ACTIVE).json()["items"]:
        if time.perf_counter() - began > PATIENCE_SECONDS:
            raise TimeoutError("some cases did not end")
        time.sleep(0.05)
    ended = time.perf_counter()
    spent: defaultdict[str, float] = defaultdict(float)
    for pid, seconds in seconds_used(roots).items():
        spent[name_of(pid)] += (seconds - used.get(pid, 0.0)) * 1000 / cases
    return {
        "started_per_s": round(cases / (started - began), 1),
        "ended_per_s": round(cases / (ended - began), 1),
        "processor_ms": {kind: round(each, 1) for kind, each in spent.items()},
    }


ACTIVE = {"key": "customer_onboarding", "state": "active", "limit": "1"}


def start_case(client: httpx.Client, customer: dict[str, Any]) -> None:
    body = {
        "key": "customer_onboarding",
        "businessKey": customer["caseNumber"],
        "variables": customer,
    }
    client.post("/process-instances", json=body).raise_for_status()


def completions(client: httpx.Client) -> dict[str, float]:
    """How long completing a user task takes over HTTP, one client after the other."""
    for _ in range(TASKS):
        client.post("/process-instances", json={"key": "one_user_task"}).raise_for_status()
    tasks = list(pages(client, "/user-tasks", {"key": "one_user_task", "state": "open"}))
    assert len(tasks) == TASKS
    durations = []
    for task in tasks:
        began = time.perf_counter()
        answer = client.post(f"/user-tasks/{task['id']}/completion", json={"variables": {}})
        durations.append(time.perf_counter() - began)
        assert answer.status_code == 201, answer.text
    return quantiles(durations)


def timers(client: httpx.Client) -> dict[str, float]:
    """How late timers fire: from due to the log entry that says so."""
    ids = []
    for _ in range(TIMERS):
        answer = client.post("/process-instances", json={"key": "one_timer"})
        ids.append(answer.json()["id"])
    wait_until(
        lambda: (
            not client.get(
                "/process-instances", params={"key": "one_timer", "state": "active", "limit": "1"}
            ).json()["items"]
        )
    )
    return quantiles([lateness(client, instance) for instance in ids])


def lateness(client: httpx.Client, instance: str) -> float:
    moments = {
        entry["lifecycle"]: datetime.fromisoformat(entry["at"])
        for entry in pages(client, f"/process-instances/{instance}/log", {})
        if entry["elementId"] == "pause"
    }
    due = moments["start"] + timedelta(seconds=TIMER_SECONDS)
    return (moments["complete"] - due).total_seconds()


def quantiles(seconds: list[float]) -> dict[str, float]:
    """Median and 99th percentile in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return {"p50": round(cuts[49] * 1000, 1), "p99": round(cuts[98] * 1000, 1)}


def pages(client: httpx.Client, path: str, query: dict[str, str]) -> Iterator[dict[str, Any]]:
    after = None
    while True:
        asked = {**query, "limit": "200", **({"after": after} if after else {})}
        page = client.get(path, params=asked).raise_for_status().json()
        yield from page["items"]
        after = page["next"]
        if after is None:
            return


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("it did not come to that")
        time.sleep(0.05)


def deploy(client: httpx.Client, files: dict[str, bytes]) -> None:
    answer = client.post(
        "/deployments", files=[("files", (name, content)) for name, content in files.items()]
    )
    assert answer.status_code in (200, 201), answer.text


if __name__ == "__main__":
    main()
