"""A heat map of a million log entries on PostgreSQL: `python -m benchmarks.heat [--cases N]`.

The cases are copies of one that was run: two user tasks, a gateway, a loop. Prints one line of
JSON: milliseconds on the clock for a map of all that happened, and for one of the last day.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from datetime import timedelta

import psycopg
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from benchmarks.load.filling import fill, without_indexes
from core.model import Model
from core.people import SYSTEM
from engine import deployments, instances, user_tasks
from insights import heat
from migrations.metadata import import_models
from tests.build import process
from tests.postgres import server

CASES = 62_500
ROUNDS = 5
DRAWING = (
    process("claim")
    .user_task("check", due="PT2H")
    .exclusive_gateway("enough")
    .when("=again")
    .to("check")
    .at("enough")
    .otherwise()
    .user_task("decide")
    .end("done")
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES)
    cases = parser.parse_args().cases
    import_models()
    with server() as url:
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
        Model.metadata.create_all(engine)
        with Session(engine) as session:
            entries = _fill(session, url, cases)
            figures = {
                "ms_all": _measure(lambda: _map(session, 366)),
                "ms_day": _measure(lambda: _map(session, 1)),
            }
            found = _map(session, 366)
        engine.dispose()
    about = {"entries": entries, "cases": found.cases, "is_cut": found.is_cut}
    print(json.dumps({"benchmark": "heat", **about, "limit": heat.MAX_ENTRIES, **figures}))


def _fill(session: Session, url: str, cases: int) -> int:
    """Run one case, copy it, and spread the copies over the last 30 days."""
    deployments.deploy(session, {"claim.bpmn": bytes(DRAWING)}, by=SYSTEM)
    instance = instances.start(session, key="claim", by=SYSTEM)
    for again in (True, False, None):
        [task] = user_tasks.find(session, by=SYSTEM, instance_id=instance.id, state="open")
        user_tasks.complete(session, task.id, {"again": again}, by=SYSTEM)
    session.commit()
    with psycopg.connect(url, autocommit=True) as rows, without_indexes(rows):
        fill(rows, instance.id, cases, since=timedelta(days=30))
        # Each case at a moment of its own, its waits of different lengths.
        rows.execute(
            "UPDATE log_entry SET at = at - interval '30 days' * turn, previous_at = previous_at"
            " - interval '30 days' * turn FROM (SELECT id AS case_id, ('x' || substr("
            "md5(id::text), 1, 6))::bit(24)::int / 16777216.0 AS turn FROM process_instance) spread"
            " WHERE case_id = instance_id"
        )
        rows.execute(
            "UPDATE log_entry SET at = at + interval '1 hour'"
            " * ('x' || substr(md5(instance_id::text || coalesce(token, '')), 1, 4))::bit(16)::int"
            " / 8192.0 WHERE lifecycle = 'complete'"
        )
    with psycopg.connect(url, autocommit=True) as rows:
        # As they lie where they were written one after the other.
        rows.execute("CLUSTER log_entry USING ix_log_entry_key")
        rows.execute("VACUUM ANALYZE log_entry")
    return session.scalar(text("SELECT count(*) FROM log_entry")) or 0


def _map(session: Session, days: int) -> heat.HeatMap:
    return heat.heat_map(session, "claim", days=days, by=SYSTEM)


def _measure(run: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        run()
        taken.append(time.perf_counter() - begun)
    return round(statistics.median(taken) * 1_000, 1)


if __name__ == "__main__":
    main()
