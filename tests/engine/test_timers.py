"""Timers fire when they are due, once, and start processes."""

from datetime import timedelta

import pytest

from core.ids import new_id
from core.people import SYSTEM
from engine import incidents, instances, timers
from engine.models import Timer
from tests.build import process


def waiting():
    drawing = process("metering").receive_task("wait", "reading", correlation="=customer").end("ok")
    drawing = drawing.at("wait").boundary("late", on="wait", timer="P5D", interrupting=False)
    return drawing.user_task("chase", lane="service").end("chased")


def at(session, instance):
    return [each.element_id for each in instances.tokens(session, instance)]


def test_a_timer_fires_when_it_is_due_and_not_before(session, start, clock_at):
    instance = start(waiting(), customer="C-42")
    early = timers.due(session, 10)
    clock_at(days=5)
    [timer_id] = timers.due(session, 10)

    first, again = timers.fire(session, timer_id), timers.fire(session, timer_id)

    assert early == []
    assert (first, again) == (True, False)
    assert at(session, instance) == ["wait", "chase"]


def test_timers_are_due_oldest_first(session, start, clock_at):
    drawing = process("p").catch("wait", timer=("timeDuration", "=delay")).end()
    slow = start(drawing, delay="PT20S")
    fast = start(drawing, delay="PT10S")
    clock_at(seconds=30)

    due = [session.get(Timer, each).instance_id for each in timers.due(session, 10)]

    assert due == [fast.id, slow.id]


def test_a_timer_that_is_no_longer_waited_for_is_gone(session, start, olga):
    instance = start(waiting(), customer="C-42")

    instances.cancel(session, instance.id, "withdrawn", by=olga)

    assert session.query(Timer).count() == 0


def test_a_repeating_boundary_timer_has_a_next_moment_each_time(session, start, clock_at):
    drawing = process("p").user_task("work").end("done").at("work")
    drawing = drawing.boundary("nag", on="work", timer="R3/PT1H", interrupting=False)
    instance = start(drawing.user_task("remind").end())

    fired = []
    for hours in range(1, 6):
        clock_at(hours=hours)
        fired.append([timers.fire(session, each) for each in timers.due(session, 10)])

    assert fired == [[True], [True], [True], [], []]
    assert at(session, instance) == ["work", "remind", "remind", "remind"]


def test_timers_of_a_suspended_instance_wait_for_its_resume(session, start, clock_at, olga):
    instance = start(waiting(), customer="C-42")
    instances.suspend(session, instance.id, "audit", by=olga)
    clock_at(days=6)
    during = timers.due(session, 10)

    instances.resume(session, instance.id, by=olga)

    [timer_id] = timers.due(session, 10)
    timers.fire(session, timer_id)
    assert during == []
    assert at(session, instance) == ["wait", "chase"]


def test_a_timer_that_cannot_be_fired_becomes_an_incident_and_can_be_retried(
    session, start, clock_at
):
    instance = start(waiting(), customer="C-42")
    clock_at(days=6)
    [timer_id] = timers.due(session, 10)

    timers.give_up(session, timer_id, "ValueError: broken")
    held = timers.due(session, 10)
    [incident] = incidents.find(session, by=SYSTEM)
    incidents.retry(session, incident.id, by=SYSTEM)

    assert held == []
    assert instance.incidents == 0
    assert timers.due(session, 10) == [timer_id]


def test_a_timer_start_event_starts_the_latest_version_only(session, deploy, clock_at):
    deploy(process("nightly").start(timer="R/PT24H").user_task("old").end())
    deploy(process("nightly").start(timer="R/PT24H").user_task("new").end())
    clock_at(hours=24)

    fired = [timers.fire(session, each) for each in timers.due(session, 10)]

    assert fired == [True]
    [instance] = instances.find(session, by=SYSTEM)
    assert instance.version == 2
    assert session.query(Timer).one().due_at == clock_at(hours=48)


@pytest.mark.parametrize("hours", [24, 24 * 10])
def test_missed_starts_are_made_up_for_once(session, deploy, clock_at, hours):
    deploy(process("nightly").start(timer="R/PT24H").user_task("check").end())
    now = clock_at(hours=hours, minutes=1)

    for timer_id in timers.due(session, 10):
        timers.fire(session, timer_id)

    assert timers.due(session, 10) == []
    assert len(instances.find(session, by=SYSTEM)) == 1
    assert session.query(Timer).one().due_at - now < timedelta(days=1)


def test_a_start_at_one_moment_happens_once(session, deploy, clock_at):
    deploy(process("launch").start(timer="2026-01-05T10:00:00Z").user_task("check").end())
    clock_at(hours=2)

    for timer_id in timers.due(session, 10):
        timers.fire(session, timer_id)

    assert session.query(Timer).count() == 0
    assert len(instances.find(session, by=SYSTEM)) == 1


def test_a_timer_that_is_not_there_is_not_fired(session, start, clock_at):
    start(waiting(), customer="C-42")
    early = session.query(Timer).one()

    assert not timers.fire(session, new_id())
    assert not timers.fire(session, early.id)
    timers.give_up(session, new_id(), "gone")
    assert incidents.find(session, by=SYSTEM) == []


def test_a_timer_of_a_suspended_instance_that_was_rung_for_waits(session, start, clock_at, olga):
    instance = start(waiting(), customer="C-42")
    clock_at(days=6)
    [timer_id] = timers.due(session, 10)
    instances.suspend(session, instance.id, "audit", by=olga)
    session.get(Timer, timer_id).held = False
    session.flush()

    assert not timers.fire(session, timer_id)
    assert timers.due(session, 10) == []


def test_a_start_timer_can_be_an_expression(session, deploy, clock_at):
    text = '=duration("PT2H")'
    deploy(process("once").start(timer=("timeDuration", text)).user_task("check").end())
    clock_at(hours=2)

    assert [timers.fire(session, each) for each in timers.due(session, 10)] == [True]


def test_timers_fired_together_skip_what_is_held_or_suspended(session, start, clock_at, olga):
    drawing = process("p").catch("wait", timer="PT10S").user_task("next").end()
    one, other = start(drawing), start(drawing)
    clock_at(seconds=50)
    instances.suspend(session, one.id, "audit", by=olga)
    session.query(Timer).filter_by(instance_id=one.id).update({"held": False})

    found = timers.fire_due(session, 10)

    assert found == 2
    assert (at(session, one), at(session, other)) == (["wait"], ["next"])
    assert timers.fire_due(session, 10) == 0
