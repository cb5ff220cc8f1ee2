"""What is announced, and that it is announced together with what happened or not at all."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.db import reading, transaction
from core.people import SYSTEM, Actor, Role
from engine import incidents, instances, service_tasks, timers, user_tasks
from engine.models import ServiceTask, Timer, UserTask, WebhookDelivery
from engine.webhooks import events, subscriptions
from engine.webhooks.errors import WebhookInvalid
from engine.webhooks.subscriptions import create
from tests.build import process
from tests.engine.test_round_trips import counting
from tests.engine.webhooks.conftest import OPERATOR

ADA = Actor("ada", frozenset({Role.ASSOCIATE}), frozenset({"customer_service"}))


def run(key, **options):
    with transaction() as session:
        return instances.start(session, key=key, by=SYSTEM, **options).id


def start_and_crash(key):
    with transaction() as session:
        instances.start(session, key=key, by=SYSTEM)
        raise RuntimeError


def test_the_life_of_a_case_is_told_with_the_ids_one_needs(subscribe, deployed, receiver, ring):
    subscribe(
        "instance.started", "task.created", "task.claimed", "task.completed", "instance.completed"
    )
    key = deployed(process("p").user_task("a", lane="customer_service").end())
    instance_id = run(key, business_key="SU-1")
    with transaction() as session:
        task_id = session.scalar(select(UserTask.id))
        user_tasks.claim(session, task_id, by=ADA)
    with transaction() as session:
        user_tasks.complete(session, task_id, {"secret": 1}, by=ADA)

    ring()

    assert receiver.types == [
        "instance.started",
        "task.created",
        "task.claimed",
        "task.completed",
        "instance.completed",
    ]
    assert {event["instanceId"] for event in receiver.events} == {str(instance_id)}
    assert {event["businessKey"] for event in receiver.events} == {"SU-1"}
    tasks = [event for event in receiver.events if event["type"].startswith("task.")]
    assert [event["userTaskId"] for event in tasks] == [str(task_id)] * 3
    assert "secret" not in str(receiver.events)
    ids = [event["id"] for event in receiver.events]
    assert ids == sorted(ids)


def test_a_case_that_is_cancelled_held_or_ended_by_force_is_told(
    subscribe, deployed, receiver, ring
):
    subscribe(*(each for each in events.TYPES if each.startswith(("instance.", "task."))))
    first = run(deployed(process("p").user_task("a").end()))
    with transaction() as session:
        instances.suspend(session, first, "wait", by=OPERATOR)
    with transaction() as session:
        instances.resume(session, first, by=OPERATOR)
    with transaction() as session:
        instances.cancel(session, first, "no", by=OPERATOR)
    run(deployed(process("q").end(terminate=True)))

    ring()

    assert receiver.types == [
        "instance.started",
        "task.created",
        "instance.suspended",
        "instance.resumed",
        "task.cancelled",
        "instance.cancelled",
        "instance.started",
        "instance.completed",
    ]


def test_incidents_are_told_with_their_message_and_end(subscribe, deployed, receiver, ring):
    subscribe("incident.created", "incident.resolved")
    run(deployed(process("p").service_task("s", connector="nowhere").end()))
    with transaction() as session:
        task = session.scalar(select(ServiceTask))
        call = service_tasks.take(session, task.id)
        service_tasks.reject(session, call, "There is no such connector")
    with transaction() as session:
        [incident] = incidents.find(session, by=OPERATOR)
        incidents.resolve(session, incident.id, variables={}, reason="by hand", by=OPERATOR)

    ring()

    created, resolved = receiver.events
    assert (created["type"], created["elementId"]) == ("incident.created", "s")
    assert created["message"] == "There is no such connector"
    assert (resolved["resolution"], resolved["by"]) == ("skipped", "olga")


def test_a_timer_that_could_start_no_case_is_told_without_one(subscribe, deployed, receiver, ring):
    subscribe("incident.created", "incident.resolved")
    deployed(process("nightly").start(timer="R/PT24H").user_task("check").end())
    with transaction() as session:
        timers.give_up(session, session.scalar(select(Timer.id)), "The file is gone.")
    with transaction() as session:
        [incident] = incidents.find(session, by=OPERATOR)
        incidents.retry(session, incident.id, reason="it is back", by=OPERATOR)

    ring()

    created, resolved = receiver.events
    assert (created["instanceId"], created["key"]) == (None, "nightly")
    assert created["message"] == "The file is gone."
    assert (resolved["resolution"], resolved["by"]) == ("retried", "olga")


def test_a_message_for_the_outside_is_told_with_its_variables(subscribe, deployed, receiver, ring):
    subscribe("message.sent")
    run(deployed(process("p").throw("t", message="Approved").end()), variables={"a": 1})

    ring()

    [event] = receiver.events
    assert event["message"] == "Approved"
    assert event["elementId"] == "t"


def test_only_wanted_types_of_the_wanted_process_are_told(subscribe, deployed, receiver, ring):
    subscribe("instance.completed", key="p")
    run(deployed(process("p").end()))
    run(deployed(process("q").end()))

    ring()

    assert [(each["type"], each["key"]) for each in receiver.events] == [
        ("instance.completed", "p")
    ]


def test_what_is_rolled_back_is_told_to_nobody(subscribe, deployed, bell):
    subscribe("instance.started")
    key = deployed(process("p").end())

    with pytest.raises(RuntimeError):
        start_and_crash(key)

    with reading() as session:
        assert session.scalar(select(WebhookDelivery)) is None
    assert not [name for name, _ in bell.rings if "webhooks" in name]


def test_a_step_that_nobody_listens_to_asks_nothing_more(session, deploy):
    deploy(process("p").user_task("a").end())
    instances.start(session, key="p", by=SYSTEM)

    with counting(session) as statements:
        instances.start(session, key="p", by=SYSTEM)

    assert not [each for each in statements if "webhook" in each]


def test_a_webhook_promises_what_other_processes_keep(session, clock_at):
    webhook = create(session, "https://a.example/", ["instance.started"], by=OPERATOR)

    assert webhook.active_from - webhook.created_at > timedelta(seconds=events.KNOWN_SECONDS)
    assert [known.id for known in events.known_webhooks(session)] == [webhook.id]


@pytest.mark.parametrize(
    ("url", "types", "options"),
    [
        ("ftp://a.example/", ["instance.started"], {}),
        ("https://user:word@a.example/", ["instance.started"], {}),
        ("https://[a.example/", ["instance.started"], {}),
        ("https://a.example/", [], {}),
        ("https://a.example/", ["instance.exploded"], {}),
        ("https://a.example/", ["instance.started"], {"contact": "nobody"}),
    ],
)
def test_a_wrong_webhook_is_refused(session, url, types, options):
    with pytest.raises(WebhookInvalid):
        create(session, url, types, by=OPERATOR, **options)


def test_a_removed_webhook_hears_nothing_more(subscribe, deployed, receiver, ring):
    webhook = subscribe("instance.started")
    key = deployed(process("p").end())
    with transaction() as session:
        subscriptions.remove(session, webhook.id, by=OPERATOR)

    run(key)
    ring()

    assert receiver.types == []
