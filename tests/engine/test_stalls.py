"""The stall radar: who waits longer than expected, why, and whom to ask."""

from datetime import timedelta

import pytest

from core.people import SYSTEM
from engine import expectations, incidents, instances, service_tasks, stalls, user_tasks
from engine.models import LearnedWait, Stall
from engine.service_tasks import Answer
from tests.build import process
from tests.radar import look


@pytest.fixture
def seen(session, olga):
    """What the radar finds when it looks."""

    def seen():
        session.commit()
        look(session)
        session.expire_all()
        return stalls.find(session, by=olga)

    return seen


def test_a_case_is_listed_once_it_waits_longer_than_the_model_expects(start, seen, clock_at):
    wait = '<work:expect wait="PT4H"/><work:owner person="lea" group="billing"/>'
    start(process("p").user_task("approve", groups="clerks", settings=wait).end())

    clock_at(hours=3.9)
    before = seen()
    clock_at(hours=4.1)
    [stall] = seen()

    assert before == []
    assert (stall.element_id, stall.kind, stall.basis) == ("approve", "user_task", "model")
    assert (stall.owner, stall.owner_groups) == ("lea", "billing")
    assert stall.reason == "Nobody of clerks has taken it."
    assert stall.expected_until == clock_at(hours=4)


def test_an_expectation_may_depend_on_the_case(start, seen, clock_at):
    wait = '<work:expect wait="=if urgent then duration(&quot;PT1H&quot;) else null"/>'
    drawing = process("p").user_task("approve", settings=wait).end()
    start(drawing, urgent=True)
    start(drawing, urgent=False)

    clock_at(hours=2)

    assert [each.basis for each in seen()] == ["model"]


def test_a_step_takes_its_case_off_the_list(session, start, seen, clock_at, ada):
    wait = '<work:expect wait="PT1H"/>'
    drawing = process("p").user_task("approve", settings=wait).user_task("pay", settings=wait)
    instance = start(drawing.end())
    clock_at(hours=2)
    assert len(seen()) == 1
    [task] = user_tasks.find(session, by=ada)

    user_tasks.complete(session, task.id, {}, by=ada)

    assert session.query(Stall).count() == 0
    assert instance.stalls == 0
    clock_at(hours=3.5)
    assert [each.element_id for each in seen()] == ["pay"]
    instances.cancel(session, instance.id, "enough", by=SYSTEM)
    assert session.query(Stall).count() == 0


def test_where_the_model_is_silent_history_teaches(session, start, seen, clock_at, ada):
    drawing = process("p").user_task("approve").end()
    for number in range(expectations.MIN_COUNT):
        clock_at(days=number)
        start(drawing)
        clock_at(days=number, minutes=10 + number)
        [task] = user_tasks.find(session, by=ada)
        user_tasks.complete(session, task.id, {}, by=ada)

    assert expectations.keys(session) == ["p"]
    assert expectations.learn(session, "p") == 1

    learned = session.query(LearnedWait).one()
    assert (learned.element_id, learned.count) == ("approve", expectations.MIN_COUNT)
    assert learned.wait_seconds_p95 == 29 * 60
    clock_at(days=50)
    start(drawing)
    clock_at(days=50, minutes=30)
    assert [each.basis for each in seen()] == ["history"]


def test_few_cases_teach_nothing(session, start, clock_at, ada):
    start(process("p").user_task("approve").end())
    [task] = user_tasks.find(session, by=ada)
    user_tasks.complete(session, task.id, {}, by=ada)

    assert expectations.learn(session, "p") == 0


def waiting_for():
    p = process
    return {
        "service_task": (p("p").service_task("x", connector="http"), "made the call"),
        "external": (p("p").service_task("x", topic="credit"), "topic credit"),
        "message": (p("p").receive_task("x", "m", correlation="=c"), "“m” for C-1"),
        "signal": (p("p").catch("x", signal="s"), "signal “s”"),
        "manual": (p("p").manual_task("x"), "Nobody has taken"),
        "condition": (p("p").catch("x", condition="=false"), "condition"),
        "timer": (p("p").catch("x", timer="PT1H"), "timer was due"),
    }


@pytest.mark.parametrize("kind", waiting_for())
def test_every_kind_of_wait_has_an_expectation_and_a_reason(start, seen, clock_at, kind):
    drawing, reason = waiting_for()[kind]
    start(drawing.end(), c="C-1")

    clock_at(seconds=50)
    early = seen()
    clock_at(days=8)
    [stall] = seen()

    assert early == []
    assert reason in stall.reason
    assert stall.basis == "default"


def test_what_failed_and_nobody_looks_at_is_listed(session, start, seen, clock_at):
    instance = start(process("p").service_task("x", connector="http", inputs={"url": "a"}).end())
    task = session.query(service_tasks.ServiceTask).one()
    call = service_tasks.take(session, task.id)
    service_tasks.reject(session, call, "no")
    clock_at(hours=2)

    [stall] = seen()

    assert stall.reason == "The call failed: see the incident."
    [incident] = incidents.find(session, by=SYSTEM)
    incidents.resolve(session, incident.id, variables={}, reason="done by hand", by=SYSTEM)
    assert instance.state == "completed"
    assert seen() == []


def test_a_suspended_case_is_whoever_suspended_its(session, start, seen, clock_at, olga):
    instance = start(process("p").user_task("x").end())
    instances.suspend(session, instance.id, "audit", by=olga)
    clock_at(days=2)

    [stall] = seen()
    instances.resume(session, instance.id, by=olga)

    assert (stall.kind, stall.owner, stall.reason) == (
        "suspended",
        "olga",
        "olga suspended the case: audit",
    )
    assert seen() == []


def test_an_assignee_and_an_attempt_are_named(session, start, seen, clock_at, ada):
    start(process("p").user_task("x", assignee="ada").end())
    start(process("q").service_task("y", connector="http", inputs={"url": "a"}).end())
    task = session.query(service_tasks.ServiceTask).one()
    service_tasks.take(session, task.id, worker="worker@a")
    clock_at(days=4)

    by_person, by_call = seen()

    assert (by_person.owner, by_person.reason) == (
        "ada",
        "ada has taken it and not completed it.",
    )
    assert by_call.reason == "worker@a is at attempt 1."


def test_cases_are_looked_at_in_turn_and_a_few_at_once(session, start, clock_at, olga):
    wait = '<work:expect wait="PT1M"/>'
    drawing = process("p").user_task("x", settings=wait).end()
    for _ in range(5):
        start(drawing)
    clock_at(minutes=2)

    found = []
    for _ in range(4):
        session.commit()
        look(session, limit=2)
        session.expire_all()
        found.append(len(stalls.find(session, by=olga)))

    assert found == [2, 4, 5, 5]
    assert stalls.counts(session, by=olga) == {"p": 5}
    clock_at(minutes=3)
    look(session)
    assert len(stalls.find(session, by=olga)) == 5


def test_looking_at_a_case_wins_no_race_against_its_steps(session, start, seen, clock_at, ada):
    instance = start(process("p").user_task("x").user_task("y").end())
    revision = instance.revision
    clock_at(days=4)

    seen()

    assert instance.revision == revision
    [task] = user_tasks.find(session, by=ada)
    user_tasks.complete(session, task.id, {}, by=ada)


def test_only_cases_that_somebody_may_see_are_listed(session, start, seen, clock_at, lea):
    start(process("p").user_task("x", groups="customer_service").end())
    start(process("q").service_task("x", topic="t").end())
    clock_at(days=4)

    assert len(seen()) == 2
    assert [each.key for each in stalls.find(session, by=lea)] == ["p"]
    assert stalls.find(session, by=SYSTEM, key="q")[0].key == "q"
    first = stalls.find(session, by=SYSTEM)[0]
    assert [each.key for each in stalls.find(session, by=SYSTEM, after=first.id)] == ["q"]
    assert stalls.find(session, by=SYSTEM, instance_id=first.instance_id) == [first]


def test_an_answer_that_comes_after_all_ends_the_stall(session, start, seen, clock_at):
    start(process("p").service_task("x", connector="http", inputs={"url": "a"}).end())
    clock_at(hours=2)
    assert len(seen()) == 1
    task = session.query(service_tasks.ServiceTask).one()

    service_tasks.settle(session, service_tasks.take(session, task.id), Answer({}))

    assert session.query(Stall).count() == 0


def test_the_shortest_expectation_from_history_is_a_minute(session):
    session.add(
        LearnedWait(
            process_key="p",
            element_id="x",
            wait_seconds_p95=0.2,
            count=99,
            learned_at=expectations.clock.now(),
        )
    )

    assert expectations.learned(session, ["p"]) == {("p", "x"): timedelta(minutes=1)}
