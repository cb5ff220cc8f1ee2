"""What a failed call leads to: another try, a BPMN error, or an incident."""

from dataclasses import replace

import pytest

from core.config import Retries
from core.people import SYSTEM
from engine import incidents, instances, service_tasks
from engine.connectors.errors import (
    MailUnavailable,
    MailUnconfirmed,
    PartnerBusy,
    PartnerFailed,
    PartnerRefused,
    PartnerSilent,
    PartnerUnreachable,
)
from engine.jobs import ConnectorCrashed
from engine.models import ServiceTask
from tests.build import process

ONCE = {"attempts": 3, "promise": "at-most-once"}


def check(retry, settings=""):
    drawing = process("p").service_task(
        "check", connector="http", inputs={"url": "partner:/"}, retry=retry, settings=settings
    )
    return drawing.boundary("caught", error="LATE").user_task("by_hand").end()


@pytest.fixture
def tried(session, start):
    """Starts a case, makes one call that ends with `error`: its task and open incidents."""

    def tried(drawing, error, **variables):
        instance = start(drawing, **variables)
        [task] = session.query(ServiceTask).filter_by(instance_id=instance.id)
        call = service_tasks.take(session, task.id)
        service_tasks.settle(session, call, error)
        return task, incidents.find(session, by=SYSTEM, instance_id=instance.id)

    return tried


@pytest.mark.parametrize(
    "error",
    [
        PartnerSilent(host="partner", reason="it took too long"),
        PartnerFailed(host="partner", status=500),
        MailUnconfirmed(reason="gone"),
        ConnectorCrashed(name="http", error="oh", is_unsure=True),
    ],
)
def test_what_may_have_happened_and_must_not_twice_is_asked_of_a_person(tried, error):
    task, [incident] = tried(check(ONCE), error)

    assert task.state == "failed"
    assert (incident.kind, incident.attempts) == ("unsure", 1)
    assert incident.message == f"It is unsure whether it happened: {error}"


@pytest.mark.parametrize(
    "error",
    [
        PartnerUnreachable(host="partner", reason="refused"),
        PartnerBusy(host="partner", status=429),
        MailUnavailable(reason="452 full"),
    ],
)
def test_what_has_surely_not_happened_is_tried_again(tried, error):
    task, found = tried(check(ONCE), error)

    assert (task.state, found) == ("open", [])


def test_a_refusal_is_an_incident_of_the_usual_kind(tried):
    _, [incident] = tried(check(ONCE), PartnerRefused(host="partner", status=400))

    assert incident.kind == "service_task"


def test_where_twice_does_no_harm_silence_is_tried_again(tried):
    task, found = tried(check({"attempts": 2}), PartnerSilent(host="partner", reason="late"))

    assert (task.state, found) == ("open", [])


def test_an_unsure_outcome_is_no_business_error_unless_the_model_says_which(session, tried):
    silent = PartnerSilent(host="partner", reason="late")
    any_failure = '<work:errorMap code="LATE"/>'
    that_failure = '<work:errorMap code="LATE" when="=contains(failure, &quot;late&quot;)"/>'

    _, unsure = tried(check(ONCE, any_failure), silent)
    _, caught = tried(check(ONCE, that_failure), silent)

    assert [each.kind for each in unsure] == ["unsure"]
    assert caught == []


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (PartnerFailed(host="p", status=501, response={"status": 501}), "failed"),
        (PartnerFailed(host="p", status=500, response={"status": 500}), "open"),
        (PartnerRefused(host="p", status=409, response={"status": 409}), "open"),
        (PartnerRefused(host="p", status=400, response={"status": 400}), "failed"),
    ],
)
def test_the_model_says_which_failures_are_final(tried, error, state):
    final = "=if response.status = 501 then true else if response.status = 409 then false else null"

    task, _ = tried(check({"final": final}), error)

    assert task.state == state


def test_waits_are_spread_as_the_model_says(tried, clock_at):
    exact = {"delay": "PT100S", "jitter": "0"}
    wide = {"delay": "PT100S", "jitter": "0.5"}
    now = clock_at()

    def waits(retry):
        tasks = [tried(check(retry), PartnerFailed(host="p", status=500))[0] for _ in range(12)]
        return [(task.not_before - now).total_seconds() for task in tasks]

    assert set(waits(exact)) == {100.0}
    spread = waits(wide)
    assert all(50 <= each <= 150 for each in spread)
    assert max(spread) - min(spread) > 15


def test_what_a_model_does_not_say_is_as_the_installation_says(edge, config, tried):
    object.__setattr__(config, "retries", replace(Retries(), attempts=9, delay_seconds=77))

    task, _ = tried(check({}), PartnerFailed(host="p", status=500))

    assert (task.retry["attempts"], task.retry["delay_seconds"]) == (9, 77.0)


def test_a_worker_that_is_unsure_says_so(session, start, ivan):
    drawing = process("p").service_task("check", topic="check", retry=ONCE).end()
    instance = start(drawing)
    [lease] = service_tasks.lease(session, ["check"], 1, 60, "w", by=ivan)

    service_tasks.fail(session, lease.id, "the line went dead", is_unsure=True, by=ivan)

    [incident] = incidents.find(session, by=SYSTEM)
    assert incident.kind == "unsure"
    assert [each.element_id for each in instances.tokens(session, instance)] == ["check"]
