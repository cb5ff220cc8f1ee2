"""What a step costs beside a million finished and 100,000 open instances, and in an empty database.

The same steps are done in turn in both databases, so that what else the machine does meets both.
"""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import psycopg
from flask import Flask

from backoffice.database import migrate
from benchmarks.load.filling import fill, without_indexes
from benchmarks.load.scene import database
from core import db as databases
from core.config import Config
from core.db import db, reading, transaction
from core.people import SYSTEM
from engine import deployments, instances, messages, service_tasks, timers, user_tasks
from engine.models import ProcessInstance, ServiceTask, Timer, UserTask
from engine.service_tasks import Answer
from tests.build import process

FINISHED, OPEN = 1_000_000, 100_000
ROUNDS = 300
KEYS = ("user", "service", "timer", "message")


def measure(url: str, *, quick: bool) -> dict[str, Any]:
    """Milliseconds of each kind of step, beside what is stored and in an empty database."""
    finished, open_, rounds = (300, 100, 10) if quick else (FINISHED, OPEN, ROUNDS)
    with (
        TemporaryDirectory(prefix="durable-") as folder,
        database(url) as empty_url,
        database(url) as full_url,
        prepared(empty_url, Path(folder)) as empty,
        prepared(full_url, Path(folder)) as full,
    ):
        began = time.monotonic()
        with full.app_context():
            open_ids = stored(full_url, finished, open_)
        seconds = time.monotonic() - began
        steps = Steps(open_ids)
        times: dict[str, tuple[list[float], list[float]]] = {}
        for number in range(rounds + rounds // 10):
            for app, place in ((empty, 0), (full, 1)) if number % 2 else ((full, 1), (empty, 0)):
                with app.app_context():
                    for name, spent in steps.each(is_full=app is full):
                        if number >= rounds // 10:
                            times.setdefault(name, ([], []))[place].append(spent)
    medians = {
        name: [statistics.median(each) * 1000 for each in pair] for name, pair in times.items()
    }
    ratios = {name: round(full / empty, 3) for name, (empty, full) in medians.items()}
    empty_ms, full_ms = (sum(pair[place] for pair in medians.values()) for place in (0, 1))
    return {
        "finished": finished,
        "open": open_,
        "filled_s": round(seconds, 1),
        "ratio": round(full_ms / empty_ms, 3),
        "ratios": ratios,
        "empty_ms": {name: round(pair[0], 2) for name, pair in medians.items()},
    }


class Steps:
    """Each kind of step once; where much is stored, the task is one of the stored ones."""

    def __init__(self, open_ids: list[UUID]) -> None:
        self._open_ids = open_ids
        random.Random(7).shuffle(self._open_ids)

    def each(self, *, is_full: bool) -> Iterator[tuple[str, float]]:
        """Name and seconds of each step."""
        for key in KEYS:
            yield f"start {key}", timed(lambda key=key: start(key))
        instance_id = self._open_ids.pop() if is_full else self._last("user")
        task_id = row_of(UserTask, instance_id)
        yield "complete a task", timed(lambda: complete(task_id))
        service_task_id = row_of(ServiceTask, self._last("service"))
        yield "take and settle a call", timed(lambda: call(service_task_id))
        timer_id = row_of(Timer, self._last("timer"))
        yield "fire a timer", timed(lambda: fire(timer_id))
        yield "deliver a message", timed(deliver)

    def _last(self, key: str) -> UUID:
        with reading() as session:
            [found] = instances.find(session, key=key, by=SYSTEM, is_open=True, limit=1)
            return found.id


def timed(step: Callable[[], None]) -> float:
    """Seconds that a step takes, its commit included."""
    began = time.perf_counter()
    step()
    seconds = time.perf_counter() - began
    db.session.remove()
    return seconds


def start(key: str) -> None:
    with transaction() as session:
        instances.start(session, key=key, variables={"c": "x"}, by=SYSTEM)


def complete(task_id: UUID) -> None:
    with transaction() as session:
        user_tasks.complete(session, task_id, {"ok": True}, by=SYSTEM)


def call(service_task_id: UUID) -> None:
    with transaction() as session:
        taken = service_tasks.take(session, service_task_id)
    assert taken is not None
    with transaction() as session:
        service_tasks.settle(session, taken, Answer({}))


def fire(timer_id: UUID) -> None:
    with transaction() as session:
        assert timers.fire(session, timer_id)


def deliver() -> None:
    with transaction() as session:
        assert messages.publish(session, "m", "x", by=SYSTEM).delivered


def row_of(rows: type[UserTask] | type[ServiceTask] | type[Timer], instance_id: UUID) -> UUID:
    """The id of the one row of an instance."""
    with reading() as session:
        found: UUID = session.query(rows.id).filter(rows.instance_id == instance_id).one()[0]
    db.session.remove()
    return found


def drawings() -> dict[str, bytes]:
    """A process for each kind of wait."""
    connector = {"connector": "http", "inputs": {"url": "partner:/"}}
    return {
        "user.bpmn": process("user").user_task("look", lane="office").end(),
        "service.bpmn": process("service").service_task("call", **connector).end(),
        "timer.bpmn": process("timer").catch("pause", timer="PT0S").end(),
        "message.bpmn": process("message").receive_task("hear", "m", correlation="=c").end(),
    }


@contextmanager
def prepared(url: str, folder: Path) -> Iterator[Flask]:
    """An application on an empty database with the drawings deployed; nobody rings."""
    config = Config(
        data_dir=folder,
        database_url=url.replace("postgresql://", "postgresql+psycopg://"),
        secret_key="of no use here",
        pool_size=5,
    )
    migrate(config)
    app = Flask("durable")
    app.extensions["config"], app.extensions["ringer"] = config, lambda rings: None
    databases.init_app(app, config)
    with app.app_context():
        with transaction() as session:
            deployments.deploy(session, drawings(), by=SYSTEM)
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


def stored(url: str, finished: int, open_: int) -> list[UUID]:
    """Fill the database; ids of the open copies."""
    with transaction() as session:
        waiting = instances.start(session, key="user", variables={"c": "y"}, by=SYSTEM).id
        done = instances.start(session, key="user", variables={"c": "y"}, by=SYSTEM).id
    task_id = row_of(UserTask, done)
    complete(task_id)
    with reading() as session:
        assert session.get_one(ProcessInstance, done).has_ended
    db.session.remove()
    with psycopg.connect(url, autocommit=True) as rows, without_indexes(rows):
        fill(rows, done, finished, since=timedelta(days=400))
        return fill(rows, waiting, open_, since=timedelta(days=30))
