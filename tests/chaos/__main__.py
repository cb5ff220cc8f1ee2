"""Prints one JSON line, and what was met on the way; exits 1 when the promise was broken."""

import argparse
import dataclasses
import json
import random
import shutil
import sys
import tempfile
from pathlib import Path

from tests.chaos.run import FULL, SHORT, Plan, Result, under_fire, without_fences


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="the form for CI")
    parser.add_argument("--instances", type=int)
    parser.add_argument("--kills", type=int)
    parser.add_argument("--seconds", type=float, help="over which cases start and parts are killed")
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    parser.add_argument("--keep", action="store_true", help="keep the folder with logs and ledger")
    options = parser.parse_args()
    random.seed(options.seed)
    given = {
        name: value
        for name in ("instances", "kills", "seconds")
        if (value := getattr(options, name)) is not None
    }
    plan: Plan = dataclasses.replace(SHORT if options.short else FULL, **given)
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    control = without_fences(folder / "control")
    result = under_fire(folder / "run", plan)
    _tell(result, options.seed)
    broken = result.verdict.lost + result.verdict.twice + result.verdict.stuck
    line = {
        "instances": result.started,
        "kills": result.deaths,
        "lost": len(result.verdict.lost),
        "twice": len(result.verdict.twice),
        "stuck": len(result.verdict.stuck),
        "control_twice": len(control.twice),
    }
    print(json.dumps(line), flush=True)
    if broken or options.keep:
        print(f"logs and ledger: {folder}", file=sys.stderr)
    else:
        shutil.rmtree(folder)
    return 0 if not broken and control.twice else 1


def _tell(result: Result, seed: int) -> None:
    details = {
        "seed": seed,
        "seconds": round(result.seconds),
        "partner_calls": result.calls,
        "killed": dict(sorted(result.kills.items())),
        "failpoints": dict(sorted(result.failpoints.items())),
        "answers_outlived": dict(sorted(result.troubles.items())),
    }
    print(json.dumps(details), file=sys.stderr)
    for kind in ("lost", "twice", "stuck"):
        for sentence in getattr(result.verdict, kind)[:20]:
            print(f"{kind}: {sentence}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
