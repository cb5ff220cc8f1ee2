"""A process of one service task, started over the API and worked off by RQ workers."""

import time
from datetime import UTC, datetime
from typing import Any

from benchmarks.load.clients import quantile
from benchmarks.load.partner import Partner
from benchmarks.load.scene import Scene, scene, starts
from tests.build import process

CLIENTS = 16
LOAD = 0.7


def measure(url: str, *, quick: bool) -> dict[str, Any]:
    """The most a second, and how long an instance takes at 70 % of it."""
    drawing = process("one").service_task("call", connector="http", inputs={"url": "partner:/"})
    count, seconds = (20, 1) if quick else (2000, 20)
    with (
        Partner() as partner,
        scene(url, {"one.bpmn": drawing.end()}, settings=partner.settings) as stage,
    ):
        stage.start("one", max(10, count // 10))
        stage.until_ended("one")
        cost: dict[str, float] = {}
        with stage.processor(cost, count):
            most = maximum(stage, count)
        return {
            "instances_per_s": round(most, 1),
            "processor_ms": cost,
            **at_load(stage, LOAD * most, seconds),
        }


def maximum(stage: Scene, count: int) -> float:
    """Instances a second from the first start to the last end, as many as 16 clients start."""
    began = time.perf_counter()
    stage.api.closed(starts("one", count, "most"), CLIENTS).require(201)
    stage.until_ended("one")
    return count / (time.perf_counter() - began)


def at_load(stage: Scene, per_second: float, seconds: float) -> dict[str, float]:
    """From the moment a start was due to the end of the instance."""
    count = max(2, round(per_second * seconds))
    began = datetime.now(UTC).timestamp()
    stage.api.opened(starts("one", count, "load"), per_second).require(201)
    stage.until_ended("one")
    rows = stage.rows.execute(
        "SELECT split_part(business_key, '-', 2)::int, ended_at FROM process_instance"
        " WHERE business_key LIKE 'load-%'"
    )
    times = [ended.timestamp() - began - number / per_second for number, ended in rows]
    assert len(times) == count
    return {
        "load_per_s": round(per_second, 1),
        "p50_ms": quantile(times, 50),
        "p99_ms": quantile(times, 99),
    }
