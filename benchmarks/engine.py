"""The engine's core beside stock SpiffWorkflow, measured in the same run on one core, no database.

    python -m benchmarks.engine                 # the table of the README
    python -m benchmarks.engine --json          # one line: {"script_loop": {"ours": …, …}, …}
    python -m benchmarks.engine --quick         # smaller numbers, for a first look

Times are processor time, the best of several runs. Stock stores with its own serializer, ours with
`dump`; every step of ours also makes its log entries.
"""

import argparse
import gc
import json
import logging
import sys
import time
import tracemalloc
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.parser import Program, load
from engine.bpmn.runtime import Budget, Runtime
from tests.build import Process, each, process

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
UNBOUND = Budget(elements=10**9, milliseconds=10**6, elements_alone=10**9)
Figure = dict[str, Any]


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.add_argument("--quick", action="store_true", help="smaller numbers")
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    figures = {name: measure(arguments.quick) for name, measure in MEASURES.items()}
    if arguments.json:
        print(json.dumps(figures))
        return
    print("| work | ours | stock | times better | also | bar |")
    print("|---|---|---|---|---|---|")
    for name, figure in figures.items():
        print(_row(name, figure))


#: What each figure is held to.
BARS = {
    "script_loop": "5,000 rounds run; linearity at most 1.5",
    "user_loop": "50 times; growth at most 1.3; at most 2,048 bytes",
    "onboarding": "2 times",
    "wide_model": "15 times; at most 1,024 bytes",
    "mi_sequential": "10 times; stored 20 times; at most 102,400 bytes",
    "mi_parallel": "2.5 times; at most 102,400 bytes",
    "parallel_in_loop": "200 rounds within 1,000 ms and right",
    "big_data": "10 times",
    "memory": "at most 25 KB",
}


def _row(name: str, figure: Figure) -> str:
    main = ("ours", "stock", "ratio", "unit")
    also = ", ".join(
        f"{key.replace('_', ' ')} {value:,}"
        if not isinstance(value, bool)
        else f"{key} {'yes' if value else 'no'}"
        for key, value in figure.items()
        if key not in main
    )
    words, unit = name.replace("_", " "), figure["unit"]
    numbers = f"{figure['ours']:,} {unit} | {figure['stock']:,} | {figure['ratio']:,}"
    return f"| {words} | {numbers} | {also} | {BARS[name]} |"


# --- both engines


class Stock:
    """SpiffWorkflow as it comes."""

    def __init__(self, drawing: bytes, data: dict[str, Any] | None = None) -> None:
        parser = SpiffBpmnParser()
        parser.add_bpmn_str(bytes(drawing))
        self.specs = parser.get_spec("process"), parser.get_subprocess_specs("process")
        registry = BpmnWorkflowSerializer.configure(SPIFF_CONFIG)
        self.serializer = BpmnWorkflowSerializer(registry=registry)
        self.data = data or {}

    def begin(self) -> BpmnWorkflow:
        workflow = BpmnWorkflow(*self.specs)
        workflow.task_tree.data.update(self.data)
        workflow.do_engine_steps()
        return workflow

    def step(self, workflow: BpmnWorkflow) -> bool:
        ready = workflow.get_tasks(state=TaskState.READY, manual=True)
        if ready:
            ready[0].run()
            workflow.do_engine_steps()
        return bool(ready)

    def save(self, workflow: BpmnWorkflow) -> str:
        saved: str = self.serializer.serialize_json(workflow)
        return saved

    def load(self, saved: str) -> BpmnWorkflow:
        return self.serializer.deserialize_json(saved)


class Ours:
    """The same moves with our runtime."""

    def __init__(self, drawing: bytes, data: dict[str, Any] | None = None) -> None:
        self.program: Program = load({"p.bpmn": bytes(drawing)}, "process")
        self.data = data or {}

    def begin(self) -> Runtime:
        runtime = Runtime.start(self.program, self.data, at=AT)
        runtime.advance(at=AT, budget=UNBOUND)
        return runtime

    def step(self, runtime: Runtime) -> bool:
        waits = [wait for wait in runtime.waits() if wait.is_leaf]
        if waits:
            runtime.complete(waits[0].token, {}, at=AT)
            runtime.advance(at=AT, budget=UNBOUND)
        runtime.take_entries()
        return bool(waits)

    def save(self, runtime: Runtime) -> bytes:
        return runtime.dump()

    def load(self, saved: bytes) -> Runtime:
        return Runtime.restore(self.program, saved)


def script(drawing: Process, name: str, variable: str, text: str, *, stock: bool) -> Process:
    """A script task in the dialect of the engine."""
    if stock:
        return drawing.script_task(name, f"{variable} = {text}", language="python")
    return drawing.script_task(name, text, result=variable)


def seconds(work: Callable[[], Any], runs: int = 3) -> float:
    """The best processor time of some runs."""
    best = float("inf")
    for _ in range(runs):
        gc.collect()
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


def figure(ours: float, stock: float, unit: str, *, more: Figure | None = None) -> Figure:
    """Ours beside stock; the ratio says how many times better ours is."""
    better = ours / stock if unit.endswith("/s") else stock / ours
    return {
        "ours": _rounded(ours),
        "stock": _rounded(stock),
        "ratio": _rounded(better),
        "unit": unit,
        **{key: _rounded(value) for key, value in (more or {}).items()},
    }


def _rounded(value: Any) -> Any:
    return float(f"{value:.4g}") if isinstance(value, float) else value


# --- the work


def script_loop(quick: bool) -> Figure:
    """Milliseconds for a loop of scripts; stock cannot do more than 249 rounds."""

    def drawing(*, stock: bool) -> bytes:
        pen = script(process(), "i", "n", "0", stock=stock).exclusive_gateway("m")
        script(pen, "inc", "n", "n + 1", stock=stock).exclusive_gateway("d")
        pen.when("n < rounds").to("m").at("d").otherwise()
        return pen.end("done")

    def run(rounds: int) -> float:
        engine = Ours(drawing(stock=False), {"rounds": rounds})
        return seconds(engine.begin)

    long = 1_000 if quick else 5_000
    short_each, long_each = run(100) / 100, run(long) / long
    stock = seconds(Stock(drawing(stock=True), {"rounds": 200}).begin, 1)
    linear = {"rounds": long, "ms": long_each * long * 1000, "linearity": long_each / short_each}
    return figure(run(200) * 1000, stock * 1000, "ms for 200 rounds", more=linear)


def user_loop(quick: bool) -> Figure:
    """Milliseconds for load + step + save at round 200 of a loop with a user task."""

    def drawing(*, stock: bool) -> bytes:
        pen = script(process(), "i", "n", "0", stock=stock).exclusive_gateway("m").user_task("u")
        script(pen, "inc", "n", "n + 1", stock=stock).exclusive_gateway("d")
        pen.when("n < 100000").to("m").at("d").otherwise()
        return pen.end("done")

    def at_round(engine: Any, rounds: int) -> tuple[float, int]:
        instance = engine.begin()
        for _ in range(rounds):
            engine.step(instance)
        saved = engine.save(instance)
        return seconds(lambda: _load_step_save(engine, saved), 5), len(saved)

    ours = Ours(drawing(stock=False))
    early, _ = at_round(ours, 10)
    here, _ = at_round(ours, 200)
    late, size = at_round(ours, 1_000)
    stock, stock_size = at_round(Stock(drawing(stock=True)), 50 if quick else 200)
    more = {"growth_1000_to_10": late / early, "bytes": size, "stock_bytes": stock_size}
    return figure(here * 1000, stock * 1000, "ms", more=more)


def onboarding(quick: bool) -> Figure:
    """Instances a second through 14 elements, stored and loaded at each wait."""

    def drawing(*, stock: bool) -> bytes:
        timer = ("timeDuration", '"P5D"' if stock else "P5D")
        pen = process().user_task("match")
        script(pen, "score", "score", "700", stock=stock).user_task("check")
        pen.exclusive_gateway("good").when("score > 600").parallel_gateway("split")
        script(pen, "account", "account", "1", stock=stock).parallel_gateway("join")
        script(pen, "bill", "bill", "account + meter", stock=stock).user_task("welcome")
        pen.end("onboarded")
        script(pen.at("split"), "meter_reading", "meter", "2", stock=stock).to("join")
        pen.at("good").otherwise().end("rejected")
        pen.at("check").boundary("late", timer=timer, interrupting=False)
        return pen.user_task("chase").end("chased")

    count = 50 if quick else 200

    def run(engine: Any) -> None:
        for _ in range(count):
            saved = engine.save(engine.begin())
            for _ in range(3):
                instance = engine.load(saved)
                engine.step(instance)
                saved = engine.save(instance)

    ours, stock = Ours(drawing(stock=False)), Stock(drawing(stock=True))
    return figure(
        count / seconds(lambda: run(ours)), count / seconds(lambda: run(stock)), "instances/s"
    )


def wide_model(quick: bool) -> Figure:
    """Milliseconds for load + step + save in the middle of a model of 200 elements."""
    pen = process()
    for number in range(66):
        pen.user_task(f"u{number}").exclusive_gateway(f"g{number}").when("n > 5").end(f"e{number}")
        pen.at(f"g{number}").otherwise()
    drawing = pen.end("done")

    def middle(engine: Any) -> tuple[float, int]:
        instance = engine.begin()
        for _ in range(30):
            engine.step(instance)
        saved = engine.save(instance)
        return seconds(lambda: _load_step_save(engine, saved), 5), len(saved)

    (ours, size), (stock, stock_size) = (
        middle(Ours(drawing, {"n": 1})),
        middle(Stock(drawing, {"n": 1})),
    )
    more = {"bytes": size, "stock_bytes": stock_size}
    return figure(ours * 1000, stock * 1000, "ms", more=more)


def mi_sequential(quick: bool) -> Figure:
    """Milliseconds for a sequential multi-instance of scripts: run, and run + dump + load."""
    return _items(sequential=True, count=200 if quick else 1_000)


def mi_parallel(quick: bool) -> Figure:
    """The same with all items at once."""
    return _items(sequential=False, count=200 if quick else 1_000)


def _items(*, sequential: bool, count: int) -> Figure:
    def drawing(*, stock: bool) -> bytes:
        loop = each("items", "it", result="r", into="out", sequential=sequential)
        if stock:
            pen = process().script_task("m", "r = it * 2", language="python", loop=loop)
        else:
            pen = process().script_task("m", "it * 2", result="r", loop=loop)
        return pen.user_task("z").end("done")

    data = {"items": list(range(count))}

    def whole(engine: Any) -> Callable[[], Any]:
        return lambda: engine.load(engine.save(engine.begin()))

    ours, stock = Ours(drawing(stock=False), data), Stock(drawing(stock=True), data)
    run, stock_run = seconds(ours.begin), seconds(stock.begin, 1)
    stored, stock_stored = seconds(whole(ours)), seconds(whole(stock), 1)
    more = {
        "items": count,
        "stored_ratio": stock_stored / stored,
        "bytes": len(ours.save(ours.begin())),
    }
    return figure(run * 1000, stock_run * 1000, "ms", more=more)


def parallel_in_loop(quick: bool) -> Figure:
    """Milliseconds for a parallel pair in a loop; stock fails at 200 rounds, so it does 20."""

    def drawing(*, stock: bool) -> bytes:
        pen = process()
        for name in "nab":
            script(pen, f"i{name}", name, "0", stock=stock)
        pen.exclusive_gateway("m").parallel_gateway("g")
        script(pen, "ta", "a", "a + 1", stock=stock).parallel_gateway("j")
        script(pen, "c", "n", "n + 1", stock=stock).exclusive_gateway("d")
        pen.when("n < rounds").to("m").at("d").otherwise().end("done")
        return script(pen.at("g"), "tb", "b", "b + 1", stock=stock).to("j").xml()

    long = Ours(drawing(stock=False), {"rounds": 200})
    values = long.begin().variables
    right = all(values[name] == 200 for name in "nab")
    more = {"ms_for_200": seconds(long.begin) * 1000, "right": right}
    ours = seconds(Ours(drawing(stock=False), {"rounds": 20}).begin)
    stock = seconds(Stock(drawing(stock=True), {"rounds": 20}).begin, 1)
    return figure(ours * 1000, stock * 1000, "ms for 20 rounds", more=more)


def big_data(quick: bool) -> Figure:
    """Milliseconds for load + step + save with a megabyte of nested rows."""
    pen = process()
    for number in range(20):
        pen.user_task(f"u{number}")
    drawing = pen.end("done")
    rows = [
        {"id": number, "name": f"customer {number}", "lines": [number, number + 1], "ok": True}
        for number in range(3_000 if quick else 14_000)
    ]

    def measure(engine: Any) -> float:
        saved = engine.save(engine.begin())
        return seconds(lambda: _load_step_save(engine, saved), 5)

    ours, stock = measure(Ours(drawing, {"rows": rows})), measure(Stock(drawing, {"rows": rows}))
    return figure(ours * 1000, stock * 1000, "ms")


def memory(quick: bool) -> Figure:
    """Kilobytes that one loaded instance takes."""
    pen = process().user_task("a").user_task("b")
    drawing = pen.end("done")
    count = 500 if quick else 10_000

    def measure(engine: Any, many: int) -> float:
        saved = engine.save(engine.begin())
        gc.collect()
        tracemalloc.start()
        kept = [engine.load(saved) for _ in range(many)]
        size = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return size / len(kept) / 1024

    return figure(
        measure(Ours(drawing, {"x": 1}), count),
        measure(Stock(drawing, {"x": 1}), count // 20),
        "KB per instance",
    )


def _load_step_save(engine: Any, saved: Any) -> None:
    instance = engine.load(saved)
    engine.step(instance)
    engine.save(instance)


MEASURES: dict[str, Callable[[bool], Figure]] = {
    measure.__name__: measure
    for measure in (
        script_loop,
        user_loop,
        onboarding,
        wide_model,
        mi_sequential,
        mi_parallel,
        parallel_in_loop,
        big_data,
        memory,
    )
}

if __name__ == "__main__":
    sys.setrecursionlimit(10_000)
    main()
