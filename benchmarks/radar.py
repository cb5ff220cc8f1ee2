"""A round of the stall radar through 100,000 open cases: `python benchmarks/radar.py --json`.

A PostgreSQL of its own with durable commits, filled by COPY. The pages are looked at one after the
other, as the scheduler does, without its pauses: what counts is how much work a round is. First all
cases wait as they should; then one in a hundred is overdue, and is noted; then nothing is new.
"""

import argparse
import json
import sys
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import psycopg
from sqlalchemy import delete

from benchmarks.load.filling import fill, without_indexes
from benchmarks.load.stored import prepared
from core import clock
from core.db import db, transaction
from core.people import SYSTEM
from core.schedule import PERIODIC
from engine import deployments, instances, jobs, radar
from engine.models import RadarRound
from tests import postgres
from tests.build import process

OVERDUE = 100
OFTEN = next(each.every for each in PERIODIC if each.job == "engine.jobs.look_at_cases")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--cases", type=int, default=100_000)
    asked = parser.parse_args()
    with (
        postgres.server("shared_buffers=256MB", "fsync=on") as url,
        TemporaryDirectory(prefix="radar-") as folder,
        prepared(url, Path(folder)) as app,
        app.app_context(),
    ):
        stored(url, asked.cases)
        pages = -(-asked.cases // radar.BATCH)
        report = {
            "cases": asked.cases,
            "round_s": round(pages * OFTEN.total_seconds()),
            "first": one_round(url),
            "overdue": one_round(url, days=2),
            "nothing_new": one_round(url, days=2),
        }
        db.session.remove()
    if asked.json:
        print(json.dumps(report))
        return
    for name, value in report.items():
        print(f"{name:>12}  {value}")


def stored(url: str, cases: int) -> None:
    """Open cases with a user task, some of which is expected within a day."""
    usual = process("usual").user_task("look", lane="office").user_task("pay").end()
    wait = '<work:expect wait="P1D"/>'
    quick = process("quick").user_task("look", lane="office", settings=wait).end()
    with transaction() as session:
        for name, drawing in (("usual", usual), ("quick", quick)):
            deployments.deploy(session, {f"{name}.bpmn": bytes(drawing)}, by=SYSTEM)
        ids = [instances.start(session, key=key, by=SYSTEM).id for key in ("usual", "quick")]
    with psycopg.connect(url, autocommit=True) as rows, without_indexes(rows):
        many = cases - cases // OVERDUE
        fill(rows, ids[0], many, since=timedelta(days=30))
        fill(rows, ids[1], cases - many, since=timedelta(days=29))


def one_round(url: str, days: int = 0) -> dict[str, Any]:
    """What a whole round costs, as if it were so many days later."""
    with transaction() as session:
        session.execute(delete(RadarRound))
    later = clock.now() + timedelta(days=days)
    with clock.stopped_at(later), psycopg.connect(url) as rows:
        before, began, spent = written(rows), time.monotonic(), time.process_time()
        turns, slowest = 0, 0.0
        while True:
            turn = time.monotonic()
            jobs.look_at_cases()
            db.session.remove()
            turns, slowest = turns + 1, max(slowest, time.monotonic() - turn)
            with transaction() as session:
                if session.get_one(RadarRound, RadarRound.ONLY).position is None:
                    break
        took, spent = time.monotonic() - began, time.process_time() - spent
        after = written(rows)
        stalls = rows.execute("SELECT count(*) FROM stall").fetchone()
    assert stalls is not None
    return {
        "turns": turns,
        "work_s": round(took, 1),
        "scheduler_cpu_s": round(spent, 1),
        "slowest_turn_ms": round(slowest * 1000),
        "wal_mb": round((after - before) / 1e6, 2),
        "stalls": stalls[0],
    }


def written(rows: psycopg.Connection[Any]) -> int:
    """Bytes that the server has written to its log so far."""
    rows.rollback()
    row = rows.execute("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')").fetchone()
    assert row is not None
    return int(row[0])


if __name__ == "__main__":
    main()
