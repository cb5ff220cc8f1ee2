"""Incidents: what failed, tried again or gone on with by hand."""

import pytest

from core.people import SYSTEM
from core.permissions import NotAllowed
from engine import incidents, instances, log
from engine.errors import (
    CannotResolve,
    ErrorNotCaught,
    IncidentClosed,
    IncidentNotFound,
    InstanceSuspended,
)
from tests.build import process


def stuck():
    """A gateway without a way out until `amount` is there."""
    drawing = process("stuck").exclusive_gateway("big").when("amount > 9").user_task("check").end()
    return drawing.at("big").when("amount <= 9").user_task("skim").end()


def at(session, instance):
    return [each.element_id for each in instances.tokens(session, instance)]


@pytest.fixture
def instance(start):
    return start(stuck())


@pytest.fixture
def incident(session, instance):
    [incident] = incidents.find(session, by=SYSTEM)
    return incident


def test_a_failure_is_an_incident_and_the_token_stays(session, instance, incident):
    assert (incident.element_id, incident.kind) == ("big", "gateway")
    assert instance.incidents == 1
    assert at(session, instance) == ["big"]


def test_a_retry_goes_on_once_the_reason_is_gone(session, instance, incident, olga):
    instances.set_variables(session, instance.id, {"amount": 12}, by=olga)

    incidents.retry(session, incident.id, by=olga, reason="amount was missing")

    assert at(session, instance) == ["check"]
    assert instance.incidents == 0
    assert (incident.resolution, incident.resolved_by) == ("retried", "olga")
    with pytest.raises(IncidentClosed):
        incidents.retry(session, incident.id, by=olga)
    noted = [each for each in log.entries(session, instance.id, limit=99) if each.by == "olga"]
    assert [each.lifecycle for each in noted] == ["variables", "retried"]


def test_a_retry_that_fails_again_is_a_new_incident_of_the_same_cause(
    session, instance, incident, olga
):
    incidents.retry(session, incident.id, by=olga)

    [again] = incidents.find(session, by=olga)
    assert again.id != incident.id
    assert again.cause == incident.cause
    assert instance.incidents == 1


def test_all_of_a_cause_are_retried_at_once(session, instance, incident, start, olga):
    other = start(stuck())
    for each in (instance, other):
        instances.set_variables(session, each.id, {"amount": 3}, by=olga)

    retried = incidents.retry_cause(session, incident.cause, by=olga)

    assert len(retried) == 2
    assert at(session, instance) == at(session, other) == ["skim"]


def test_incidents_of_a_suspended_instance_wait(session, instance, incident, olga):
    instances.suspend(session, instance.id, "audit", by=olga)

    with pytest.raises(InstanceSuspended):
        incidents.retry(session, incident.id, by=olga)
    assert incidents.retry_cause(session, incident.cause, by=olga) == []


def failing():
    drawing = process("phone").service_task("call", connector=None).user_task("next").end()
    return drawing.at("call").boundary("b", on="call", error="DOWN").user_task("other").end()


def test_an_element_is_skipped_with_given_results(session, start, olga):
    instance = start(failing())
    [incident] = incidents.find(session, by=olga)

    incidents.resolve(session, incident.id, variables={"score": 1}, reason="by phone", by=olga)

    assert at(session, instance) == ["next"]
    assert instances.variables(session, instance) == {"score": 1}
    assert (incident.resolution, incident.reason) == ("skipped", "by phone")
    assert instance.incidents == 0


def test_a_bpmn_error_is_raised_by_hand(session, start, olga):
    instance = start(failing())
    [incident] = incidents.find(session, by=olga)

    incidents.resolve(session, incident.id, error_code="DOWN", reason="it is down", by=olga)

    assert at(session, instance) == ["other"]
    assert instance.incidents == 0


def test_an_error_that_nothing_catches_is_refused_and_changes_nothing(session, start, olga):
    drawing = process("phone").service_task("call", connector=None).end()
    instance = start(drawing)
    [incident] = incidents.find(session, by=olga)
    session.commit()

    with pytest.raises(ErrorNotCaught):
        incidents.resolve(session, incident.id, error_code="DOWN", reason="test", by=olga)
    session.rollback()

    assert incidents.get(session, incident.id, by=olga).is_open
    assert at(session, instances.get(session, instance.id, by=olga)) == ["call"]


def test_going_on_by_hand_needs_a_reason(session, incident, olga):
    with pytest.raises(CannotResolve):
        incidents.resolve(session, incident.id, variables={}, reason=" ", by=olga)


def test_incidents_of_cancelled_instances_are_closed(session, instance, incident, olga):
    instances.cancel(session, instance.id, "over", by=olga)

    assert incidents.find(session, by=olga) == []
    assert incident.resolution == "obsolete"
    assert incidents.find(session, by=olga, state="resolved") == [incident]


def test_only_those_who_run_the_platform_resolve(session, incident, lea, ada, grace):
    with pytest.raises(NotAllowed):
        incidents.find(session, by=ada)
    with pytest.raises(NotAllowed):
        incidents.retry(session, incident.id, by=lea)
    with pytest.raises(IncidentNotFound):
        incidents.get(session, incident.id, by=lea)


def test_uncaught_errors_of_the_model_are_incidents_at_the_element_that_threw(session, start):
    instance = start(process().end("boom", error="BROKEN"))

    [incident] = incidents.find(session, by=SYSTEM)

    assert (incident.element_id, incident.kind) == ("boom", "error")
    assert at(session, instance) == ["boom"]


def test_incidents_are_listed_oldest_first_in_pages(session, start, olga):
    instances_ = [start(stuck()) for _ in range(3)]
    ids = [each.id for each in instances_]

    first = incidents.find(session, by=olga, limit=2)
    rest = incidents.find(session, by=olga, after=first[-1].id)

    assert [each.instance_id for each in first + rest] == ids
    assert len(incidents.find(session, by=olga, state=None, key="stuck", element_id="big")) == 3
    assert incidents.find(session, by=olga, key="other") == []


def test_several_incidents_of_one_instance_are_retried_together(session, start, olga):
    fork = process("p").parallel_gateway("fork")
    for name in ("a", "b"):
        fork = fork.at("fork").service_task(name, connector=None).end().pen
    instance = start(fork.xml())
    first, second = incidents.find(session, by=olga)

    incidents.retry(session, first.id, by=olga)

    assert len(incidents.find(session, by=olga)) == instance.incidents == 2
    assert second.is_open


def test_an_incident_without_a_token_cannot_be_skipped(session, start, olga):
    instance = start(process("p").user_task("t").end())
    instances.give_up(session, instance.id, "too large")
    [incident] = incidents.find(session, by=olga)

    with pytest.raises(CannotResolve):
        incidents.resolve(session, incident.id, variables={}, reason="r", by=olga)
