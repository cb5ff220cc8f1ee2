"""Service tasks: leased to one worker at a time, settled once, retried, given up."""

from datetime import timedelta

import pytest

from core.errors import Unavailable
from core.ids import new_id
from core.people import SYSTEM
from engine import incidents, instances, service_tasks
from engine.connectors.errors import PartnerFailed, PartnerRefused
from engine.errors import LeaseInvalid, LeaseLost, ServiceTaskClosed, ServiceTaskNotFound
from engine.models import Incident, ServiceTask
from engine.service_tasks import Answer
from tests.build import process

CHECK = {"url": "partner:/check", "body": '={"customer": customer}'}


def check(**options):
    """A process with one HTTP call whose answer sets `score`."""
    options = {
        "connector": "http",
        "inputs": CHECK,
        "outputs": {"score": "=response.body.score"},
        **options,
    }
    return process("credit").service_task("check", **options)


@pytest.fixture
def task_of(session):
    def task_of(instance):
        return session.query(ServiceTask).filter_by(instance_id=instance.id, state="open").one()

    return task_of


def test_inputs_are_evaluated_when_the_task_is_created(session, start, task_of):
    instance = start(check().end(), customer="C-42")

    task = task_of(instance)

    assert task.request == {"url": "partner:/check", "body": {"customer": "C-42"}}
    assert session.info["rings"] == {("engine.jobs.run_service_task", str(task.id)): None}


def test_outputs_are_evaluated_over_the_response(session, start, task_of):
    instance = start(check().end(), customer="C-42")
    call = service_tasks.take(session, task_of(instance).id)

    service_tasks.settle(session, call, Answer({"status": 200, "body": {"score": 710}}))

    assert instance.state == "completed"
    assert instances.variables(session, instance) == {"customer": "C-42", "score": 710}


def test_a_task_that_is_taken_is_not_taken_again(session, start, task_of):
    task = task_of(start(check().end()))

    first, second = (service_tasks.take(session, task.id) for _ in range(2))

    assert first.attempt == 1
    assert first.idempotency_key == str(task.id)
    assert second is None


def test_a_failure_that_may_pass_is_tried_again_later_with_the_same_key(
    session, start, task_of, clock_at
):
    task = task_of(start(check(retry={"attempts": 3, "delay": "PT10S", "backoff": 2}).end()))

    keys, waits = [], []
    for hour in range(3):
        now = clock_at(hours=hour)
        call = service_tasks.take(session, task.id)
        keys.append(call.idempotency_key)
        service_tasks.settle(session, call, PartnerFailed(host="partner", status=503))
        waits.append((task.not_before - now).total_seconds())

    assert len(set(keys)) == 1
    assert 8 <= waits[0] <= 12
    assert 16 <= waits[1] <= 24
    [incident] = incidents.find(session, by=SYSTEM)
    assert (incident.attempts, incident.message) == (3, "partner answered 503; it may work later.")
    assert task.state == "failed"


def test_a_final_failure_is_an_incident_at_once(session, start, task_of):
    instance = start(check().end())
    call = service_tasks.take(session, task_of(instance).id)

    service_tasks.settle(session, call, PartnerRefused(host="partner", status=400))

    assert instance.incidents == 1
    assert [each.element_id for each in instances.tokens(session, instance)] == ["check"]


def test_a_late_answer_is_refused(session, start, task_of, clock_at):
    instance = start(check().end())
    late = service_tasks.take(session, task_of(instance).id)
    clock_at(minutes=5)
    [expired] = service_tasks.expired(session)
    service_tasks.free(session, expired)
    again = service_tasks.take(session, task_of(instance).id)

    with pytest.raises(LeaseLost):
        service_tasks.settle(session, late, Answer({"body": {"score": 1}}))
    service_tasks.settle(session, again, Answer({"body": {"score": 2}}))
    with pytest.raises(ServiceTaskClosed):
        service_tasks.settle(session, again, Answer({"body": {"score": 3}}))

    assert again.attempt == 2
    assert instances.variables(session, instance)["score"] == 2


def lose_workers(session, task, clock_at, count):
    """Let so many workers take the call and never be heard of again."""
    for number in range(count):
        assert service_tasks.take(session, task.id, worker=f"worker@{number}") is not None
        clock_at(minutes=5 * (number + 1))
        service_tasks.free(session, task.id)


def test_a_worker_that_is_lost_uses_up_no_attempt(session, start, task_of, clock_at):
    instance = start(check(retry={"attempts": 2, "delay": "PT10S", "backoff": 9}).end())
    task = task_of(instance)

    lose_workers(session, task, clock_at, service_tasks.MAX_LOST_LEASES - 1)
    call = service_tasks.take(session, task.id)
    service_tasks.settle(session, call, PartnerFailed(host="partner", status=503))
    wait = (task.not_before - clock_at(minutes=20)).total_seconds()
    clock_at(minutes=21)
    last = service_tasks.take(session, task.id)
    service_tasks.settle(session, last, PartnerFailed(host="partner", status=503))

    assert (call.attempt, last.attempt) == (5, 6)
    assert 8 <= wait <= 12
    [incident] = incidents.find(session, by=SYSTEM)
    assert "503" in incident.message


def test_a_call_that_loses_every_worker_waits_for_a_person(session, start, task_of, clock_at):
    instance = start(check(retry={"attempts": 50}).end())
    task = task_of(instance)

    lose_workers(session, task, clock_at, service_tasks.MAX_LOST_LEASES)

    [incident] = incidents.find(session, by=SYSTEM)
    assert incident.message.startswith("5 workers fell silent in the middle of this call")
    assert "worker@4" in incident.message
    assert service_tasks.take(session, task.id) is None
    incidents.retry(session, incident.id, by=SYSTEM, reason="more memory now")
    assert (task.attempts, task.lost_leases) == (0, 0)
    assert service_tasks.take(session, task.id) is not None


def test_at_most_once_means_an_incident_when_nobody_knows(session, start, task_of, clock_at):
    instance = start(check(retry={"attempts": 3, "promise": "at-most-once"}).end())
    service_tasks.take(session, task_of(instance).id)
    clock_at(minutes=5)

    service_tasks.free(session, task_of(instance).id)

    [incident] = incidents.find(session, by=SYSTEM)
    assert incident.kind == "unsure"
    assert "unsure whether it happened" in incident.message


ERROR_MAP = '<work:errorMap code="NO_CREDIT" when="=response.status = 404"/>'


def mapped():
    return (
        check(settings=ERROR_MAP)
        .end("fine")
        .at("check")
        .boundary("refused", on="check", error="NO_CREDIT")
        .end("no_credit")
    )


def test_an_answer_can_mean_a_bpmn_error(session, start, task_of):
    instance = start(mapped())
    call = service_tasks.take(session, task_of(instance).id)
    response = {"status": 404, "body": None}

    service_tasks.settle(session, call, PartnerRefused(host="p", status=404, response=response))

    assert instance.state == "completed"
    assert instance.incidents == 0


def test_a_failure_that_may_pass_means_a_bpmn_error_only_in_the_end(session, start, task_of):
    down = '<work:errorMap code="DOWN" when="=response = null"/>'
    drawing = check(settings=down, retry={"attempts": 2, "delay": "PT0S"}).end("fine")
    instance = start(drawing.at("check").boundary("b", on="check", error="DOWN").end("down"))
    task = task_of(instance)

    states = []
    for _ in range(2):
        call = service_tasks.take(session, task.id)
        service_tasks.settle(session, call, Unavailable("no connection"))
        states.append(instance.state)

    assert states == ["active", "completed"]


def test_inputs_that_fail_are_an_incident_and_can_be_retried(session, start, task_of):
    inputs = {"url": '=if customer = null then for x in 1..10000000 return x else "a:/b"'}
    instance = start(check(inputs=inputs).end())
    [incident] = incidents.find(session, by=SYSTEM)
    instances.set_variables(session, instance.id, {"customer": "C-42"}, by=SYSTEM)

    incidents.retry(session, incident.id, by=SYSTEM)

    assert incident.kind == "input"
    assert task_of(instance).request == {"url": "a:/b"}
    assert instance.incidents == 0


def test_a_service_task_without_a_connector_waits_for_a_person(session, start):
    instance = start(process().service_task("call", connector=None).end())

    [incident] = incidents.find(session, by=SYSTEM)
    incidents.resolve(session, incident.id, variables={"a": 1}, reason="done by phone", by=SYSTEM)

    assert instance.state == "completed"


# --- workers over the API


def external(**options):
    return process("credit").service_task("check", topic="credit", **options)


def lease(session, by, **options):
    given = {"topics": ["credit"], "max": 5, "lease_seconds": 30, "worker": "w1", **options}
    return service_tasks.lease(session, **given, by=by)


def test_an_external_task_is_leased_and_completed(session, start, ivan):
    instance = start(external().end(), customer="C-42")

    [leased] = lease(session, ivan)
    task = service_tasks.complete(session, leased.id, {"score": 710}, by=ivan)

    assert leased.variables == {"customer": "C-42"}
    assert leased.attempt == 1
    assert leased.idempotency_key == str(task.id)
    assert instance.state == "completed"
    assert instances.variables(session, instance)["score"] == 710


def test_a_late_worker_is_refused(session, start, ivan, clock_at):
    instance = start(external().end())
    [late] = lease(session, ivan, lease_seconds=10)
    clock_at(seconds=11)
    [expired] = service_tasks.expired(session)
    service_tasks.free(session, expired)
    [fresh] = lease(session, ivan, worker="w2")

    with pytest.raises(LeaseLost):
        service_tasks.complete(session, late.id, {"score": 1}, by=ivan)
    service_tasks.complete(session, fresh.id, {"score": 2}, by=ivan)

    assert late.idempotency_key == fresh.idempotency_key
    assert instances.variables(session, instance)["score"] == 2


def test_an_extended_lease_does_not_run_out(session, start, ivan, clock_at):
    start(external().end())
    [leased] = lease(session, ivan, lease_seconds=10)
    clock_at(seconds=9)

    until = service_tasks.extend(session, leased.id, 60, by=ivan)

    clock_at(seconds=30)
    assert service_tasks.expired(session) == []
    assert until == clock_at(seconds=69)


def test_a_worker_that_fails_is_given_the_task_again_when_it_says(session, start, ivan, clock_at):
    start(external().end())
    [leased] = lease(session, ivan)

    service_tasks.fail(session, leased.id, "busy", timedelta(minutes=1), by=ivan)

    assert lease(session, ivan) == []
    clock_at(minutes=2)
    [again] = lease(session, ivan)
    assert again.attempt == 2


def test_a_worker_can_throw_a_bpmn_error(session, start, ivan):
    drawing = external().end("fine").at("check").boundary("b", on="check", error="NO_CREDIT")
    instance = start(drawing.user_task("refer").end())
    [leased] = lease(session, ivan)

    service_tasks.throw(session, leased.id, "NO_CREDIT", "too much", {"limit": 5}, by=ivan)

    assert [each.element_id for each in instances.tokens(session, instance)] == ["refer"]
    assert instances.variables(session, instance) == {"limit": 5}


def test_an_error_that_nothing_catches_is_an_incident(session, start, ivan):
    instance = start(external().end())
    [leased] = lease(session, ivan)

    service_tasks.throw(session, leased.id, "NO_CREDIT", by=ivan)

    assert [each.kind for each in incidents.find(session, by=SYSTEM)] == ["error"]
    assert [each.element_id for each in instances.tokens(session, instance)] == ["check"]


def test_a_lease_that_never_was_is_not_found(session, start, ivan):
    instance = start(external().end())

    with pytest.raises(ServiceTaskNotFound):
        service_tasks.complete(session, instance.id, {}, by=ivan)


def test_cancelling_ends_the_lease(session, start, ivan, olga):
    instance = start(external().end())
    [leased] = lease(session, ivan)

    instances.cancel(session, instance.id, "withdrawn", by=olga)

    with pytest.raises(ServiceTaskClosed):
        service_tasks.complete(session, leased.id, {}, by=ivan)


def test_an_answer_during_suspension_counts_on_resume(session, start, ivan, olga):
    instance = start(external().user_task("next").end())
    [leased] = lease(session, ivan)
    instances.suspend(session, instance.id, "audit", by=olga)

    service_tasks.complete(session, leased.id, {"score": 5}, by=ivan)
    waiting = [each.element_id for each in instances.tokens(session, instance)]
    instances.resume(session, instance.id, by=olga)

    assert waiting == ["check"]
    assert [each.element_id for each in instances.tokens(session, instance)] == ["next"]
    assert instances.variables(session, instance) == {"score": 5}


def test_a_suspended_instance_hands_out_no_work(session, start, ivan, olga):
    instance = start(external().end())
    instances.suspend(session, instance.id, "audit", by=olga)
    during = lease(session, ivan)
    instances.resume(session, instance.id, by=olga)

    assert during == []
    assert len(lease(session, ivan)) == 1


def test_the_number_of_an_incidents_cause_counts_the_same_ones(session, start, ivan):
    for number in range(3):
        start(external(retry={"attempts": 1}).end())
        [leased] = lease(session, ivan)
        service_tasks.fail(session, leased.id, f"connection {number} lost", by=ivan)

    [cause] = incidents.causes(session, by=SYSTEM)
    retried = incidents.retry_cause(session, cause.cause, by=SYSTEM, reason="partner is up")

    assert cause.count == 3
    assert len(retried) == 3
    assert session.query(Incident).filter_by(resolution="retried").count() == 3
    assert len(lease(session, ivan)) == 3


def test_what_is_asked_of_a_lease_must_make_sense(session, ivan, start):
    start(external().end())
    [leased] = lease(session, ivan)

    for wrong in ({"topics": []}, {"max": 0}, {"lease_seconds": 0}, {"max": 101}):
        with pytest.raises(LeaseInvalid):
            lease(session, ivan, **wrong)
    with pytest.raises(LeaseInvalid):
        service_tasks.extend(session, leased.id, 0, by=ivan)


def test_outputs_of_an_external_task_are_mapped(session, start, ivan):
    drawing = process("p").service_task("check", topic="credit", outputs={"limit": "=score * 2"})
    instance = start(drawing.end())
    [leased] = lease(session, ivan)

    service_tasks.complete(session, leased.id, {"score": 5}, by=ivan)

    assert instances.variables(session, instance) == {"limit": 10}


def test_an_error_map_without_condition_means_every_final_failure(session, start, task_of):
    drawing = check(settings='<work:errorMap code="DOWN"/>').end("fine")
    instance = start(drawing.at("check").boundary("b", on="check", error="DOWN").end("down"))
    call = service_tasks.take(session, task_of(instance).id)

    service_tasks.settle(session, call, PartnerRefused(host="p", status=400))

    assert (instance.state, instance.incidents) == ("completed", 0)


def test_an_answer_that_was_kept_and_cannot_be_stored_is_an_incident(session, start, ivan, olga):
    instance = start(external(inputs={"a": "=1"}).end(), big="x" * 600_000)
    [leased] = lease(session, ivan)
    instances.suspend(session, instance.id, "audit", by=olga)
    service_tasks.complete(session, leased.id, {"more": "x" * 600_000}, by=ivan)

    instances.resume(session, instance.id, by=olga)

    assert instance.state == "active"
    assert [each.kind for each in incidents.find(session, by=olga)] == ["service_task"]


def test_of_several_kept_answers_none_counts_once_the_instance_has_ended(
    session, start, ivan, olga
):
    fork = process("p").parallel_gateway("fork").service_task("a", topic="credit")
    fork = fork.end("over", terminate=True).at("fork").service_task("b", topic="credit")
    instance = start(fork.end())
    leases = lease(session, ivan)
    instances.suspend(session, instance.id, "audit", by=olga)
    for each in leases:
        service_tasks.complete(session, each.id, {each.element_id: 1}, by=ivan)

    instances.resume(session, instance.id, by=olga)

    assert instance.state == "completed"
    assert instances.variables(session, instance) == {"a": 1}


def test_a_lease_that_ends_during_suspension_is_offered_after_it(
    session, start, ivan, olga, clock_at
):
    instance = start(external().end())
    lease(session, ivan)
    instances.suspend(session, instance.id, "audit", by=olga)
    clock_at(minutes=1)
    [expired] = service_tasks.expired(session)

    service_tasks.free(session, expired)
    service_tasks.free(session, expired)
    during = lease(session, ivan)
    instances.resume(session, instance.id, by=olga)

    assert during == []
    assert len(lease(session, ivan)) == 1


@pytest.mark.parametrize(
    ("retry", "expected"),
    [
        ({"attempts": 7, "delay": "PT2M"}, (7, 120.0)),
        ({"delay": "=pause"}, (3, 120.0)),
        ({"delay": "=nothing"}, (3, 10.0)),
    ],
)
def test_retry_rules_have_defaults(session, start, task_of, retry, expected):
    instance = start(check(retry=retry).end(), pause="PT2M")

    rules = task_of(instance).retry

    assert (rules["attempts"], rules["delay_seconds"]) == expected


def test_an_answer_for_a_call_that_was_never_made_is_refused(session, start, task_of):
    call = service_tasks.take(session, task_of(start(check().end())).id)

    with pytest.raises(ServiceTaskNotFound):
        service_tasks.free(session, new_id())
    service_tasks.reject(session, call, "cannot be stored")
    assert [each.message for each in incidents.find(session, by=SYSTEM)] == ["cannot be stored"]
