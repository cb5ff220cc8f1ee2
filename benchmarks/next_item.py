"""Getting the next item out of many: `python benchmarks/next_item.py --json`.

A PostgreSQL of its own; 200 people with some of 12 skills ask for the next task in turn, each in
a transaction of the product (`work.queues.give_next`), with 10,000, 100,000 and 1,000,000 open
tasks of 36 classes. What they were given is released again, so that the number stays. The baseline
is what one would write at first: score every open task in SQL, sort, take the first.
"""

import argparse
import json
import random
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from core import db
from core.config import Config
from core.people import SYSTEM, Actor, Role
from engine import deployments, instances
from engine.models import ProcessInstance, UserTask
from migrations.metadata import import_models
from tests import postgres
from tests.build import process
from work import queues, sorting
from work.models import Worker

SIZES = (10_000, 100_000, 1_000_000)
PEOPLE, SKILLS, TIERS = 200, 12, 3
GROUP = "office"
NAIVE = """
SELECT t.id FROM user_task t JOIN work_class c ON c.id = t.class_id
WHERE t.state = 'open' AND t.assignee IS NULL AND t.rank_at IS NOT NULL AND c.id = ANY(:classes)
ORDER BY c.weight / c.handle_seconds
  * exp(-greatest(0, extract(epoch FROM t.rank_at - now()) - c.handle_seconds) / 14400) DESC
LIMIT 1
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES)
    parser.add_argument("--calls", type=int, default=1_000)
    asked = parser.parse_args()
    with postgres.server("shared_buffers=256MB", "fsync=on") as url:
        engine = open_database(url)
        people = prepare(engine)
        report: dict[str, Any] = {}
        for size in sorted(asked.sizes):
            fill(engine, size)
            report[str(size)] = measure(engine, people, asked.calls)
    costs = [each["cpu_ms"] for each in report.values()]
    report["cost_largest_by_smallest"] = round(costs[-1] / costs[0], 2)
    report["p50_largest_by_smallest"] = round(
        report[str(max(asked.sizes))]["p50_ms"] / report[str(min(asked.sizes))]["p50_ms"], 2
    )
    if asked.json:
        print(json.dumps(report))
        return
    for name, measured in report.items():
        print(f"{name:>26} {measured}")


def open_database(url: str) -> Engine:
    """An empty database with all tables, opened as the product opens it."""
    full = url.replace("postgresql://", "postgresql+psycopg://")
    config = Config(data_dir=Path("/nonexistent"), database_url=full, secret_key="x", pool_size=5)
    engine = create_engine(full, **db.engine_options(config))
    import_models().create_all(engine)
    return engine


def prepare(engine: Engine) -> list[Actor]:
    """People with two to five of the skills, and one waiting task of each class."""
    chance = random.Random(3)
    assignment = {"skills": "=skill"}
    priority = {"class": "=tier", "weight": "=weight"}
    drawing = process("claims").user_task(
        "look", lane=GROUP, assignment=assignment, priority=priority
    )
    people = [
        Actor(f"p{n}", frozenset({Role.ASSOCIATE}), frozenset({GROUP})) for n in range(PEOPLE)
    ]
    with Session(engine, expire_on_commit=False) as session, session.begin():
        deployments.deploy(session, {"claims.bpmn": drawing.end()}, by=SYSTEM)
        for skill in range(SKILLS):
            for tier in range(TIERS):
                variables = {"skill": f"s{skill}", "tier": str(tier), "weight": tier * 2 + 1}
                instances.start(session, key="claims", variables=variables, by=SYSTEM)
        while sorting.take_in(session):
            pass
        for person in people:
            known = chance.sample(range(SKILLS), chance.choice((2, 3, 4, 5)))
            session.add(
                Worker(
                    name=person.name,
                    skills={f"s{skill}": 1 for skill in known},
                    changed_at=datetime.now(UTC),
                    changed_by="system",
                )
            )
        session.execute(
            text("UPDATE work_class SET handle_seconds = 300 + 60 * (random() * 60)::int")
        )
    return people


def fill(engine: Engine, size: int) -> None:
    """Copy the first case of each class until so many tasks are open, due over ten days."""
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        there = connection.scalar(text("SELECT count(*) FROM user_task WHERE state = 'open'"))
        classes = SKILLS * TIERS
        copies = max(0, (size - (there or 0)) // classes)
        connection.execute(
            text(
                "CREATE TEMP TABLE copy ON COMMIT DROP AS "
                "SELECT t.id AS task, t.instance_id AS case, "
                "gen_random_uuid() AS new_task, gen_random_uuid() AS new_case, "
                "now() + random() * interval '10 days' - interval '1 day' AS due "
                "FROM (SELECT DISTINCT ON (class_id) * FROM user_task ORDER BY class_id, id) t, "
                "generate_series(1, :copies)"
            ),
            {"copies": copies},
        )
        _copy(connection, ProcessInstance, "case", {"id": "copy.new_case"})
        changed = {
            "id": "copy.new_task",
            "instance_id": "copy.new_case",
            "due_at": "copy.due",
            "rank_at": "copy.due",
        }
        _copy(connection, UserTask, "task", changed)
        connection.execute(
            text(
                "INSERT INTO user_task_candidate (task_id, group_name) "
                f"SELECT new_task, '{GROUP}' FROM copy"
            )
        )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM ANALYZE"))


def _copy(connection: Any, rows: Any, what: str, changed: dict[str, str]) -> None:
    names = [column.name for column in rows.__table__.columns]
    values = [changed.get(name, f"old.{name}") for name in names]
    connection.execute(
        text(
            f"INSERT INTO {rows.__tablename__} ({', '.join(names)}) SELECT {', '.join(values)} "
            f"FROM copy JOIN {rows.__tablename__} old ON old.id = copy.{what}"
        )
    )


def measure(engine: Engine, people: list[Actor], calls: int) -> dict[str, float]:
    """Milliseconds of a call with its commit, and the processor time that Python spends on it."""
    for person in people[:20]:
        _give_and_take_back(engine, person)
    taken, cpu = [], []
    for number in range(calls):
        seconds, busy = _give_and_take_back(engine, people[number % len(people)])
        taken.append(seconds * 1_000)
        cpu.append(busy * 1_000)
    taken.sort()
    with engine.connect() as connection:
        begin = time.perf_counter()
        classes = [row[0] for row in connection.execute(text("SELECT id FROM work_class LIMIT 12"))]
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text(NAIVE), {"classes": classes})
        naive = (time.perf_counter() - begin) * 1_000
    return {
        "p50_ms": round(statistics.median(taken), 2),
        "p99_ms": round(taken[int(len(taken) * 0.99)], 2),
        "cpu_ms": round(statistics.median(cpu), 2),
        "baseline_ms": round(naive, 1),
    }


def _give_and_take_back(engine: Engine, person: Actor) -> tuple[float, float]:
    with Session(engine, expire_on_commit=False) as session:
        begin, busy = time.perf_counter(), time.process_time()
        with session.begin():
            given = queues.give_next(session, by=person)
        seconds, busy = time.perf_counter() - begin, time.process_time() - busy
        assert given is not None
        with session.begin():
            given.task.release()
    return seconds, busy


if __name__ == "__main__":
    main()
