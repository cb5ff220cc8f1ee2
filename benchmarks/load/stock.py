"""The baseline: stock SpiffWorkflow in two processes, stored whole in the database at each wait."""

import time
from multiprocessing import get_context

import psycopg

from benchmarks.engine import Stock
from tests.build import process

PROCESSES = 2
TABLE = "CREATE TABLE IF NOT EXISTS stock (id SERIAL PRIMARY KEY, state TEXT NOT NULL, done BOOL)"


def instances_per_second(url: str, *, quick: bool) -> float:
    """Instances with one wait, from start to end; no HTTP, no queue, no log, no lists."""
    count = 10 if quick else 150
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(TABLE)
    context = get_context("spawn")
    with context.Pool(PROCESSES) as pool:
        pool.starmap(run, [(url, 3)] * PROCESSES)
        began = time.perf_counter()
        pool.starmap(run, [(url, count)] * PROCESSES)
        seconds = time.perf_counter() - began
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE stock")
    return round(PROCESSES * count / seconds, 1)


def run(url: str, count: int) -> None:
    """Start, store; load, complete, store: two commits an instance."""
    engine = Stock(process().user_task("call").end())
    with psycopg.connect(url) as connection:
        for _ in range(count):
            workflow = engine.begin()
            with connection.transaction():
                row = connection.execute(
                    "INSERT INTO stock (state, done) VALUES (%s, false) RETURNING id",
                    (engine.save(workflow),),
                ).fetchone()
            assert row is not None
            with connection.transaction():
                found = connection.execute(
                    "SELECT state FROM stock WHERE id = %s FOR UPDATE", row
                ).fetchone()
                assert found is not None
                workflow = engine.load(found[0])
                engine.step(workflow)
                connection.execute(
                    "UPDATE stock SET state = %s, done = true WHERE id = %s",
                    (engine.save(workflow), *row),
                )
