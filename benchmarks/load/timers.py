"""Timers: how late they are beside 100,000 waiting ones, and 10,000 that fall due at once."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from benchmarks.load.clients import Run, quantile
from benchmarks.load.completing import completions
from benchmarks.load.filling import fill, without_indexes
from benchmarks.load.scene import Scene, scene, starts
from benchmarks.models import one_user_task
from tests.build import process

WAITING, DUE_AT_ONCE = 100_000, 10_000
PER_SECOND, SECONDS = 20.0, 30.0
DELAY = timedelta(seconds=2)
#: Completions a second while the 10,000 drain.
MEANWHILE_PER_SECOND = 5.0


def measure(url: str, *, quick: bool) -> dict[str, Any]:
    """How late 20 a second are; how fast 10,000 drain, in which order, and what others notice."""
    waiting, due, seconds = (200, 60, 2.0) if quick else (WAITING, DUE_AT_ONCE, SECONDS)
    files = {
        "soon.bpmn": process("soon").catch("pause", timer=f"PT{DELAY.seconds}S").end(),
        "far.bpmn": process("far").catch("pause", timer="PT9000H").end(),
        "burst.bpmn": process("burst").catch("pause", timer="PT9000H").end(),
        "task.bpmn": one_user_task(),
    }
    with scene(url, files) as stage:
        with without_indexes(stage.rows):
            fill(stage.rows, template(stage, "far"), waiting, since=timedelta(days=30))
        return {"waiting": waiting, **late(stage, seconds), **drained(stage, due)}


def late(stage: Scene, seconds: float) -> dict[str, float]:
    """From due to fired, with so many new timers a second."""
    count = round(PER_SECOND * seconds)
    stage.api.opened(starts("soon", count), PER_SECOND).require(201)
    stage.until_ended("soon")
    rows = stage.rows.execute(
        "SELECT min(at), max(at) FROM log_entry WHERE key = 'soon' AND element_id = 'pause'"
        " AND lifecycle IN ('start', 'complete') GROUP BY instance_id"
    )
    times = [(fired - waited - DELAY).total_seconds() for waited, fired in rows]
    assert len(times) == count
    return {"late_p50_ms": quantile(times, 50), "late_p99_ms": quantile(times, 99)}


def drained(stage: Scene, count: int) -> dict[str, float]:
    """Timers a second until all that fell due at once have fired."""
    original = template(stage, "burst")
    asks = completions(stage, max(10, count // 50))
    first = datetime.now(UTC) - timedelta(hours=1)
    order = (first, timedelta(milliseconds=20))
    with ThreadPoolExecutor() as pool:
        ids = fill(stage.rows, original, count, since=timedelta(days=20), due=order)
        began = time.perf_counter()
        meanwhile = pool.submit(stage.api.opened, asks, MEANWHILE_PER_SECOND)
        stage.until_ended("burst", left=1)
        seconds = time.perf_counter() - began
        run: Run = meanwhile.result().require(201)
    return {
        "due_at_once": count,
        "drained_per_s": round(count / seconds, 1),
        "out_of_order": out_of_order(stage, ids),
        "meanwhile_p50_ms": run.milliseconds(50),
        "meanwhile_p99_ms": run.milliseconds(99),
    }


def out_of_order(stage: Scene, ids: list[UUID]) -> int:
    """How many places the timer was off that was furthest from its place in the order."""
    rows = stage.rows.execute(
        "SELECT instance_id FROM log_entry WHERE key = 'burst' AND element_id = 'pause'"
        " AND lifecycle = 'complete' ORDER BY id"
    )
    places = {instance_id: place for place, instance_id in enumerate(ids)}
    fired = [places[row[0]] for row in rows if row[0] in places]
    return max(abs(place - number) for number, place in enumerate(fired))


def template(stage: Scene, key: str) -> UUID:
    """An instance that waits for its timer."""
    stage.start(key, 1)
    found: UUID = stage.ask("SELECT id FROM process_instance WHERE key = %s", key)
    return found
