"""Nothing runs without a reason: planted violations are found, and mended or told."""

from uuid import UUID

import pytest
from sqlalchemy import delete, update

from core.people import SYSTEM
from engine import incidents, instances, mending, service_tasks, user_tasks
from engine.models import (
    Incident,
    ProcessInstance,
    RadarRound,
    ServiceTask,
    Subscription,
    Timer,
    UserTask,
)
from tests.build import process
from tests.radar import look

CALL = {"connector": "http", "inputs": {"url": "partner:/"}}


@pytest.fixture
def swept(session):
    """What the sweep does: look, mend, look again; the doubts that it found."""

    def swept(instance):
        session.commit()
        session.expire_all()
        session.execute(delete(RadarRound))
        found = []
        for instance_id in look(session):
            found += [each.what for each in mending.mend(session, instance_id)]
        session.commit()
        session.expire_all()
        assert mending.in_doubt(session, [instance]) == []
        return found

    return swept


def drawings():
    p = process
    return [
        p("p").user_task("x"),
        p("p").manual_task("x"),
        p("p").service_task("x", **CALL),
        p("p").service_task("x", topic="t"),
        p("p").service_task("x", connector=None),
        p("p").receive_task("x", "m", correlation="=c"),
        p("p").catch("x", signal="s"),
        p("p").catch("x", timer="PT1H"),
        p("p").catch("x", condition="=false"),
        p("p").user_task("x").boundary("late", timer="PT1H", interrupting=False),
        p("p").exclusive_gateway("x").when("= false"),
        p("p").event_gateway("g").catch("a", message="m", correlation="=c").end("e1").pen.at("g")
        .catch("b", timer="PT1H"),
    ]  # fmt: skip


@pytest.mark.parametrize("number", range(len(drawings())))
def test_a_healthy_case_is_never_in_doubt(session, start, swept, number, olga):
    instance = start(drawings()[number].end(), c="C-1")

    assert swept(instance) == []
    instances.suspend(session, instance.id, "look", by=olga)
    assert swept(instance) == []
    instances.resume(session, instance.id, by=olga)
    assert swept(instance) == []


@pytest.mark.parametrize(
    ("drawing", "row"),
    [
        (process("p").user_task("x").end(), UserTask),
        (process("p").catch("x", timer="PT1H").end(), Timer),
        (process("p").receive_task("x", "m", correlation="=c").end(), Subscription),
    ],
)
def test_a_row_that_is_lost_is_made_anew(session, start, swept, drawing, row):
    instance = start(drawing, c="C-1")
    lost = session.query(row).one().id
    if row is UserTask:
        session.execute(update(row).values(state="cancelled"))
    else:
        session.execute(delete(row))

    assert swept(instance) == ["no_row"]

    [again] = [each for each in session.query(row) if each.id != lost]
    assert again.element_id == "x"
    assert instance.waits[0]["row"] == str(again.id)


def test_a_call_that_is_lost_is_asked_of_a_person_because_twice_may_be_wrong(
    session, start, swept, olga
):
    instance = start(process("p").service_task("x", **CALL).user_task("y").end())
    session.execute(update(ServiceTask).values(state="cancelled", ring_at=None))

    assert swept(instance) == ["no_row"]

    [incident] = incidents.find(session, by=SYSTEM)
    assert (incident.kind, incident.element_id) == ("unexplained", "x")
    incidents.retry(session, incident.id, by=olga, reason="the partner knows nothing of it")
    assert session.query(ServiceTask).filter_by(state="open").count() == 1
    assert swept(instance) == []


def test_a_call_that_nobody_would_make_is_rung_for(session, start, swept):
    instance = start(process("p").service_task("x", **CALL).end())
    session.execute(update(ServiceTask).values(ring_at=None))

    assert swept(instance) == ["asleep"]

    task = session.query(ServiceTask).one()
    assert task.ring_at is not None
    assert service_tasks.take(session, task.id) is not None


def test_a_failure_without_an_incident_gets_one(session, start, swept):
    instance = start(process("p").service_task("x", **CALL).end())
    call = service_tasks.take(session, session.query(ServiceTask).one().id)
    service_tasks.reject(session, call, "no")
    session.execute(delete(Incident))

    assert swept(instance) == ["no_incident"]

    [incident] = incidents.find(session, by=SYSTEM)
    assert incident.service_task_id == call.service_task_id


def test_a_timer_that_is_held_for_no_reason_is_let_go(session, start, swept):
    instance = start(process("p").catch("x", timer="PT1H").end())
    session.execute(update(Timer).values(held=True))

    assert swept(instance) == ["held"]

    assert not session.query(Timer).one().held


def test_a_case_that_should_go_on_is_rung_for(session, start, swept, monkeypatch):
    run = instances.progress.Runtime.advance
    monkeypatch.setattr(instances.progress.Runtime, "advance", lambda self, *, at: False)
    instance = start(process("p").script_task("s", "1", result="a").user_task("t").end())
    monkeypatch.setattr(instances.progress.Runtime, "advance", run)
    session.execute(update(ProcessInstance).values(continue_at=None))

    assert swept(instance) == ["no_turn"]

    assert instance.continue_at is not None
    instances.advance(session, instance.id)
    assert [each.element_id for each in instances.tokens(session, instance)] == ["t"]


def test_a_case_that_waits_for_nothing_is_projected_anew(session, start, swept):
    instance = start(process("p").user_task("x").end())
    session.execute(update(ProcessInstance).values(waits=[]))

    assert swept(instance) == ["no_wait"]

    assert [each.element_id for each in instances.tokens(session, instance)] == ["x"]
    assert user_tasks.find(session, by=SYSTEM, instance_id=instance.id)


def test_a_case_that_cannot_be_read_is_an_incident(session, start, swept):
    instance = start(process("p").user_task("x").end())
    session.execute(update(ProcessInstance).values(waits=[], runtime_state=b"broken"))

    assert swept(instance) == ["no_wait"]

    [incident] = incidents.find(session, by=SYSTEM)
    assert "cannot be read" in incident.message
    assert swept(instance) == []


def test_cases_that_ended_are_left_alone(session, start):
    instance = start(process("p").user_task("x").end())
    instances.cancel(session, instance.id, "enough", by=SYSTEM)

    assert mending.mend(session, UUID(str(instance.id))) == []
    assert look(session) == []
