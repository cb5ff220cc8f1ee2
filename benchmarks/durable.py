"""What durable work costs: PostgreSQL that waits for the disk, whole installations, real workers.

    python benchmarks/durable.py [--json] [--only service,start,complete,stored,workers,timers]
    python benchmarks/durable.py --quick      # small numbers: whether it works, not how fast

Prints a table for the README, or one JSON line, each figure with its bar. Load, partner, database
and platform share this machine's cores; beside the figures stand the disk's commits a second and,
in the same run, stock SpiffWorkflow that stores itself whole in the same database at each wait.
"""

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.disk import postgres_commits_per_second
from benchmarks.load import completing, service, stored, timers, workers
from benchmarks.load.stock import instances_per_second
from tests import postgres

#: The defaults of a production server: every commit waits for the disk.
SERVER = ("fsync=on", "synchronous_commit=on", "full_page_writes=on", "shared_buffers=512MB")

Measure = Callable[..., dict[str, Any]]
PARTS: Mapping[str, Measure] = {
    "service": service.measure,
    "start": completing.measure_starts,
    "complete": completing.measure,
    "stored": stored.measure,
    "workers": workers.measure,
    "timers": timers.measure,
}


@dataclass(frozen=True)
class Bar:
    """What one figure of a part is held to."""

    part: str
    figure: str
    #: Whether more is better.
    at_least: bool
    limit: float
    words: str

    def judge(self, figures: Mapping[str, Any]) -> dict[str, Any]:
        """The figure beside the bar."""
        value = figures[self.part][self.figure]
        met = value >= self.limit if self.at_least else value <= self.limit
        bar = f"{'≥' if self.at_least else '≤'} {self.limit:g}"
        return {"part": self.part, "figure": self.figure, "value": value, "bar": bar, "met": met}


BARS = (
    Bar("service", "instances_per_s", True, 60, "one service task, through workers: instances/s"),
    Bar("service", "p99_ms", False, 500, "the same at 70 % load, start to end: p99 in ms"),
    Bar("start", "per_s", True, 150, "starting over the API, 16 clients: instances/s"),
    Bar("complete", "per_s", True, 100, "completing user tasks over HTTP: tasks/s"),
    Bar("complete", "p50_ms", False, 40, "the same at 60 % load: p50 in ms"),
    Bar("complete", "p99_ms", False, 200, "the same at 60 % load: p99 in ms"),
    Bar("stored", "ratio", False, 1.3, "a step beside what is stored, beside an empty database"),
    Bar("workers", "linear_2", True, 0.9, "2 workers on a connector that takes 100 ms"),
    Bar("workers", "linear_4", True, 0.9, "4 workers on a connector that takes 100 ms"),
    Bar("timers", "late_p99_ms", False, 1000, "20 timers/s, 100,000 waiting: late, p99 in ms"),
    Bar("timers", "drained_per_s", True, 150, "10,000 timers due at once: timers/s"),
    Bar("timers", "meanwhile_p99_ms", False, 500, "completing tasks meanwhile: p99 in ms"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.add_argument("--quick", action="store_true", help="small numbers, no judgement")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, separated by commas")
    options = parser.parse_args()
    names = options.only.split(",")
    if unknown := set(names) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    # Whoever ends us has all that was started ended, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    figures = run(names, quick=options.quick)
    bars = [bar.judge(figures) for bar in BARS if bar.part in names]
    if options.json:
        print(json.dumps({**figures, "quick": options.quick, "bars": bars}))
    else:
        show(figures, bars)
    return 0 if options.quick or all(bar["met"] for bar in bars) else 1


def run(names: list[str], *, quick: bool) -> dict[str, Any]:
    """All figures of the parts, one after the other on one server."""
    figures: dict[str, Any] = {}
    with postgres.server(*SERVER) as url:
        figures["disk_commits_per_s"] = round(postgres_commits_per_second(url))
        figures["stock_instances_per_s"] = instances_per_second(url, quick=quick)
        figures["load_before"] = round(os.getloadavg()[0], 2)
        for name in names:
            began = time.monotonic()
            figures[name] = PARTS[name](url, quick=quick)
            figures[name]["took_s"] = round(time.monotonic() - began, 1)
            print(f"{name}: {figures[name]}", file=sys.stderr, flush=True)
    return figures


def show(figures: Mapping[str, Any], bars: list[dict[str, Any]]) -> None:
    """The table of the README."""
    print("| work | measured | bar | |")
    print("|---|---|---|---|")
    words = {(bar.part, bar.figure): bar.words for bar in BARS}
    for bar in bars:
        text = words[bar["part"], bar["figure"]]
        print(f"| {text} | {bar['value']:,} | {bar['bar']} | {'met' if bar['met'] else 'missed'} |")
    print(
        f"\nThe disk alone: {figures['disk_commits_per_s']:,} commits of one row a second; stock "
        f"SpiffWorkflow, stored whole at each wait: {figures['stock_instances_per_s']:g} "
        f"instances/s; load of the machine before: {figures['load_before']:g}."
    )


if __name__ == "__main__":
    sys.exit(main())
