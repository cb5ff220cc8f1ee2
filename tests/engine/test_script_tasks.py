"""Script tasks in Python, from deployment to the end of their case, with the real sandbox."""

import pytest

from core.db import reading, transaction
from core.people import SYSTEM
from engine import deployments, incidents, instances, jobs
from engine.deployments import ModelRefused
from engine.models import ServiceTask
from tests.build import Drawing, each, process

SUM = "total = sum(row['price'] for row in rows)\nlabel = f'{customer}: {total}'"


def scripted(script: str = SUM, **options: object) -> Drawing:
    return process("p").script_task("sum_up", script, language="python", **options).end()


def begin(drawing, **variables):
    with transaction() as session:
        outcome = deployments.deploy(session, {"p.bpmn": bytes(drawing)}, by=SYSTEM)
        [definition] = outcome.definitions
        assert definition.verdict == "runs"
        return instances.start(
            session, definition_id=definition.id, variables=variables, by=SYSTEM
        ).id


def work(bell):
    """Do all calls that were rung for."""
    calls = bell.rung("run_service_task")
    bell.rings.clear()
    for service_task_id in calls:
        jobs.run_service_task(service_task_id)
    return calls


def seen(instance_id):
    with reading() as session:
        instance = instances.get(session, instance_id, by=SYSTEM)
        return instance.state, instances.variables(session, instance)


def incident_of(instance_id):
    with reading() as session:
        [incident] = incidents.find(session, by=SYSTEM, instance_id=instance_id)
        return incident.message


def test_a_script_runs_in_a_sandbox_and_its_variables_come_back(edge, bell, clock_at):
    rows = [{"price": 10}, {"price": 2.5}]

    instance_id = begin(scripted(), rows=rows, customer="Ada", unused="x" * 1000)
    with reading() as session:
        [call] = session.query(ServiceTask).all()
        assert call.connector == "python"
        assert set(call.request["variables"]) == {"rows", "customer"}
    work(bell)

    state, variables = seen(instance_id)
    assert state == "completed"
    assert variables["total"] == 12.5
    assert variables["label"] == "Ada: 12.5"


def test_each_item_of_a_loop_runs_its_script(edge, bell, clock_at):
    drawing = scripted(
        "doubled = item * 2", loop=each("numbers", result="doubled", into="all_doubled")
    )

    instance_id = begin(drawing, numbers=[1, 2, 3])
    assert len(work(bell)) == 3

    state, variables = seen(instance_id)
    assert state == "completed"
    assert variables["all_doubled"] == [2, 4, 6]


def test_a_script_that_fails_is_an_incident_that_says_where(edge, bell, clock_at):
    instance_id = begin(scripted("x = 1\ntotal = x / 0"))

    work(bell)

    assert incident_of(instance_id) == (
        "The script failed in line 2: ZeroDivisionError: division by zero"
    )


def test_a_limit_is_tried_again_and_then_an_incident(edge, bell, clock_at):
    retry = '<work:retry attempts="2" delay="PT1S"/>'
    instance_id = begin(scripted("while True:\n    total = 1", settings=retry))

    work(bell)
    clock_at(seconds=5)
    jobs.sweep()
    assert len(work(bell)) == 1

    assert incident_of(instance_id) == "The script did not end within 1.0 s."


def test_an_error_map_catches_a_limit_by_its_name(edge, bell, clock_at):
    caught = '<work:errorMap code="too_big" when="response.error = &quot;ScriptMemoryLimit&quot;"/>'
    drawing = scripted("total = 'x' * 10**10", settings=caught)
    drawing = drawing.at("sum_up").boundary("too_big", on="sum_up", error="too_big").end("given_up")
    instance_id = begin(drawing)

    work(bell)

    assert seen(instance_id)[0] == "completed"


def test_a_script_with_a_mistake_cannot_be_deployed(edge, bell, clock_at):
    files = {"p.bpmn": bytes(scripted("import os\ntotal = 1"))}

    with transaction() as session, pytest.raises(ModelRefused) as refusal:
        deployments.deploy(session, files, by=SYSTEM)

    assert "line 1 imports os" in str(refusal.value.context["problems"])
