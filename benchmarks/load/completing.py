"""Starting instances and completing user tasks over the API."""

from typing import Any

from benchmarks.load.clients import Ask
from benchmarks.load.scene import Scene, scene, starts
from benchmarks.models import one_user_task

CLIENTS = 16
LOAD = 0.6
KEY = "one_user_task"


def measure_starts(url: str, *, quick: bool) -> dict[str, Any]:
    """Instances a second that 16 clients start."""
    count = 20 if quick else 2500
    with scene(url, {"task.bpmn": one_user_task()}) as stage:
        stage.start(KEY, max(16, count // 10), CLIENTS)
        cost: dict[str, float] = {}
        with stage.processor(cost, count):
            run = stage.api.closed(starts(KEY, count), CLIENTS).require(201)
        return {
            "per_s": round(run.per_second, 1),
            "processor_ms": cost,
            "p50_ms": run.milliseconds(50),
            "p99_ms": run.milliseconds(99),
        }


def measure(url: str, *, quick: bool) -> dict[str, Any]:
    """The most completions a second, and how long one takes at 60 % of it."""
    count, seconds = (20, 1) if quick else (1500, 20)
    with scene(url, {"task.bpmn": one_user_task()}) as stage:
        stage.api.closed(completions(stage, max(16, count // 10)), CLIENTS).require(201)
        cost: dict[str, float] = {}
        asks = completions(stage, count)
        with stage.processor(cost, count):
            most = stage.api.closed(asks, CLIENTS).require(201).per_second
        load = LOAD * most
        asks = completions(stage, max(2, round(load * seconds)))
        run = stage.api.opened(asks, load).require(201)
        return {
            "per_s": round(most, 1),
            "processor_ms": cost,
            "load_per_s": round(load, 1),
            "p50_ms": run.milliseconds(50),
            "p99_ms": run.milliseconds(99),
        }


def completions(stage: Scene, count: int) -> list[Ask]:
    """Requests that complete tasks which were just opened."""
    stage.start(KEY, count)
    rows = stage.rows.execute("SELECT id FROM user_task WHERE state = 'open' ORDER BY id")
    return [Ask("POST", f"/user-tasks/{row[0]}/completion", {"variables": {}}) for row in rows][
        :count
    ]
