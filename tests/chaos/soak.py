"""Steady work for a long time: neither memory nor latency may grow.

    python -m tests.chaos.soak [--minutes 20] [--per-second 1]

Prints one JSON line: for each part its PSS in MB at the beginning and at the end, and its slope in
MB an hour; the same for the latency of the API in ms, and for a calculation that is always the
same: when others begin to use the machine, both take longer. The first fifth of the time is warming
up and does not count. Exits 1 when something grew, which a run of less than 15 minutes cannot tell.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.driver import Driver
from tests.chaos.run import deployed_driver
from tests.chaos.site import Part, Site

SAMPLE_SECONDS = 5.0
WARMING_UP = 0.2
TELLING_MINUTES = 15.0
#: What counts as growth from beginning to end: a share and, for memory, so many MB.
GROWTH, GROWTH_MB = 0.1, 8.0
#: By how much more latency may grow than the calculation that is always the same.
LATENCY_GROWTH, LATENCY_GROWTH_MS = 0.5, 10.0


@dataclass
class Series:
    """Measurements of one thing over time, in seconds since the start."""

    points: list[tuple[float, float]] = field(default_factory=list)

    def summary(self) -> dict[str, float]:
        """Medians of the first and the last third, and the slope an hour."""
        times = [at for at, _ in self.points]
        values = [value for _, value in self.points]
        third = max(1, len(values) // 3)
        slope = statistics.linear_regression(times, values).slope if len(values) > 1 else 0.0
        return {
            "begin": round(statistics.median(values[:third]), 2),
            "end": round(statistics.median(values[-third:]), 2),
            "slope_per_hour": round(slope * 3600, 2),
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--per-second", type=float, default=1.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, Site(Path(folder)) as site:
        seconds = options.minutes * 60
        driver = deployed_driver(site, int(options.per_second * seconds), options.per_second)
        memory, latency, control = _measure(site, driver, seconds)
        driver.stop()
        failures = driver.failures()
    result = {
        "minutes": options.minutes,
        "cases_per_s": options.per_second,
        "cases": driver.started,
        "memory_mb": {name: series.summary() for name, series in memory.items()},
        "latency_ms": latency.summary(),
        "control_ms": control.summary(),
        "failures": len(failures),
    }
    print(json.dumps(result), flush=True)
    if options.minutes < TELLING_MINUTES:
        return 1 if failures else 0
    grown = [name for name, each in memory.items() if _grew(each, GROWTH, GROWTH_MB)]
    same = control.summary()
    busier = max(1.0, same["end"] / same["begin"])
    share, least = (1 + LATENCY_GROWTH) * busier - 1, LATENCY_GROWTH_MS * busier
    grown += ["latency"] if _grew(latency, share, least) else []
    for name in grown:
        print(f"{name} grew", file=sys.stderr)
    return 1 if grown or failures else 0


def _measure(
    site: Site, driver: Driver, seconds: float
) -> tuple[dict[str, Series], Series, Series]:
    """Memory in MB by part, latency in ms, and ms of the calculation that is always the same."""
    parts = [part for part in site.parts.values() if part.name != "valkey"]
    memory, control = {part.name: Series() for part in parts}, Series()
    began = time.monotonic()
    driver.start()
    while (elapsed := time.monotonic() - began) < seconds:
        time.sleep(SAMPLE_SECONDS)
        if elapsed >= seconds * WARMING_UP:
            for part in parts:
                memory[part.name].points.append((elapsed, pss_mb(part)))
            control.points.append((elapsed, _calculation_ms()))
    warm = began + seconds * WARMING_UP
    took = [(at - began, each * 1000) for at, each in driver.latencies if at >= warm]
    return memory, Series(took), control


def _calculation_ms() -> float:
    began = time.perf_counter()
    sum(number * number for number in range(200_000))
    return (time.perf_counter() - began) * 1000


def pss_mb(part: Part) -> float:
    """Memory of a part and all that it started, shared pages by their share."""
    assert part.process is not None
    return sum(map(_pss_kb, [part.process.pid, *part.children()])) / 1024


def _pss_kb(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return float(next(line.split()[1] for line in lines if line.startswith("Pss:")))


def _grew(series: Series, share: float, least: float) -> bool:
    found = series.summary()
    return found["end"] - found["begin"] > max(found["begin"] * share, least)


if __name__ == "__main__":
    sys.exit(main())
