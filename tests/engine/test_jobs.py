"""Jobs and the sweep: what happens when workers die, rings are lost, or two come at once."""

from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from uuid import UUID

import pytest
from sqlalchemy.orm.exc import StaleDataError

from core import clock
from core.db import reading, transaction
from core.people import SYSTEM, Actor, Role
from engine import (
    connectors,
    deployments,
    incidents,
    instances,
    jobs,
    messages,
    progress,
    service_tasks,
    timers,
    user_tasks,
)
from engine.bpmn.runtime import Runtime
from engine.errors import (
    BusinessKeyTaken,
    InstanceChanged,
    LeaseLost,
    UserTaskClaimed,
    UserTaskClosed,
)
from engine.models import Incident, Message, ProcessInstance, ServiceTask, Timer
from engine.service_tasks import Answer
from tests.build import process
from tests.engine.conftest import own_session, together

CALL = {"connector": "http", "inputs": {"url": "partner:/check"}}


@pytest.fixture
def partner(config):
    """A real partner system: counts what it is asked, and answers `status` to it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.headers["Idempotency-Key"])
            body = b'{"score": 710}'
            self.send_response(asked.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    class Asked(list):
        status = 200

    asked = Asked()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    object.__setattr__(config, "partners", {"partner": f"http://127.0.0.1:{server.server_port}"})
    yield asked
    server.shutdown()
    server.server_close()


def begin(drawing, **variables):
    """Deploy and start in one committed transaction; the instance's id."""
    with transaction() as session:
        outcome = deployments.deploy(session, {"p.bpmn": bytes(drawing)}, by=SYSTEM)
        definition = outcome.definitions[0]
        instance = instances.start(
            session, definition_id=definition.id, variables=variables, by=SYSTEM
        )
        return instance.id


def the_task(instance_id):
    """Id of the instance's open user task."""
    with reading() as session:
        [task] = user_tasks.find(session, by=SYSTEM, instance_id=instance_id)
        return task.id


def seen(instance_id):
    """State and waiting elements of an instance."""
    with reading() as session:
        instance = instances.get(session, instance_id, by=SYSTEM)
        return instance.state, [each.element_id for each in instances.tokens(session, instance)]


def test_a_ring_makes_a_worker_do_the_call(edge, bell, partner, clock_at):
    instance_id = begin(process("p").service_task("check", **CALL).end())
    [service_task_id] = bell.rung("run_service_task")

    jobs.run_service_task(service_task_id)
    jobs.run_service_task(service_task_id)

    assert seen(instance_id) == ("completed", [])
    assert partner == [service_task_id]


def test_one_ring_is_enough_for_all_that_is_due(edge, bell, partner, clock_at):
    ids = [begin(process("p").service_task("check", **CALL).end()) for _ in range(3)]
    first, *_ = bell.rung("run_service_task")

    jobs.run_service_task(first)

    assert [seen(each) for each in ids] == [("completed", [])] * 3
    assert len(partner) == 3


def test_a_worker_goes_on_with_the_next_call_of_its_instance_without_a_ring(
    edge, bell, partner, clock_at
):
    drawing = process("p").service_task("first", **CALL).service_task("second", **CALL).end()
    instance_id = begin(drawing)

    work_of(bell, "run_service_task", jobs.run_service_task)

    assert seen(instance_id) == ("completed", [])
    assert bell.rung("run_service_task") == []


def test_a_worker_leaves_the_rest_to_a_new_ring_when_its_slice_is_over(
    edge, bell, partner, clock_at, monkeypatch
):
    monkeypatch.setattr(jobs, "SLICE_SECONDS", 0.0)
    ids = [begin(process("p").service_task("check", **CALL).end()) for _ in range(2)]
    first, second = bell.rung("run_service_task")
    bell.rings.clear()

    jobs.run_service_task(first)

    assert [seen(each)[0] for each in ids] == ["completed", "active"]
    assert bell.rung("run_service_task") == [second]


def test_a_worker_whose_answer_comes_too_late_goes_on_with_what_is_due(
    edge, bell, partner, clock_at, monkeypatch
):
    late, other = [begin(process("p").service_task("check", **CALL).end()) for _ in range(2)]
    first, _ = bell.rung("run_service_task")
    perform = jobs._perform

    def cancelled_meanwhile(call):
        if call.instance_id == late:
            with transaction() as session:
                instances.cancel(session, late, "withdrawn", by=SYSTEM)
        return perform(call)

    monkeypatch.setattr(jobs, "_perform", cancelled_meanwhile)

    jobs.run_service_task(first)

    assert (seen(late)[0], seen(other)[0]) == ("cancelled", "completed")


def test_a_crash_between_commit_and_ring_is_made_good_by_the_sweep(edge, bell, partner, clock_at):
    instance_id = begin(process("p").service_task("check", **CALL).end())
    bell.rings.clear()
    clock_at(seconds=5)
    jobs.sweep()
    early = bell.rung("run_service_task")
    clock_at(seconds=11)

    jobs.sweep()
    for service_task_id in bell.rung("run_service_task"):
        jobs.run_service_task(service_task_id)

    assert early == []
    assert seen(instance_id) == ("completed", [])


def test_a_worker_that_dies_in_mid_call_is_replaced(edge, bell, partner, clock_at):
    instance_id = begin(process("p").service_task("check", **CALL).end())
    [service_task_id] = bell.rung("run_service_task")
    with transaction() as session:
        dead = service_tasks.take(session, UUID(service_task_id))
    bell.rings.clear()
    clock_at(seconds=19)
    jobs.sweep()
    during = bell.rung("run_service_task")
    clock_at(seconds=21)
    jobs.sweep()

    [again] = bell.rung("run_service_task")
    jobs.run_service_task(again)

    assert during == []
    assert seen(instance_id) == ("completed", [])
    with pytest.raises(Exception, match="already completed"), transaction() as session:
        service_tasks.settle(session, dead, Answer({}))


def test_a_partner_that_fails_is_asked_again_and_then_it_is_an_incident(
    edge, bell, partner, clock_at
):
    partner.status = 503
    instance_id = begin(process("p").service_task("check", **CALL).end())

    for minutes in range(0, 60, 5):
        clock_at(minutes=minutes)
        jobs.sweep()
        for service_task_id in dict.fromkeys(bell.rung("run_service_task")):
            jobs.run_service_task(service_task_id)

    assert len(partner) == 3
    assert len(set(partner)) == 1
    assert seen(instance_id) == ("active", ["check"])
    with reading() as session:
        assert session.query(Incident).one().attempts == 3


def test_an_answer_that_is_too_large_for_the_instance_is_an_incident(
    edge, bell, partner, clock_at, monkeypatch
):
    outputs = {"big": '=for x in 1..20000 return "' + "x" * 60 + '"'}
    instance_id = begin(process("p").service_task("check", **CALL, outputs=outputs).end())
    [service_task_id] = bell.rung("run_service_task")

    jobs.run_service_task(service_task_id)

    assert seen(instance_id) == ("active", ["check"])
    with reading() as session:
        assert "1000000 bytes" in session.query(Incident).one().message


def test_the_sweep_fires_timers_and_rings_for_retries(edge, bell, clock_at):
    ids = [
        begin(process("p").catch("wait", timer="PT1H").user_task("next").end()) for _ in range(3)
    ]
    clock_at(hours=1)

    jobs.sweep()
    jobs.sweep()

    assert [seen(each) for each in ids] == [("active", ["next"])] * 3
    with reading() as session:
        assert session.query(Timer).count() == 0


def test_a_timer_that_crashes_does_not_stop_the_others(edge, bell, clock_at, monkeypatch):
    first = begin(process("p").catch("wait", timer="PT1H").user_task("next").end())
    second = begin(process("p").catch("wait", timer="PT1H").user_task("next").end())
    clock_at(hours=2)
    fire = Runtime.fire_timer
    broken = iter([True, True])  # In a batch, and alone.

    def fire_timer(self, token, *, at):
        if next(broken, False):
            raise RuntimeError("broken")
        fire(self, token, at=at)

    monkeypatch.setattr(Runtime, "fire_timer", fire_timer)

    jobs.sweep()

    assert [seen(first), seen(second)] == [("active", ["wait"]), ("active", ["next"])]
    with reading() as session:
        assert session.query(Incident).one().kind == "timer"


def test_thrown_messages_are_published_by_a_job(edge, bell, clock_at):
    waiting = begin(
        process("q").receive_task("wait", "m", correlation="=c").user_task("n").end(), c=1
    )
    begin(process("p").throw("tell", message="m", correlation="=c").end(), c=1)

    for message_id in bell.rung("publish_message"):
        jobs.publish_message(message_id)
        jobs.publish_message(message_id)

    assert seen(waiting) == ("active", ["n"])


def test_nothing_is_rung_or_stored_when_a_transaction_fails(edge, bell, clock_at):
    def start_and_fail():
        with transaction() as session:
            files = {"p.bpmn": bytes(process("p").service_task("check", **CALL).end())}
            deployments.deploy(session, files, by=SYSTEM)
            instances.start(session, key="p", by=SYSTEM)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        start_and_fail()

    assert bell.rings == []
    with reading() as session:
        assert instances.find(session, by=SYSTEM) == []


# --- two at once


def in_app(edge, function):
    def run():
        with edge.app_context():
            return function()

    return run


@pytest.mark.parametrize("people", [2, 4])
def test_of_people_who_complete_one_task_at_once_exactly_one_wins(
    edge, bell, clock_at, ada, people
):
    for _ in range(5):
        instance_id = begin(process("p").user_task("approve").end())
        task_id = the_task(instance_id)

        def complete(name, task_id=task_id):
            def run():
                actor = Actor(name, frozenset({Role.ASSOCIATE}))
                with transaction() as session:
                    return user_tasks.complete(session, task_id, {"by": name}, by=actor).state

            return in_app(edge, run)

        results = together(*(complete(f"person{number}") for number in range(people)))

        assert results.count("completed") == 1
        refused = [each for each in results if each != "completed"]
        assert all(isinstance(each, UserTaskClosed | UserTaskClaimed) for each in refused), results


def test_of_two_who_claim_at_once_one_gets_the_task(edge, clock_at, ada, bob):
    instance_id = begin(process("p").user_task("approve").end())
    task_id = the_task(instance_id)

    def claim(actor):
        def run():
            with transaction() as session:
                return user_tasks.claim(session, task_id, by=actor).assignee

        return in_app(edge, run)

    results = together(claim(ada), claim(bob))

    assert len([each for each in results if isinstance(each, str)]) == 1
    assert len([each for each in results if isinstance(each, UserTaskClaimed)]) == 1


def test_of_workers_who_take_one_call_at_once_one_gets_it(edge, bell, clock_at):
    begin(process("p").service_task("check", **CALL).end())
    [service_task_id] = bell.rung("run_service_task")

    def take():
        with transaction() as session:
            return service_tasks.take(session, UUID(service_task_id))

    results = together(*[in_app(edge, take)] * 4)

    assert len([each for each in results if each is not None]) == 1


def test_two_deployments_at_once_take_turns(edge, clock_at):
    def deploy(element):
        def run():
            drawing = process("p").user_task(element).end()
            with transaction() as session:
                outcome = deployments.deploy(session, {"p.bpmn": bytes(drawing)}, by=SYSTEM)
                return outcome.definitions[0].version

        return in_app(edge, run)

    results = together(*(deploy(element) for element in "abcd"))

    assert sorted(results) == [1, 2, 3, 4]


def test_messages_to_the_same_instances_at_once_do_not_lock_each_other_out(edge, bell, clock_at):
    fork = process("p").parallel_gateway("fork")
    for name in ("one", "two", "three"):
        fork = fork.at("fork").receive_task(name, name).to("end")
    drawing = fork.add("endEvent", "end").xml()
    for _ in range(3):
        begin(drawing)

    def publish(name):
        def run():
            with transaction() as session:
                return len(messages.publish(session, name, by=SYSTEM).delivered)

        return in_app(edge, run)

    results = together(*(publish(name) for name in ("one", "two", "three")))

    assert results == [3, 3, 3]
    with reading() as session:
        assert {each.state for each in instances.find(session, by=SYSTEM)} == {"completed"}


def test_a_message_and_its_receiver_at_once_find_each_other(edge, bell, clock_at):
    drawing = process("p").user_task("go").receive_task("wait", "m", correlation="=c")
    drawing = drawing.user_task("next").end()
    ids = [begin(drawing, c=str(number)) for number in range(6)]
    tasks = [the_task(each) for each in ids]

    def complete(task_id):
        def run():
            with transaction() as session:
                user_tasks.complete(session, task_id, {}, by=SYSTEM)

        return in_app(edge, run)

    def publish(key):
        def run():
            with transaction() as session:
                hour = timedelta(hours=1)
                messages.publish(session, "m", key, time_to_live=hour, by=SYSTEM)

        return in_app(edge, run)

    for number, task_id in enumerate(tasks):
        together(complete(task_id), publish(str(number)))
    jobs.bring_together()
    for message_id in bell.rung("publish_message"):
        jobs.publish_message(message_id)

    assert [seen(each) for each in ids] == [("active", ["next"])] * 6


def test_a_message_timer_and_completion_at_once_all_count(edge, bell, clock_at, ada):
    """Different events of one instance queue at its row; none is lost, none is applied twice."""
    fork = process("p").parallel_gateway("fork").user_task("work").user_task("after_work").end()
    fork = fork.at("fork").receive_task("hear", "m").user_task("after_hear").end()
    fork = fork.at("fork").catch("wait", timer="PT1H").user_task("after_wait").end()
    instance_id = begin(fork)
    clock_at(hours=1)
    task_id = the_task(instance_id)
    with reading() as session:
        timer_id = session.query(Timer).one().id

    def complete():
        with transaction() as session:
            user_tasks.complete(session, task_id, {}, by=ada)

    def publish():
        with transaction() as session:
            messages.publish(session, "m", by=SYSTEM)

    def fire():
        jobs.fire_timer(str(timer_id))

    results = together(*(in_app(edge, each) for each in (complete, publish, fire, fire)))

    assert results == [None] * 4
    _, waiting = seen(instance_id)
    assert sorted(waiting) == ["after_hear", "after_wait", "after_work"]


# --- the control: without fencing a late worker does the step twice


@pytest.mark.parametrize("fenced", [True, False])
def test_fencing_is_what_keeps_a_late_worker_from_answering_twice(
    edge, bell, clock_at, monkeypatch, fenced
):
    if not fenced:
        monkeypatch.setattr(ServiceTask, "require_lease", lambda task, _: task.require_open())
    drawing = process("p").service_task("check", **CALL, outputs={"by": "=response.by"})
    instance_id = begin(drawing.user_task("next").end())
    [service_task_id] = bell.rung("run_service_task")
    with transaction() as session:
        late = service_tasks.take(session, UUID(service_task_id))
    clock_at(minutes=2)
    jobs.sweep()
    with transaction() as session:
        service_tasks.take(session, UUID(service_task_id))

    refused = False
    try:
        with transaction() as session:
            service_tasks.settle(session, late, Answer({"by": "late"}))
    except LeaseLost:
        refused = True

    assert refused is fenced
    _, waiting = seen(instance_id)
    assert waiting == (["check"] if fenced else ["next"])


def test_a_stale_revision_is_refused(edge, clock_at):
    """Even a writer that forgot the lock cannot overwrite a step of somebody else."""
    instance_id = begin(process("p").user_task("approve").end())

    def overwrite():
        with transaction() as session:
            instance = session.get(ProcessInstance, instance_id)
            session.connection().exec_driver_sql("UPDATE process_instance SET revision = 99")
            instance.reason = "late"

    with pytest.raises(StaleDataError):
        overwrite()


def test_all_times_of_an_instance_are_aware(edge, clock_at):
    instance_id = begin(process("p").user_task("approve").end())

    with reading() as session:
        started = instances.get(session, instance_id, by=SYSTEM).started_at
    assert isinstance(started, datetime)
    assert started == clock.now()


# --- what goes wrong must not go on for ever


def work_of(bell, job, function):
    """Do what was rung for, each once."""
    rung, bell.rings = bell.rung(job), [each for each in bell.rings if job not in each[0]]
    for row_id in rung:
        function(row_id)


@pytest.mark.parametrize("connector", ["unknown", "http"])
def test_a_connector_that_is_unknown_or_crashes_is_an_incident(
    edge, bell, clock_at, monkeypatch, connector
):
    def crash(request, *, key, config):
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setitem(connectors.CONNECTORS, "http", crash)
    instance_id = begin(process("p").service_task("check", connector=connector).end())

    work_of(bell, "run_service_task", jobs.run_service_task)

    assert seen(instance_id) == ("active", ["check"])
    with reading() as session:
        message = session.query(Incident).one().message
    assert ("no connector unknown" if connector == "unknown" else "nobody foresaw") in message


def test_an_answer_that_comes_too_late_is_dropped(edge, bell, clock_at, monkeypatch):
    instance_id = begin(process("p").service_task("check", **CALL).end())

    def cancelled_meanwhile(request, *, key, config):
        with transaction() as session:
            instances.cancel(session, instance_id, "withdrawn", by=SYSTEM)
        return {}

    monkeypatch.setitem(connectors.CONNECTORS, "http", cancelled_meanwhile)

    work_of(bell, "run_service_task", jobs.run_service_task)

    assert seen(instance_id) == ("cancelled", [])


def test_an_answer_is_stored_when_the_first_try_meets_somebody_else(
    edge, bell, clock_at, monkeypatch
):
    instance_id = begin(process("p").service_task("check", **CALL).end())
    monkeypatch.setitem(connectors.CONNECTORS, "http", lambda request, *, key, config: {})
    settle, tries = service_tasks.settle, iter([InstanceChanged(), None])

    def unlucky(session, call, result):
        if error := next(tries, None):
            raise error
        settle(session, call, result)

    monkeypatch.setattr(service_tasks, "settle", unlucky)

    work_of(bell, "run_service_task", jobs.run_service_task)

    assert seen(instance_id) == ("completed", [])


def test_an_answer_that_can_never_be_stored_is_asked_for_again_after_the_lease(
    edge, bell, clock_at, monkeypatch
):
    instance_id = begin(process("p").service_task("check", **CALL).end())
    monkeypatch.setitem(connectors.CONNECTORS, "http", lambda request, *, key, config: {})
    monkeypatch.setattr(jobs.time, "sleep", lambda _: None)

    def unlucky(session, call, result):
        raise InstanceChanged

    monkeypatch.setattr(service_tasks, "settle", unlucky)
    work_of(bell, "run_service_task", jobs.run_service_task)
    monkeypatch.undo()
    monkeypatch.setitem(connectors.CONNECTORS, "http", lambda request, *, key, config: {})
    clock_at(minutes=2)
    jobs.sweep()
    work_of(bell, "run_service_task", jobs.run_service_task)

    assert seen(instance_id) == ("completed", [])


def test_a_message_that_its_receiver_cannot_take_is_not_tried_for_ever(edge, bell, clock_at):
    big = "x" * 600_000
    receiver = process("q").receive_task("wait", "m", correlation="=c").end()
    waiting = begin(receiver, c="1", big=big)
    sender = process("p").send_task("tell", message="m", correlation="=c", scope={"other": "=big"})
    begin(sender.end(), c="1", big=big)

    work_of(bell, "publish_message", jobs.publish_message)
    clock_at(minutes=1)
    jobs.sweep()

    assert seen(waiting) == ("active", ["wait"])
    assert bell.rung("publish_message") == []
    with reading() as session:
        assert session.query(Message).one().state == "failed"
        incident = session.query(Incident).one()
        assert (incident.kind, incident.instance_id) == ("message", waiting)
    clock_at(days=366)
    jobs.sweep()
    with reading() as session:
        assert session.query(Message).count() == 0


def test_steps_that_cannot_be_stored_are_an_incident_that_can_be_retried(
    edge, bell, clock_at, monkeypatch, olga
):
    run = Runtime.advance
    monkeypatch.setattr(Runtime, "advance", lambda self, *, at: False)
    instance_id = begin(process("p").script_task("s", "1", result="a").user_task("t").end())
    monkeypatch.setattr(Runtime, "advance", run)
    monkeypatch.setattr(progress, "MAX_VARIABLES_BYTES", 3)
    work_of(bell, "advance", jobs.advance)
    clock_at(minutes=1)
    jobs.sweep()
    rung = bell.rung("advance")
    monkeypatch.undo()
    with transaction() as session:
        [incident] = incidents.find(session, by=olga)
        incidents.retry(session, incident.id, by=olga)

    work_of(bell, "advance", jobs.advance)

    assert rung == []
    assert seen(instance_id) == ("active", ["t"])


def test_a_step_of_the_sweep_that_fails_does_not_stop_the_others(edge, bell, clock_at, monkeypatch):
    instance_id = begin(process("p").catch("wait", timer="PT1H").user_task("next").end())
    begin(process("q").service_task("check", **CALL).end())
    clock_at(hours=2)

    def broken(session):
        raise RuntimeError("broken")

    monkeypatch.setattr(jobs, "_STEPS", [(service_tasks.has_due, broken), *jobs._STEPS])

    jobs.sweep()

    assert seen(instance_id) == ("active", ["next"])
    assert len(bell.rung("run_service_task")) == 2


def test_a_timer_of_an_instance_in_somebody_elses_hands_is_fired_by_the_next_sweep(
    edge, bell, config, clock_at
):
    if config.is_sqlite:
        pytest.skip("on SQLite writers wait for each other")
    drawing = process("p").catch("wait", timer="PT1H").user_task("next").end()
    busy, free = begin(drawing), begin(drawing)
    clock_at(hours=2)
    with own_session(config) as other:
        progress.get_for_update(other, busy)
        jobs.sweep()
        first = seen(busy), seen(free)
        other.rollback()
    jobs.sweep()

    assert first == (("active", ["wait"]), ("active", ["next"]))
    assert seen(busy) == ("active", ["next"])


def test_a_timer_that_loses_a_race_is_fired_by_the_next_sweep(edge, bell, clock_at, monkeypatch):
    instance_id = begin(process("p").catch("wait", timer="PT1H").user_task("next").end())
    clock_at(hours=2)

    def unlucky(*_):
        raise InstanceChanged

    with monkeypatch.context() as race:
        race.setattr(timers, "_fire", unlucky)
        race.setattr(jobs, "SWEEP_SECONDS", 0.05)
        jobs.sweep()
    first = seen(instance_id)
    jobs.sweep()

    assert (first, seen(instance_id)) == (("active", ["wait"]), ("active", ["next"]))


def test_a_broken_timer_is_an_incident_and_keeps_no_other_one_waiting(
    edge, bell, clock_at, monkeypatch
):
    drawing = process("p").catch("wait", timer="PT1H").user_task("next").end()
    broken, *others = [begin(drawing) for _ in range(3)]
    clock_at(hours=2)
    fire = timers._fire

    def fail(session, instance, timer):
        if instance.id == broken:
            raise ValueError("broken")
        return fire(session, instance, timer)

    monkeypatch.setattr(timers, "_fire", fail)

    jobs.sweep()

    assert [seen(each)[1] for each in others] == [["next"], ["next"]]
    with reading() as session:
        assert "broken" in session.query(Incident).one().message


def test_timers_that_fell_due_together_are_fired_oldest_first_and_all(
    edge, bell, clock_at, monkeypatch
):
    monkeypatch.setattr(jobs, "TIMER_BATCH", 2)
    drawing = process("p").catch("wait", timer=("timeDuration", "=delay")).user_task("next").end()
    ids = [begin(drawing, delay=f"PT{seconds}S") for seconds in (50, 10, 40, 20, 30)]
    clock_at(hours=1)
    order = []
    fire = timers._fire

    def noted(session, instance, timer):
        order.append(ids.index(instance.id))
        return fire(session, instance, timer)

    monkeypatch.setattr(timers, "_fire", noted)

    jobs.sweep()

    assert order == [1, 3, 4, 2, 0]


def test_of_two_due_timers_of_one_instance_the_second_is_fired_as_things_are_then(
    edge, bell, clock_at
):
    drawing = process("p").user_task("work").end("done").at("work")
    drawing = drawing.boundary("stop", on="work", timer="PT1H").user_task("after").at("work")
    drawing = drawing.boundary("nag", on="work", timer="PT2H", interrupting=False)
    instance_id = begin(drawing.user_task("remind").end())
    clock_at(hours=3)

    jobs.sweep()

    assert seen(instance_id) == ("active", ["after"])


def test_messages_kept_for_an_instance_are_delivered_by_a_job(edge, bell, clock_at, monkeypatch):
    monkeypatch.setattr(messages, "AT_ONCE", 0)
    instance_id = begin(process("p").catch("hear", signal="s").user_task("next").end())
    with transaction() as session:
        messages.broadcast(session, "s", by=SYSTEM)
    bell.rings.clear()
    clock_at(seconds=11)

    jobs.sweep()
    work_of(bell, "deliver_kept", jobs.deliver_kept)
    jobs.deliver_kept(str(instance_id))

    assert seen(instance_id) == ("active", ["next"])


def test_two_messages_with_one_id_at_once_are_one(edge, bell, clock_at):
    with transaction() as session:
        drawing = process("move").start(message="move_in").user_task("check").end()
        deployments.deploy(session, {"p.bpmn": bytes(drawing)}, by=SYSTEM)

    def publish():
        with transaction() as session:
            return messages.publish(session, "move_in", message_id="m-1", by=SYSTEM)

    results = together(*[in_app(edge, publish)] * 4)

    assert len(set(map(str, results))) == 1, results
    with reading() as session:
        assert len(instances.find(session, by=SYSTEM)) == 1


def test_one_business_key_at_once_starts_one_case(edge, clock_at):
    drawing = process("p").with_settings('<work:businessKey unique="true"/>').user_task("t").end()
    with transaction() as session:
        deployments.deploy(session, {"p.bpmn": bytes(drawing)}, by=SYSTEM)

    def begin_one():
        with transaction() as session:
            return instances.start(session, key="p", business_key="B-1", by=SYSTEM).id

    results = together(*(in_app(edge, begin_one) for _ in range(6)))

    assert sum(isinstance(each, UUID) for each in results) == 1
    assert sum(isinstance(each, BusinessKeyTaken) for each in results) == 5


def test_one_message_key_at_once_starts_one_case(edge, clock_at):
    start = '<work:correlation key="=number" unique="true"/>'
    drawing = process("p").start(message="order", settings=start).user_task("t").end()
    with transaction() as session:
        deployments.deploy(session, {"p.bpmn": bytes(drawing)}, by=SYSTEM)

    def send():
        with transaction() as session:
            return len(
                messages.publish(session, "order", "N-1", {"number": "N-1"}, by=SYSTEM).started
            )

    results = together(*(in_app(edge, send) for _ in range(6)))

    assert sorted(results) == [0, 0, 0, 0, 0, 1]
