"""A step of a test-run in the designer, moves played again included: `python -m benchmarks.trial`.

Prints one line of JSON: processor milliseconds of an answer behind so many moves, without HTTP.
"""

import json
import statistics
import time
from pathlib import Path

from designer import trial, trial_view
from engine.bpmn.stepping import Pace

LIBRARY = Path(__file__).parent.parent / "processes" / "complaint_handling"
ASKED = {"name": "Anna", "email": "a@mail.example", "topic": "bill", "complaint": "I paid twice"}
ROUNDS = 15


def main() -> None:
    files = {"complaint.bpmn": (LIBRARY / "complaint.bpmn").read_bytes()}
    figures = {f"ms_behind_{count}": _measure(files, count) for count in (0, 100, 299)}
    print(json.dumps({"benchmark": "trial", **figures, "bar_ms": 50}))


def _measure(files: dict[str, bytes], count: int) -> float:
    start = {"start": {"variables": ASKED}, "ran": None}
    moves = [start, *({"step": {"set": {"round": each}}, "ran": None} for each in range(count))]
    taken = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        trial_view.view(trial.try_out(files, trial.read_moves(moves), Pace()))
        taken.append(time.process_time() - begun)
    return round(statistics.median(taken) * 1_000, 1)


if __name__ == "__main__":
    main()
