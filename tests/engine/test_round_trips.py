"""How often a step goes to the database: PostgreSQL far away must not make it slow."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from core.people import SYSTEM
from engine import instances, messages, service_tasks, timers, user_tasks
from engine.models import ServiceTask
from engine.service_tasks import Answer
from tests.build import process

#: Statements of one completed step, sign-in and commit excluded.
MOST = 10


@contextmanager
def counting(session) -> Iterator[list[str]]:
    """Every statement that reaches the database, with nothing remembered from before."""
    session.flush()
    session.expire_all()
    session.expunge_all()
    statements: list[str] = []

    def note(connection, cursor, statement, *_):
        statements.append(statement.split(" FROM ")[0][:45])

    event.listen(session.get_bind(), "before_cursor_execute", note)
    yield statements
    event.remove(session.get_bind(), "before_cursor_execute", note)


def test_completing_a_task_and_opening_the_next(session, start, ada):
    start(process("p").user_task("a", lane="customer_service").user_task("b", lane="x").end())
    [task] = user_tasks.find(session, by=ada)
    task_id = task.id

    with counting(session) as statements:
        user_tasks.complete(session, task_id, {"ok": True}, by=ada)

    assert len(statements) <= MOST, statements


def test_settling_a_call_and_opening_the_next(session, start):
    call = {"connector": "http", "inputs": {"url": "a:/b"}}
    start(process("p").service_task("a", **call).service_task("b", **call).end())
    service_task_id = session.query(ServiceTask).one().id

    with counting(session) as statements:
        taken = service_tasks.take(session, service_task_id)
        service_tasks.settle(session, taken, Answer({}))

    assert len(statements) <= MOST, statements


def test_firing_a_timer(session, start, clock_at):
    start(process("p").catch("a", timer="PT1H").user_task("b").end())
    clock_at(hours=1)
    [timer_id] = timers.due(session, 9)

    with counting(session) as statements:
        timers.fire(session, timer_id)

    assert len(statements) <= MOST, statements


def test_delivering_a_message(session, start):
    start(process("p").receive_task("a", "m", correlation="=c").user_task("b").end(), c="x")

    with counting(session) as statements:
        messages.publish(session, "m", "x", by=SYSTEM)

    assert len(statements) <= MOST + 3, statements


def test_starting_an_instance(session, deploy):
    deploy(process("p").user_task("a", lane="x").end())
    instances.start(session, key="p", by=SYSTEM)

    with counting(session) as statements:
        instances.start(session, key="p", by=SYSTEM)

    assert len(statements) <= MOST, statements
