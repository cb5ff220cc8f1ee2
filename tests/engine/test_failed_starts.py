"""A start timer that can start no case is an incident of its process: seen, retried or left out."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core import clock
from core.errors import Invalid
from core.people import SYSTEM
from engine import definitions, incidents, instances, jobs, timers
from engine.errors import CannotResolve, IncidentClosed
from engine.models import Definition, Timer
from tests.build import process

NIGHTLY = process("nightly").start(timer="R/PT24H").user_task("check").end()


@pytest.fixture
def broken(session, deploy, clock_at):
    """The incident of a nightly process whose file cannot be read any more."""
    deploy(NIGHTLY)
    clock_at(hours=25)
    [timer_id] = timers.due(session, 10)
    timers.give_up(session, timer_id, "UnreadableModel: it is no XML")
    [incident] = incidents.find(session, by=SYSTEM)
    return incident


def test_a_failing_first_step_becomes_an_incident_and_a_retry_starts_the_case(
    session, deploy, clock_at, edge
):
    deploy(NIGHTLY)
    content = session.scalar(select(Definition.content))
    session.execute(update(Definition).values(content=b"no XML"))
    session.commit()
    definitions._programs.clear()
    clock_at(hours=25)

    jobs.sweep()

    session.expire_all()
    [incident] = incidents.find(session, by=SYSTEM)
    assert (incident.kind, incident.key, incident.instance_id) == ("start", "nightly", None)
    assert "XML" in incident.message
    assert timers.due(session, 10) == []
    session.execute(update(Definition).values(content=content))
    incidents.retry(session, incident.id, by=SYSTEM, reason="the file is back")
    session.commit()

    jobs.sweep()

    session.expire_all()
    [instance] = instances.find(session, by=SYSTEM)
    assert [each.element_id for each in instances.tokens(session, instance)] == ["check"]
    assert (incident.resolution, incident.resolved_by, incident.reason) == (
        "retried",
        "system",
        "the file is back",
    )


def test_it_is_listed_with_its_cause_and_only_once(session, broken):
    timers.give_up(session, broken.timer_id, "UnreadableModel: it is no XML")

    [cause] = incidents.causes(session, by=SYSTEM)

    assert (cause.count, cause.example) == (1, broken)
    [again] = incidents.retry_cause(session, cause.cause, by=SYSTEM, reason="mended")
    assert again is broken
    assert timers.due(session, 10) == [broken.timer_id]
    with pytest.raises(IncidentClosed):
        incidents.retry(session, broken.id, by=SYSTEM)


def test_a_start_is_left_out_until_the_next_moment(session, broken):
    incidents.resolve(session, broken.id, reason="not tonight", by=SYSTEM)

    timer = session.get(Timer, broken.timer_id)
    assert not timer.held
    assert clock.now() < timer.due_at <= clock.now() + timedelta(days=1)
    assert instances.find(session, by=SYSTEM) == []
    assert (broken.resolution, broken.reason) == ("skipped", "not tonight")


def test_a_start_at_one_moment_that_is_left_out_never_comes(session, deploy, clock_at):
    deploy(process("launch").start(timer="2026-01-05T10:00:00Z").user_task("check").end())
    clock_at(hours=2)
    [timer_id] = timers.due(session, 10)
    timers.give_up(session, timer_id, "broken")
    [incident] = incidents.find(session, by=SYSTEM)

    incidents.resolve(session, incident.id, reason="too late", by=SYSTEM)

    assert session.query(Timer).count() == 0


@pytest.mark.parametrize("how", [{"variables": {"a": 1}}, {"error_code": "E"}])
def test_no_case_takes_results_or_errors(session, broken, how):
    with pytest.raises(CannotResolve) as refused:
        incidents.resolve(session, broken.id, reason="x", by=SYSTEM, **how)

    assert isinstance(refused.value, Invalid)
    assert broken.is_open


def test_a_newer_version_makes_it_obsolete(session, deploy, broken):
    deploy(process("nightly").start(timer="R/PT24H").user_task("new").end())

    session.refresh(broken)
    assert (broken.resolution, broken.resolved_by) == ("obsolete", "system")
    assert incidents.find(session, by=SYSTEM) == []


def test_operators_see_it_and_others_do_not(session, broken, olga, lea):
    assert incidents.find(session, by=olga) == [broken]
    assert incidents.find(session, by=lea) == []
    assert incidents.causes(session, by=lea) == []
