"""No model keeps a worker busy for long: steps are bounded, and an endless loop is an incident."""

import logging
import time
from functools import partial

import pytest
from sqlalchemy import func, select

from core.db import reading, transaction
from core.people import SYSTEM
from engine import deployments, instances, jobs, log
from engine.bpmn import runtime as runtimes
from engine.models import Incident, LogEntry, ProcessInstance
from tests.build import Drawing, process

pytestmark = pytest.mark.usefixtures("edge")

#: More than one transaction of a worker may ever take on a slow machine, in processor seconds.
LONG = 5.0
#: Elements after which the endless loop of these tests is one; a hundred thousand take long.
ALONE = 10_000


def endless() -> Drawing:
    drawing = process("endless").exclusive_gateway("again").script_task("count", "1", result="x")
    return drawing.to("again").xml()


def line(length: int) -> Drawing:
    drawing = process("line").user_task("first")
    for number in range(length):
        drawing.script_task(f"t{number}", f"{number}", result="last")
    return drawing.user_task("end_of_line").end("done")


def begin(drawing):
    with transaction() as session:
        outcome = deployments.deploy(session, {"p.bpmn": bytes(drawing)}, by=SYSTEM)
        [definition] = outcome.definitions
        return instances.start(session, definition_id=definition.id, by=SYSTEM).id


def read(instance_id):
    with reading() as session:
        return session.get(ProcessInstance, instance_id)


def run_rung(bell, most: int = 200) -> float:
    """What workers do, ring for ring; the longest job in processor seconds."""
    longest = 0.0
    for _ in range(most):
        if not bell.rings:
            return longest
        name, row_id = bell.rings.pop(0)
        began = time.process_time()
        getattr(jobs, name.rpartition(".")[2])(row_id)
        longest = max(longest, time.process_time() - began)
    raise AssertionError("this never comes to rest")


def test_an_endless_loop_yields_shows_itself_and_ends_as_an_incident(
    bell, clock_at, caplog, monkeypatch
) -> None:
    clock_at()
    monkeypatch.setattr(runtimes, "Budget", partial(runtimes.Budget, elements_alone=ALONE))
    caplog.set_level(logging.INFO, "engine.progress")

    instance_id = begin(endless())

    assert bell.rung("advance") == [str(instance_id)]
    assert read(instance_id).continue_at is not None
    assert any("more to do" in record.message for record in caplog.records)
    assert run_rung(bell) < LONG
    with reading() as session:
        [incident] = session.scalars(select(Incident))
        assert incident.kind == "loop"
        assert "the loop goes through" in incident.message
        assert "count" in incident.message
        assert "again" in incident.message
        elements = session.scalar(
            select(func.count()).select_from(LogEntry).where(LogEntry.lifecycle == "start")
        )
        assert elements >= ALONE
    assert read(instance_id).continue_at is None
    assert read(instance_id).incidents == 1


def test_others_have_their_turn_while_a_loop_is_endless(bell, clock_at) -> None:
    clock_at()
    begin(endless())
    other = begin(process("short").script_task("s", "1", result="x").end())

    assert read(other).state == "completed"
    assert len(bell.rung("advance")) == 1


def test_a_model_of_two_thousand_tasks_in_a_line_is_deployed_and_run(bell, clock_at) -> None:
    clock_at()

    instance_id = begin(line(2_000))
    for element in ("first", "end_of_line"):
        with transaction() as session:
            instance = instances.get_for_update(session, instance_id)
            runtime = instances.runtime_of(session, instance)
            [wait] = runtime.waits()
            assert wait.element_id == element
            runtime.complete(wait.token, {}, at=clock_at())
            instances.record_progress(session, instance, runtime, at=clock_at())
        assert run_rung(bell) < LONG

    assert read(instance_id).state == "completed"
    with reading() as session:
        instance = instances.get(session, instance_id, by=SYSTEM)
        past = log.rebuild(session, instance, clock_at())
    assert past.ended
    assert past.variables == {"last": 1_999}
