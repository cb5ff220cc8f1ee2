"""How often a step waits for PostgreSQL, begin and commit included: at most ten times."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask

from core import db as database
from core.config import Config
from core.db import db, transaction
from core.people import SYSTEM, Actor, Role, add_person
from engine import connectors, deployments, instances, jobs, messages, timers, user_tasks
from engine.models import CompletionUndo, ServiceTask, Timer, UserTask
from tests import wire
from tests.build import process
from tests.wire import Turns
from tests.work.sla.claims import sla
from work import assignment, completion, queues, skills, sorting
from work.models import SlaClock
from work.sla import jobs as clocks

#: The promise of the README.
MOST = 10


@pytest.fixture
def turns(config: Config, monkeypatch: pytest.MonkeyPatch) -> Iterator[Turns]:
    """An application whose way to the database is watched."""
    if config.is_sqlite:
        pytest.skip("SQLite is asked in the process itself")
    # However slow this machine is: a greeting after a pause is not the step's, and the timers of
    # a batch are one batch.
    monkeypatch.setattr(database, "GREET_AFTER_SECONDS", 3600.0)
    monkeypatch.setattr(timers, "BATCH_SECONDS", 60.0)
    monkeypatch.setattr(jobs, "SWEEP_SECONDS", 60.0)
    with wire.counted(config.database_url) as turns:
        app = Flask("watched")
        url = turns.url.render_as_string(hide_password=False)
        app.extensions["config"] = replace(config, database_url=url)
        database.init_app(app, app.extensions["config"])
        with app.app_context():
            yield turns
            db.session.remove()
            db.engine.dispose()


@pytest.fixture(autouse=True)
def no_partner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connectors.CONNECTORS, "http", lambda request, **_: {"status": 200})


def deploy(drawing: bytes) -> None:
    with transaction() as session:
        deployments.deploy(session, {"p.bpmn": bytes(drawing)}, by=SYSTEM)


def start(**variables: object) -> UUID:
    with transaction() as session:
        return instances.start(session, key="p", variables=variables, by=SYSTEM).id


def rows(kind: type[UserTask] | type[ServiceTask] | type[Timer]) -> list[UUID]:
    """Ids of what is open; nothing is remembered from before."""
    with transaction() as session:
        found = [each.id for each in session.query(kind).order_by(kind.id)]
    db.session.remove()
    return found


def of_last(turns: Turns, *steps: object) -> int:
    """Turns of the last of some equal steps: the first ones fill caches and make connections."""
    count = 0
    for step in steps:
        before = turns.count
        step()  # type: ignore[operator]
        count = turns.count - before
        db.session.remove()
    return count


def test_completing_a_user_task(turns: Turns) -> None:
    deploy(process("p").user_task("a", lane="x").user_task("b", lane="y").end())
    start()
    start()

    def complete(task_id: UUID) -> None:
        with transaction() as session:
            completion.complete(session, task_id, {"ok": True}, by=SYSTEM)

    steps = [lambda each=each: complete(each) for each in rows(UserTask)]

    assert of_last(turns, *steps) <= MOST


@pytest.mark.parametrize(
    ("is_claimed", "site"),
    [(True, None), (False, None), (False, "hamburg")],
    ids=["claimed", "not claimed first", "not claimed first, done at a site"],
)
def test_completing_a_task_that_may_be_undone(
    turns: Turns, *, is_claimed: bool, site: str | None
) -> None:
    first = process("p").user_task("a", lane="x", assignment={"site": site} if site else None)
    deploy(first.user_task("b", lane="y").end())
    with transaction() as session:
        add_person(session, "ada", roles=["associate"], groups=["x"], by=SYSTEM)
        skills.declare(session, "ada", {}, site=site, by=SYSTEM)
    for _ in range(8):
        start()
    ada = Actor("ada", frozenset({Role.ASSOCIATE}), frozenset({"x"}))

    def complete(task_id: UUID) -> None:
        with transaction() as session:
            completion.complete(session, task_id, {"ok": True}, by=ada)

    ids = rows(UserTask)
    for each in ids if is_claimed else ():
        with transaction() as session:
            user_tasks.claim(session, each, by=ada)
    db.session.remove()
    steps = [lambda each=each: complete(each) for each in ids]

    assert of_last(turns, *steps) <= MOST
    with transaction() as session:
        assert session.query(CompletionUndo).count() == len(ids)


def test_claiming_a_task(turns: Turns) -> None:
    deploy(process("p").user_task("a", lane="x").end())
    for _ in range(3):
        start()
    ada = Actor("ada", frozenset({Role.ASSOCIATE}), frozenset({"x"}))

    def claim(task_id: UUID) -> None:
        with transaction() as session:
            assignment.claim(session, task_id, by=ada)

    assert of_last(turns, *[lambda each=each: claim(each) for each in rows(UserTask)]) <= 6


def test_getting_the_next_task(turns: Turns) -> None:
    deploy(process("p").user_task("a", lane="x").end())
    for _ in range(3):
        start()
    ada = Actor("ada", frozenset({Role.ASSOCIATE}), frozenset({"x"}))
    with transaction() as session:
        sorting.take_in(session)

    def get_next() -> None:
        with transaction() as session:
            assert queues.give_next(session, by=ada)

    assert of_last(turns, get_next, get_next, get_next) <= 8


def test_starting_an_instance(turns: Turns) -> None:
    deploy(process("p").user_task("a", lane="x").end())

    assert of_last(turns, start, start) <= MOST


def test_a_call_by_a_worker_that_has_more_to_do(turns: Turns) -> None:
    deploy(process("p").service_task("a", connector="http", inputs={"url": "a:/b"}).end())
    start()
    jobs.run_service_task(str(rows(ServiceTask)[0]))
    calls = 10
    for _ in range(calls):
        start()
    [*_, last] = rows(ServiceTask)
    before = turns.count

    jobs.run_service_task(str(last))

    # Taking the first one has a transaction of its own.
    assert (turns.count - before) / calls <= MOST + 0.5


def test_firing_a_timer(turns: Turns) -> None:
    deploy(process("p").catch("a", timer="PT0S").user_task("b").end())
    start()
    start()

    def fire(timer_id: UUID) -> None:
        with transaction() as session:
            assert timers.fire(session, timer_id)

    assert of_last(turns, *[lambda each=each: fire(each) for each in rows(Timer)]) <= MOST


def test_firing_timers_that_are_due_together(turns: Turns) -> None:
    deploy(process("p").catch("a", timer="PT0S").user_task("b").end())
    for _ in range(20):
        start()
    jobs.sweep()
    before = turns.count
    jobs.sweep()
    looking = turns.count - before
    for _ in range(20):
        start()
    before = turns.count

    jobs.sweep()

    assert rows(Timer) == []
    assert (turns.count - before - looking) / 20 <= MOST / 2


def test_following_the_clocks_of_cases_that_went_on_together(turns: Turns) -> None:
    first = process("p").with_settings(sla(name="Settle", target="P2D")).user_task("a", lane="x")
    deploy(first.user_task("b", lane="y").end())
    for _ in range(20):
        start()
    clocks.keep()
    for each in rows(UserTask):
        with transaction() as session:
            user_tasks.complete(session, each, {}, by=SYSTEM)
    db.session.remove()
    before = turns.count

    clocks.keep()

    with transaction() as session:
        assert [each.state for each in session.query(SlaClock)] == ["running"] * 20
    assert (turns.count - before) / 20 <= 1


def test_delivering_a_message(turns: Turns) -> None:
    deploy(process("p").receive_task("a", "m", correlation="=c").user_task("b").end())
    start(c="1")
    start(c="2")

    def publish(key: str) -> None:
        with transaction() as session:
            assert messages.publish(session, "m", key, by=SYSTEM).delivered

    assert of_last(turns, lambda: publish("1"), lambda: publish("2")) <= MOST
