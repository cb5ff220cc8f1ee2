"""Python scripts in their sandboxes: how many a second, and whether a killed one holds others up.

    python -m benchmarks.scripts --json      # one line: {"script": {"ours": …, …}, …}

Baselines: the same script by `exec` of text (what SpiffWorkflow does by default) and compiled once;
scripts that ran beside a sandbox that was killed are compared with scripts that ran beside nothing.
Figures are wall time on whatever else the machine does.
"""

import argparse
import json
import math
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from core.errors import BackOfficeError
from engine.scripts import Sandboxes

SCRIPT = """total = sum(row["price"] * row["quantity"] for row in rows)
discount = 0.1 if total > 100 else 0
net = round(total * (1 - discount), 2)
label = f"{customer}: {net}"
"""
ROWS = [{"price": 10, "quantity": 3}, {"price": 50.5, "quantity": 2}]
VARIABLES = {"rows": ROWS, "customer": "Ada", "never named": ["x" * 1000] * 100}
HANG = "n = 10\nwhile True:\n    n = n * n"
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


def rate(call: Callable[[], object], seconds: float = 1.0, runs: int = 3) -> int:
    """Calls in a second, the best of some runs."""
    best = 0.0
    for _ in range(runs):
        count, begun = 0, time.perf_counter()
        while (spent := time.perf_counter() - begun) < seconds:
            call()
            count += 1
        best = max(best, count / spent)
    return round(best)


def scripts(pool: Sandboxes) -> dict[str, int]:
    """Runs of the same script in a second."""
    compiled = compile(SCRIPT, "script", "exec")
    return {
        "ours": rate(lambda: pool.run(SCRIPT, VARIABLES, at=MONDAY)),
        "python exec of text": rate(lambda: exec(SCRIPT, dict(VARIABLES))),
        "python exec compiled": rate(lambda: exec(compiled, dict(VARIABLES))),
    }


def delays(pool: Sandboxes, kills: int = 3) -> dict[str, float]:
    """Milliseconds of scripts while a neighbour hangs, is killed and is replaced; and alone."""
    alone = _milliseconds(pool, lambda: False, seconds=1.0)
    beside: list[float] = []
    for _ in range(kills):
        hung = threading.Thread(target=_hang, args=(pool,))
        hung.start()
        beside += _milliseconds(pool, hung.is_alive, seconds=0.2)
    return {
        "alone, median": _quantile(alone, 0.5),
        "alone, 99 %": _quantile(alone, 0.99),
        "alone, slowest": max(alone),
        "beside, median": _quantile(beside, 0.5),
        "beside, 99 %": _quantile(beside, 0.99),
        "beside, slowest": max(beside),
    }


def _hang(pool: Sandboxes) -> None:
    try:
        pool.run(HANG, {}, at=MONDAY)
    except BackOfficeError:
        return


def _milliseconds(pool: Sandboxes, goes_on: Callable[[], bool], seconds: float) -> list[float]:
    """Times of scripts one after the other, while something goes on and for some time more."""
    found, until = [], time.perf_counter() + seconds
    while goes_on() or time.perf_counter() < until:
        begun = time.perf_counter()
        pool.run("x = 1", {}, at=MONDAY)
        found.append(round((time.perf_counter() - begun) * 1000, 2))
        if goes_on():
            until = time.perf_counter() + seconds
    return found


def _quantile(values: list[float], part: float) -> float:
    return sorted(values)[math.ceil(len(values) * part) - 1]


def starting() -> dict[str, float]:
    """Milliseconds for the first script of a new pool."""
    times = []
    for _ in range(5):
        pool = Sandboxes(processes=1)
        begun = time.perf_counter()
        pool.run("x = 1", {}, at=MONDAY)
        times.append((time.perf_counter() - begun) * 1000)
        pool.close()
    return {"milliseconds": round(min(times), 1)}


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    as_json = parser.parse_args().json
    pool = Sandboxes()
    figures = {"script": scripts(pool), "delay": delays(pool), "first": starting()}
    pool.close()
    if as_json:
        print(json.dumps(figures))
        return
    for name, values in figures.items():
        print(name, ", ".join(f"{key}: {value:,}" for key, value in values.items()))


if __name__ == "__main__":
    main()
