"""Downtime, clocks that jump, and summer time: timers are neither lost nor fired twice."""

from datetime import UTC, datetime, timedelta

import pytest

from core import ids
from core.db import reading, transaction
from core.people import SYSTEM
from engine import deployments, instances, jobs, log, service_tasks, user_tasks
from engine.errors import LeaseLost, ServiceTaskClosed
from engine.models import LogEntry, ProcessInstance, ServiceTask, Timer
from tests.build import process
from tests.conftest import NOW


@pytest.fixture
def begin(edge, clock_at):
    """Deploys a drawing and starts a case of it, as a request does."""

    def begin(drawing, **variables):
        with transaction() as session:
            outcome = deployments.deploy(session, {"p.bpmn": bytes(drawing)}, by=SYSTEM)
            definition_id = outcome.definitions[0].id
            started = instances.start(
                session, definition_id=definition_id, variables=variables, by=SYSTEM
            )
            return started.id

    return begin


def pause(duration="=pause"):
    return process("p").catch("wait", timer=("timeDuration", duration)).user_task("next").end()


def fired(element_id="wait"):
    """How often something was left, in all cases."""
    with reading() as session:
        query = session.query(LogEntry).filter_by(element_id=element_id, lifecycle="complete")
        return query.count()


def passed(clock_at, *minutes):
    """The clock stands at one moment after the other, and a scheduler sweeps: fired so far."""
    counts = []
    for minute in minutes:
        clock_at(minutes=minute)
        jobs.sweep()
        jobs.sweep()
        counts.append(fired())
    return counts


def test_what_fell_due_while_nothing_ran_is_made_up_for_once(begin, clock_at):
    for number in range(5):
        begin(pause(), pause=f"PT{number + 1}H")

    assert passed(clock_at, 3 * 24 * 60, 3 * 24 * 60 + 1) == [5, 5]


def test_a_clock_that_jumps_ahead_and_back_doubles_nothing(begin, clock_at):
    begin(pause(), pause="PT30M")
    begin(pause(), pause="PT90M")

    assert passed(clock_at, 60, 0, 31, 60, 89, 91, 31, 91) == [1, 1, 1, 1, 1, 2, 2, 2]


def test_a_clock_that_jumps_back_before_the_moment_loses_nothing(begin, clock_at):
    begin(pause(), pause="PT60M")

    assert passed(clock_at, 50, -10, 10, 59, 61, 1, 62) == [0, 0, 0, 0, 1, 1, 1]


def test_a_repeating_timer_keeps_its_count_over_jumps(begin, clock_at):
    drawing = process("p").user_task("work").end("done").at("work")
    drawing = drawing.boundary("wait", on="work", timer="R3/PT1H", interrupting=False)
    begin(drawing.end("reminded"))

    assert passed(clock_at, 61, 1, 61, 121, 61, 181, 241, 301) == [1, 1, 1, 2, 2, 3, 3, 3]


def test_a_start_timer_starts_each_time_once_over_jumps(begin, edge, clock_at):
    with transaction() as session:
        drawing = process("p").start("hourly", timer="R/PT1H").user_task("look").end()
        deployments.deploy(session, {"p.bpmn": bytes(drawing)}, by=SYSTEM)
    started = []
    for minute in (61, 1, 61, 119, 121, 61, 121):
        clock_at(minutes=minute)
        jobs.sweep()
        jobs.sweep()
        with reading() as session:
            started.append(session.query(ProcessInstance).count())

    assert started == [1, 1, 1, 1, 2, 2, 2]


@pytest.mark.parametrize(
    ("local", "moment"),
    [
        # On this night there is no half past two; clocks go from two to three.
        ("2026-03-29T02:30:00", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        # On this night there are two; the first is meant.
        ("2026-10-25T02:30:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_in_the_night_when_clocks_change_comes_once(begin, clock_at, local, moment):
    text = f'=date and time("{local}@Europe/Berlin")'
    begin(process("p").catch("wait", timer=("timeDate", text)).user_task("next").end())
    with reading() as session:
        assert session.query(Timer).one().due_at == moment
    due = (moment - NOW).total_seconds() / 60

    assert passed(clock_at, due - 60, due - 1, due + 1, due + 61, due + 121) == [0, 0, 1, 1, 1]


def test_a_day_is_a_day_on_the_weekend_when_clocks_change(begin, clock_at):
    friday = (datetime(2026, 3, 27, 12, tzinfo=UTC) - NOW).total_seconds() / 60
    clock_at(minutes=friday)
    drawing = process("p").user_task("work").end("done").at("work")
    drawing = drawing.boundary("wait", on="work", timer="R/P1D", interrupting=False)
    begin(drawing.end("reminded"))
    day = 24 * 60

    times = [friday + day * n + late for n in range(1, 5) for late in (-1, 1, 61)]

    assert passed(clock_at, *times) == [0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4]


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1)])
def test_a_call_that_is_out_while_the_clock_jumps_counts_once(begin, bell, clock_at, jump):
    begin(process("p").service_task("check", connector="http", inputs={"url": "a"}).end())
    with transaction() as session:
        task_id = session.query(ServiceTask).one().id
        call = service_tasks.take(session, task_id)
    clock_at(seconds=jump.total_seconds())
    jobs.sweep()
    with transaction() as session:
        again = service_tasks.take(session, task_id)

    for each in (call, again):
        try:
            with transaction() as session:
                if each is not None:
                    service_tasks.settle(session, each, service_tasks.Answer({}))
        except (ServiceTaskClosed, LeaseLost):
            pass

    assert (again is None) == (jump < timedelta(0))
    assert fired("check") == 1


def test_the_log_keeps_its_order_when_another_process_has_an_earlier_clock(
    begin, clock_at, monkeypatch
):
    steps = ("one", "two", "three")
    drawing = process("p")
    for name in steps:
        drawing = drawing.user_task(name)
    instance_id = begin(drawing.end())
    real = ids.time.time_ns
    for number, _ in enumerate(steps):
        # A worker that was started after the clock had been set back, by another hour each time.
        monkeypatch.setattr(ids, "_last", 0)
        monkeypatch.setattr(
            ids.time, "time_ns", lambda hours=number + 1: real() - hours * 3_600_000_000_000
        )
        with transaction() as session:
            [task] = user_tasks.find(session, by=SYSTEM, instance_id=instance_id)
            user_tasks.complete(session, task.id, {}, by=SYSTEM)

    with reading() as session:
        told = [
            (each.element_id, each.lifecycle)
            for each in log.entries(session, instance_id, limit=99)
            if each.element_id in steps
        ]
    assert told == [(name, what) for name in steps for what in ("start", "complete")]
