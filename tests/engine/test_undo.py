"""Undoing a completion leaves the case as it was, or is refused with what followed."""

from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.people import SYSTEM, Actor, Role
from core.values import to_json
from engine import (
    guest_links,
    instances,
    log,
    messages,
    progress,
    service_tasks,
    timers,
    undo,
    user_tasks,
)
from engine.bpmn import codec
from engine.errors import (
    CalledSince,
    ChangedSince,
    CompletedSince,
    HeardWithIt,
    IncidentClosedWithIt,
    InstanceEnded,
    InstanceSuspended,
    KeyTakenSince,
    NothingToUndo,
    NotYourCompletion,
    SentWithIt,
    TakenSince,
    ToldOfEnd,
    UndoOver,
    WentOnSince,
    WithdrawnWithIt,
)
from engine.models import (
    CompletionUndo,
    GuestLink,
    Incident,
    InstanceVariable,
    LargeValue,
    LogEntry,
    ProcessInstance,
    ServiceTask,
    Subscription,
    Timer,
    UserTask,
    Webhook,
)
from engine.webhooks import events
from tests.build import process
from tests.engine.bpmn.random_models import RandomModel
from tests.engine.test_past import GIVEN, MOST_STEPS, seen, truth

GRACE = undo.Grace(timedelta(seconds=60), {"typed": 1})
LANE = "customer_service"
TAKEN = ("user_task", "message", "timer", "failed")

COLUMNS: dict[type, tuple[str, ...]] = {
    UserTask: (
        *("id", "element_id", "token", "state", "assignee", "claimed_by", "claimed_at"),
        *("due_at", "completed_at", "completed_by", "class_id", "rank_at", "priority"),
    ),
    Timer: ("element_id", "token", "due_at", "cycle", "held"),
    Subscription: ("kind", "name", "correlation_key", "element_id", "token"),
    ServiceTask: ("id", "element_id", "token", "state", "attempts", "request"),
    Incident: ("id", "element_id", "token", "kind", "resolved_at"),
    InstanceVariable: ("name", "value"),
    LargeValue: ("ref", "content"),
}
#: Rows that stay where a step has closed them: only the open ones are the case.
OPEN = {
    UserTask: UserTask.state.in_(("open", "completed")),
    ServiceTask: ServiceTask.state == "open",
    Incident: Incident.resolved_at.is_(None),
}


def complete(session: Session, task: UserTask, by: Actor, **answers: Any) -> UserTask:
    locked, instance = user_tasks.lock(session, task.id, by=by)
    return user_tasks.complete_locked(session, locked, instance, answers, grace=GRACE, by=by)


def take_back(session: Session, task: UserTask, by: Actor) -> undo.Undone:
    return undo.undo(session, *user_tasks.lock(session, task.id, by=by), by=by)


def picture(session: Session, instance_id: UUID) -> dict[str, Any]:
    """All that a case is: its state, its rows, and what its log says of it."""
    session.expire_all()
    instance = progress.get_for_update(session, instance_id)
    runtime = progress.runtime_of(session, instance)
    document = codec.load(instance.runtime_state)
    found: dict[str, Any] = {
        "truth": to_json(truth(runtime)),
        # Numbers of tokens are not used twice, and elements since the last move not counted on.
        "document": {name: document[name] for name in document if name not in "nr"},
        "case": (instance.state, instance.ended_at, instance.incidents, instance.continue_at),
        "waits": sorted(
            (each["kind"], each["token"], each["what"] or "", each["since"])
            for each in instance.waits
        ),
        "log": to_json(seen(log.rebuild(session, instance, clock.now()))),
        "standing": {
            token: each.since
            for token, each in log.rebuild(session, instance, clock.now()).tokens.items()
        },
    }
    assert found["log"] == found["truth"]
    for rows, columns in COLUMNS.items():
        where = [rows.instance_id == instance_id, *([OPEN[rows]] if rows in OPEN else [])]
        query = select(*(getattr(rows, name) for name in columns)).where(*where)
        found[rows.__name__] = sorted(map(str, session.execute(query)))
    return found


@pytest.mark.parametrize("seed", range(300, 324))
def test_after_undoing_a_random_case_is_as_if_nobody_had_completed(
    session, deploy, clock_at, seed: int
) -> None:
    outcome = deploy(RandomModel(seed, stock=None).draw())
    [definition] = [each for each in outcome.definitions if each.key == "process"]
    instance = instances.start(session, definition_id=definition.id, variables=GIVEN, by=SYSTEM)
    random, by = Random(seed), Actor("ada", frozenset({Role.ADMINISTRATOR}))

    for step in range(MOST_STEPS):
        at = clock_at(minutes=step + 1)
        locked = progress.get_for_update(session, instance.id)
        runtime = progress.runtime_of(session, locked)
        waits = [wait for wait in runtime.waits() if wait.kind in TAKEN]
        if not waits:
            break
        wait, given = random.choice(waits), {f"form_{step}": step / 4, "n": step}
        if wait.kind != "user_task":
            runtime.complete(wait.token, given, at=at)
            progress.record_progress(session, locked, runtime, at=at)
            continue
        before = picture(session, instance.id)
        [task] = [
            each
            for each in user_tasks.find(session, by=by, instance_id=instance.id)
            if each.token == wait.token
        ]
        complete(session, task, by, **given)
        if random.random() < 0.7:
            done = picture(session, instance.id)
            clock_at(minutes=step + 1, seconds=20)
            take_back(session, task, by)
            assert picture(session, instance.id) == before
            clock_at(minutes=step + 1, seconds=40)
            complete(session, task, by, **given)
            again = picture(session, instance.id)
            # Its tokens have other numbers.
            assert again["truth"][1::2] == done["truth"][1::2]
            assert sorted(again["truth"][0].values()) == sorted(done["truth"][0].values())
            assert len(again["waits"]) == len(done["waits"])


@pytest.fixture
def two_steps(start) -> ProcessInstance:
    """A case of two tasks; a timer and a message may interrupt the first."""
    drawing = process("p").user_task("first", lane=LANE, due="P1D")
    drawing = drawing.boundary("late", timer="PT30S").end("too_late")
    drawing = drawing.at("first").boundary("called_off", message="off", correlation="=no")
    return start(drawing.end("off").at("first").user_task("second", lane=LANE).end(), no="7")


def only(session: Session, element_id: str, by: Actor) -> UserTask:
    [task] = user_tasks.find(session, by=by, element_id=element_id)
    return task


def test_the_log_tells_who_undid_what_and_the_other_task_is_gone(
    session, two_steps, ada, clock_at
) -> None:
    first = only(session, "first", ada)
    user_tasks.claim(session, first.id, by=ada)
    complete(session, first, ada, answer=42)
    second = only(session, "second", ada)
    clock_at(seconds=20)

    undone = take_back(session, first, ada)

    assert (undone.completed_by, undone.answers) == ("ada", {"typed": 1})
    assert (first.state, first.assignee, first.completed_by) == ("open", "ada", None)
    session.refresh(second)
    assert second.state == "cancelled"
    entry = log.entries(session, two_steps.id)[-1]
    assert (entry.lifecycle, entry.element_id, entry.by) == ("undo", "first", "ada")
    assert entry.at == clock.now()
    assert "answer" not in instances.variables(session, two_steps)
    with pytest.raises(NothingToUndo):
        take_back(session, first, ada)


def test_a_timer_that_was_waited_for_before_fires_though_its_time_has_passed(
    session, two_steps, ada, clock_at
) -> None:
    first = only(session, "first", ada)
    complete(session, first, ada)
    clock_at(seconds=45)

    take_back(session, first, ada)
    [timer] = session.scalars(select(Timer)).all()
    timers.fire(session, timer.id)

    assert first.state == "cancelled"
    assert two_steps.state == "completed"


def test_a_message_that_came_meanwhile_is_heard_after_all(session, two_steps, ada) -> None:
    first = only(session, "first", ada)
    complete(session, first, ada)
    messages.publish(
        session, "off", correlation_key="7", time_to_live=timedelta(hours=1), by=SYSTEM
    )

    take_back(session, first, ada)

    session.refresh(first)
    assert first.state == "cancelled"
    assert two_steps.state == "completed"


def test_a_task_that_nobody_had_is_nobodys_again(session, two_steps, ada, clock_at) -> None:
    first = only(session, "first", ada)
    complete(session, first, ada)

    take_back(session, first, ada)

    assert (first.assignee, first.claimed_by, first.claimed_at) == (None, None, None)


def test_a_case_that_ended_is_open_again(session, start, ada, clock_at) -> None:
    case = start(process("p").user_task("t", lane=LANE).end())
    before = picture(session, case.id)
    task = only(session, "t", ada)
    complete(session, task, ada)
    assert case.state == "completed"

    take_back(session, task, ada)

    assert picture(session, case.id) == before


def test_large_values_that_the_step_replaced_are_there_again(session, start, ada, clock_at) -> None:
    drawing = process("p").user_task("t", lane=LANE).user_task("u", lane=LANE).end()
    case = start(drawing, text="old " * 20_000)
    before = picture(session, case.id)
    task = only(session, "t", ada)
    complete(session, task, ada, text="new " * 20_000)

    take_back(session, task, ada)

    assert picture(session, case.id) == before
    assert instances.variables(session, case)["text"].startswith("old")


def test_a_call_that_nobody_has_taken_is_withdrawn(session, start, ada, clock_at) -> None:
    drawing = process("p").user_task("t", lane=LANE).service_task("book", connector="http")
    start(drawing.end())
    task = only(session, "t", ada)
    complete(session, task, ada)

    take_back(session, task, ada)

    [call] = session.scalars(select(ServiceTask)).all()
    assert call.state == "cancelled"
    assert service_tasks.take(session, call.id) is None


def test_what_a_worker_has_taken_is_not_undone(session, start, ada, clock_at) -> None:
    drawing = process("p").user_task("t", lane=LANE).service_task("book", connector="http")
    case = start(drawing.end())
    task = only(session, "t", ada)
    complete(session, task, ada)
    after = picture(session, case.id)
    [call] = session.scalars(select(ServiceTask)).all()
    service_tasks.take(session, call.id)

    with pytest.raises(CalledSince, match="“book” has begun already"):
        take_back(session, task, ada)

    assert undo.left(session, task, by=ada) is None
    assert picture(session, case.id)["document"] == after["document"]


def test_a_case_that_went_on_is_not_undone(session, two_steps, ada, bob, olga, clock_at) -> None:
    first = only(session, "first", ada)
    complete(session, first, ada)
    second = only(session, "second", bob)

    user_tasks.claim(session, second.id, by=bob)
    with pytest.raises(TakenSince, match="bob has “second” in hand"):
        take_back(session, first, ada)
    with session.begin_nested() as kept:
        instances.suspend(session, two_steps.id, "wait", by=olga)
        with pytest.raises(InstanceSuspended):
            take_back(session, first, ada)
        kept.rollback()
    with session.begin_nested() as kept:
        instances.cancel(session, two_steps.id, "gone", by=olga)
        with pytest.raises(InstanceEnded):
            take_back(session, first, ada)
        kept.rollback()
    instances.set_variables(session, two_steps.id, {"x": 1}, by=olga)
    with pytest.raises(ChangedSince, match="olga has changed the data"):
        take_back(session, first, ada)


def test_a_task_completed_since_is_named(session, two_steps, ada, bob, clock_at) -> None:
    first = only(session, "first", ada)
    complete(session, first, ada)
    complete(session, only(session, "second", bob), bob)

    with pytest.raises(CompletedSince, match="bob has completed “second” since"):
        take_back(session, first, ada)


def test_ones_own_second_task_is_undone_first_and_then_it_is_too_late_for_the_first(
    session, two_steps, ada, clock_at
) -> None:
    first = only(session, "first", ada)
    complete(session, first, ada)
    second = only(session, "second", ada)
    complete(session, second, ada)

    take_back(session, second, ada)

    assert (second.state, two_steps.state) == ("open", "active")
    with pytest.raises(CompletedSince):
        take_back(session, first, ada)


def test_a_timer_that_fired_since_is_named(session, start, ada, clock_at) -> None:
    drawing = process("p").user_task("t", lane=LANE).catch("wait", timer="PT1S")
    case = start(drawing.user_task("u", lane=LANE).end())
    task = only(session, "t", ada)
    complete(session, task, ada)
    clock_at(seconds=5)
    [timer] = session.scalars(select(Timer).where(Timer.instance_id == case.id)).all()
    timers.fire(session, timer.id)

    with pytest.raises(WentOnSince):
        take_back(session, task, ada)


def test_messages_are_not_called_back(session, start, ada, clock_at) -> None:
    drawing = process("p").user_task("t", lane=LANE).throw("tell", message="told").end()
    start(drawing)
    task = only(session, "t", ada)
    complete(session, task, ada)

    with pytest.raises(SentWithIt, match="“told” went out"):
        take_back(session, task, ada)


def test_messages_that_were_taken_in_are_not_given_back(session, start, ada, clock_at) -> None:
    drawing = process("p").user_task("t", lane=LANE)
    start(drawing.receive_task("papers", "papers", correlation="=no").end(), no="7")
    messages.publish(
        session, "papers", correlation_key="7", time_to_live=timedelta(hours=1), by=SYSTEM
    )
    task = only(session, "t", ada)
    complete(session, task, ada)

    with pytest.raises(HeardWithIt, match="“papers”"):
        take_back(session, task, ada)


def test_calls_and_incidents_that_the_step_closed_are_not_opened_again(
    session, start, ada, clock_at
) -> None:
    drawing = process("p").parallel_gateway("split").user_task("stop", lane=LANE)
    drawing = drawing.end("done", terminate=True).at("split")
    start(drawing.service_task("book", connector="http").end("booked"))
    task = only(session, "stop", ada)
    complete(session, task, ada)

    with pytest.raises(WithdrawnWithIt, match="“book”"):
        take_back(session, task, ada)


def test_an_incident_that_the_step_closed_is_named(session, start, ada, clock_at) -> None:
    drawing = process("p").parallel_gateway("split").user_task("stop", lane=LANE)
    drawing = drawing.end("done", terminate=True).at("split").exclusive_gateway("way")
    start(drawing.when("x > 1").end("e1"), x=0)
    task = only(session, "stop", ada)
    complete(session, task, ada)

    with pytest.raises(IncidentClosedWithIt):
        take_back(session, task, ada)


def test_an_end_that_other_systems_were_told_of_stands(session, start, ada, clock_at) -> None:
    now = clock.now()
    session.add(
        Webhook(
            url="https://partner.example/hook",
            events=[events.ENDED],
            changed_at=now,
            changed_by="root",
            created_at=now,
            created_by="root",
            active_from=now,
        )
    )
    session.flush()
    events.forget_known(session)
    start(process("p").user_task("t", lane=LANE).end())
    task = only(session, "t", ada)
    complete(session, task, ada)

    with pytest.raises(ToldOfEnd):
        take_back(session, task, ada)
    events.forget_known(session)


def test_a_key_that_another_case_has_by_now_is_not_taken_from_it(
    session, start, ada, clock_at
) -> None:
    drawing = process("p").with_settings('<work:businessKey unique="true"/>')
    case = start(drawing.user_task("t", lane=LANE).end(), business_key="K-1")
    task = only(session, "t", ada)
    complete(session, task, ada)
    instances.start(session, key="p", business_key="K-1", by=SYSTEM)

    with pytest.raises(KeyTakenSince, match="K-1"):
        take_back(session, task, ada)
    session.expire_all()
    assert (case.state, task.state) == ("completed", "completed")


def test_only_who_completed_it_or_a_leader_may_undo_and_only_for_a_while(
    session, two_steps, ada, bob, lea, clock_at
) -> None:
    first = only(session, "first", ada)
    complete(session, first, ada)
    clock_at(seconds=20)

    assert undo.left(session, first, by=ada) == timedelta(seconds=40)
    assert undo.left(session, first, by=bob) is None
    with pytest.raises(NotYourCompletion):
        take_back(session, first, bob)
    assert take_back(session, first, lea).completed_by == "ada"
    complete(session, first, ada)
    clock_at(seconds=81)
    assert undo.left(session, first, by=ada) is None
    with pytest.raises(UndoOver):
        take_back(session, first, ada)


def test_links_for_guests_that_the_step_made_are_closed(session, start, ada, clock_at) -> None:
    case = start(process("p").user_task("t", lane=LANE).user_task("u", lane=LANE).end())
    task = only(session, "t", ada)
    locked, instance = user_tasks.lock(session, task.id, by=ada)
    runtime = progress.runtime_of(session, instance)
    before = undo.remember(session, locked, instance, runtime)
    locked.complete(ada, clock.now())
    link = guest_links.add(session, "p", instance_id=case.id, element_id="u", by="system")
    runtime.complete(locked.token, {}, at=clock.now())
    step = progress.record_progress(session, instance, runtime, at=clock.now())
    undo.keep(session, locked, instance, runtime, before, step, GRACE, by=ada, at=clock.now())

    take_back(session, task, ada)

    session.refresh(link)
    assert link.state(clock.now()) == "revoked"
    assert session.scalar(select(GuestLink.revoked_by)) == "ada"


def test_what_nobody_can_undo_any_more_is_forgotten(session, two_steps, ada, clock_at) -> None:
    complete(session, only(session, "first", ada), ada)
    # The ids of rows tell real time.
    clock_at(days=10_000)

    undo.forget(session)

    assert session.scalars(select(CompletionUndo)).all() == []


def test_the_entries_of_an_undone_step_are_left_out(session, two_steps, ada, clock_at) -> None:
    first = only(session, "first", ada)
    before = [entry.id for entry in log.entries(session, two_steps.id)]
    complete(session, first, ada)
    take_back(session, first, ada)

    entries = log.entries(session, two_steps.id)

    assert len(entries) > len(before)
    assert [entry.id for entry in log.without_undone(entries)] == before
    assert session.scalar(select(LogEntry.undoes).where(LogEntry.lifecycle == "undo")) is not None
