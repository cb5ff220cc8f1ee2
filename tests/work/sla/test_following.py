from datetime import UTC, datetime

from core import calendars
from core.calendars import Wanted
from core.people import SYSTEM
from engine import instances, user_tasks
from tests.build import each, process
from tests.work.sla.claims import (
    claims,
    clocks,
    complete,
    deploy,
    only,
    point,
    send,
    sla,
    start,
    told,
    turn,
)
from work.sla import calendars as following_calendars
from work.sla import following


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC)


def test_the_clock_of_a_case_counts_business_time_from_its_start(session, clock_at):
    deploy(session, claims(sla(name="Settle", target="P2D")))

    clock = only(session, start(session))

    assert (clock.level, clock.state, clock.condition) == ("case", "running", "on_track")
    assert clock.target_seconds == 2 * 8 * 3600
    # Monday at nine; the office is open for eight hours a day.
    assert clock.due_at == at(6, 17)
    # A clock without points of its own is at risk after three quarters.
    assert clock.next_at == at(6, 13)


def test_a_clock_stands_still_while_everything_waits_for_the_customer(session, clock_at):
    deploy(session, claims(sla(name="Settle", target="P2D")))
    case = start(session)

    clock_at(hours=2)
    complete(session, case, "check")
    turn(session)

    clock = only(session, case)
    assert (clock.state, clock.paused_at, clock.due_at) == ("paused", at(5, 11), None)

    clock_at(days=3, hours=1)
    send(session)
    turn(session)

    # Two hours are gone, fourteen are left from Thursday at ten on.
    assert (clock.state, clock.due_at) == ("running", at(9, 16))
    assert told(session, case) == [
        ("begin", at(5, 9)),
        ("pause", at(5, 11)),
        ("resume", at(8, 10)),
    ]


def test_moments_are_those_of_the_log_however_late_the_sweep_comes(session, clock_at):
    deploy(session, claims(sla(name="Settle", target="P2D")))
    case = start(session)
    clock_at(hours=2)
    complete(session, case, "check")
    clock_at(days=3, hours=1)
    send(session)
    clock_at(days=4)

    turn(session)

    clock = only(session, case)
    assert clock.runs == [
        [at(5, 9).isoformat(), at(5, 11).isoformat()],
        [at(8, 10).isoformat(), None],
    ]
    assert clock.due_at == at(9, 16)


def test_a_clock_that_stops_in_time_is_met_and_a_later_one_missed(session, clock_at):
    deploy(
        session,
        claims(
            sla(name="Settle", target="PT10H"),
            sla(name="Check", target="PT1H", since="check", until="check"),
        ),
    )
    case = start(session)
    clock_at(hours=2)
    complete(session, case, "check")
    clock_at(days=1)
    send(session)
    clock_at(days=1, hours=7)
    complete(session, case, "settle")
    turn(session)

    found = clocks(session, case)

    assert (found["Check"].state, found["Check"].stopped_at) == ("missed", at(5, 11))
    assert (found["Settle"].state, found["Settle"].stopped_at) == ("met", at(6, 16))
    assert not [each for each in found.values() if each.next_at is not None]


def test_a_case_that_is_cancelled_cancels_its_clocks(session, clock_at):
    deploy(session, claims(sla(name="Settle", target="P2D")))
    case = start(session)

    instances.cancel(session, case.id, "withdrawn", by=SYSTEM)
    turn(session)

    assert only(session, case).state == "cancelled"


def test_stages_and_tasks_have_clocks_of_their_own(session, clock_at):
    inside = process("inside").user_task("call", settings=sla(name="Call", target="PT1H"))
    drawing = process("claims").sub_process(
        "talk", inside.user_task("write").end(), settings=sla(name="Talk", target="P1D")
    )
    deploy(session, drawing.user_task("settle").end())
    case = start(session)

    found = clocks(session, case)
    (task,) = user_tasks.find(session, by=SYSTEM, instance_id=case.id)

    assert {clock.name: clock.level for clock in found.values()} == {
        "Talk": "stage",
        "Call": "task",
    }
    assert found["Call"].task_id == task.id
    # The model gives the task no due date: its clock does.
    assert task.due_at == at(5, 10)

    clock_at(minutes=30)
    complete(session, case, "call")
    complete(session, case, "write")
    turn(session)

    assert {clock.state for clock in clocks(session, case).values()} == {"met"}
    assert [each.name for each in clocks(session, case).values()] == ["Talk", "Call"]


def test_each_item_of_a_loop_has_its_clock(session, clock_at):
    drawing = process("claims").user_task(
        "call", loop=each("names"), settings=sla(name="Call", target="PT1H")
    )
    deploy(session, drawing.end())

    case = start(session, names=["Ann", "Ben"])

    tasks = user_tasks.find(session, by=SYSTEM, instance_id=case.id)
    assert {task.due_at for task in tasks} == {at(5, 10)}


def test_work_beside_the_wait_for_a_customer_keeps_the_clock_running(session, clock_at):
    customer = '<work:waitsFor party="customer"/>'
    drawing = (
        process("claims")
        .with_settings(sla(name="Settle", target="P2D"))
        .parallel_gateway("fork")
        .receive_task("papers", "papers", correlation="=no", settings=customer)
        .parallel_gateway("join")
        .at("fork")
        .user_task("check")
        .to("join")
        .end()
    )
    deploy(session, drawing)
    case = start(session)
    assert only(session, case).state == "running"

    clock_at(hours=1)
    complete(session, case, "check")
    turn(session)

    # What is left is the papers, and a branch that waits for them.
    assert only(session, case).paused_at == at(5, 10)


def test_any_message_makes_a_clock_stand_still_where_the_model_says_so(session, clock_at):
    drawing = process("claims").with_settings(sla(name="Settle", target="P2D", pause="message"))
    drawing = (
        drawing.event_gateway("wait")
        .catch("reply", message="papers", correlation="=no")
        .end()
        .at("wait")
        .catch("silence", timer="P30D")
        .end()
    )
    deploy(session, drawing)

    assert only(session, start(session)).state == "paused"


def test_no_wait_holds_up_a_clock_that_never_pauses(session, clock_at):
    deploy(session, claims(sla(name="Settle", target="P2D", pause="none")))
    case = start(session)
    complete(session, case, "check")
    turn(session)

    assert only(session, case).state == "running"


def test_clocks_follow_a_change_of_their_calendar(session, root, clock_at):
    deploy(session, claims(sla(point("reminder"), name="Settle", target="P2D")))
    case = start(session)
    clock = only(session, case)

    short = Wanted(zone="UTC", week=((("09:00", "13:00"),),) * 5 + ((), ()))
    calendars.put(session, "office", short, by=root)

    assert following_calendars.has_stale(session)
    assert following_calendars.follow(session) == 1
    assert not following_calendars.has_stale(session)
    # Two days of four hours, of which the first half is over tomorrow at nine.
    assert (clock.target_seconds, clock.due_at) == (8 * 3600, at(6, 13))
    assert clock.next_at == at(5, 13)


def test_a_clock_over_the_change_of_the_clock_counts_hours_of_work(session, root, clock_at):
    berlin = Wanted(zone="Europe/Berlin", week=((("00:00", "24:00"),),) * 7)
    calendars.put(session, "night", berlin, by=root)
    deploy(session, claims(sla(name="Settle", target="PT6H", calendar="night")))
    # The night of 29 March is an hour short: at two the clock shows three.
    clock_at(days=82, hours=14)

    clock = only(session, start(session))

    assert clock.started_at == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert clock.due_at == datetime(2026, 3, 29, 5, tzinfo=UTC)


def test_long_logs_of_several_cases_are_followed_over_several_turns(session, clock_at, monkeypatch):
    monkeypatch.setattr(following, "MAX_ENTRIES", 3)
    deploy(session, claims(sla(name="Settle", target="P2D")))
    cases = [start(session) for _ in range(3)]
    for hours, case in enumerate(cases, 1):
        clock_at(hours=hours)
        complete(session, case, "check")
    clock_at(hours=4)
    send(session)

    turns = 0
    while ids := following.marked(session):
        following.follow(session, *ids)
        turns += 1

    assert turns > 3
    told_of = [[lifecycle for lifecycle, _ in told(session, case)] for case in cases]
    assert told_of == [["begin", "pause", "resume"]] * 3
    assert [only(session, case).due_at for case in cases] == [at(7, 12), at(7, 11), at(7, 10)]
