"""Calls to receivers: signed, at least once, put off while they fail, replayed when asked."""

import base64
import hashlib
import hmac
import os
import re
import socket
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update

from core import clock
from core.db import reading, transaction
from core.people import SYSTEM, add_person
from engine.models import Webhook, WebhookDelivery
from engine.webhooks import deliveries, jobs, signing, subscriptions
from engine.webhooks.deliveries import Outcome
from engine.webhooks.errors import DeliveryPending, WebhookNotActive, WebhookNotFound
from tests.engine.conftest import together
from tests.engine.webhooks.conftest import OPERATOR

GUIDE = Path(__file__).parents[3] / "docs/guides/webhooks.md"


def apart(session, row):
    """Rows as they were read: asking them later must not begin a transaction."""
    session.flush()
    session.expunge(row)
    return row


def the_delivery() -> WebhookDelivery:
    with reading() as session:
        return apart(session, session.scalars(select(WebhookDelivery)).one())


def the_webhook() -> Webhook:
    with reading() as session:
        return apart(session, session.scalars(select(Webhook)).one())


@pytest.fixture
def pinged(subscribe, edge, clock_at):
    """A webhook with one delivery that nobody has taken yet."""
    webhook = subscribe("instance.started", contact="crm@example.org")
    with transaction() as session:
        subscriptions.ping(session, webhook.id, by=OPERATOR)
    return webhook


def act(function, *arguments, **options):
    with transaction() as session:
        result = function(session, *arguments, by=OPERATOR, **options)
        session.flush()
        session.expunge_all()
        return result


def test_a_call_carries_a_signature_that_only_the_secret_makes(pinged, receiver, ring, config):
    ring()

    [(headers, body)] = receiver.calls
    secret = signing.secret_of(config.secret_key, pinged.id, 1)
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-id"] == str(the_delivery().id)
    assert the_delivery().state == "delivered"
    other = signing.secret_of("another key", pinged.id, 1)
    assert signing.headers([other], the_delivery().id, clock.now(), body) != headers


def test_the_secret_before_counts_for_a_day(pinged, receiver, ring, clock_at):
    act(subscriptions.replace_secret, pinged.id)
    ring()
    clock_at(hours=25)
    act(subscriptions.ping, pinged.id)
    ring()

    during, after = (headers["webhook-signature"].split() for headers, _ in receiver.calls)
    assert (len(during), len(after)) == (2, 1)


def test_nothing_is_told_twice_when_rung_twice_or_by_two_workers(pinged, receiver, edge):
    delivery_id = str(the_delivery().id)

    def work() -> None:
        with edge.app_context():
            jobs.deliver(delivery_id)

    results = together(work, work)
    jobs.deliver(delivery_id)

    assert results == [None, None]
    assert len(receiver.calls) == 1


def test_a_failed_call_is_made_again_later_with_the_same_id(pinged, receiver, ring, clock_at):
    receiver.status = 500
    ring()
    failed = the_delivery()
    assert (failed.state, failed.attempts, failed.status) == ("pending", 1, 500)
    assert timedelta(seconds=4) <= failed.not_before - clock.now() <= timedelta(seconds=6)

    receiver.status = 200
    jobs.deliver(str(failed.id))
    assert len(receiver.calls) == 1  # Not before its time.
    clock_at(seconds=7)
    jobs.sweep()
    ring()

    assert the_delivery().state == "delivered"
    first, second = receiver.calls
    assert first[0]["webhook-id"] == second[0]["webhook-id"]
    assert the_webhook().failures == 0


def test_a_lost_ring_is_rung_again(pinged, receiver, bell, ring, clock_at):
    bell.rings.clear()
    clock_at(seconds=11)

    jobs.sweep()
    ring()

    assert len(receiver.calls) == 1


def test_a_worker_that_died_gives_way_and_its_late_answer_does_not_count(
    pinged, receiver, ring, config, clock_at
):
    delivery_id = the_delivery().id
    with transaction() as session:
        call = deliveries.take(session, delivery_id, config.secret_key)
    clock_at(seconds=61)
    jobs.sweep()
    ring()
    assert the_delivery().state == "delivered"

    with transaction() as session:
        assert not deliveries.settle(session, call, Outcome(500))

    assert the_delivery().state == "delivered"
    assert the_webhook().failures == 0


def test_a_redirect_is_a_failure_and_not_followed(pinged, receiver, ring):
    receiver.status = 302

    ring()

    assert (the_delivery().state, the_delivery().status) == ("pending", 302)


def test_a_private_address_is_not_called(pinged, receiver, edge, config):
    edge.extensions["config"] = replace(config, private_hosts=())

    jobs.deliver(str(the_delivery().id))

    assert receiver.calls == []
    assert "BACKOFFICE_PRIVATE_HOSTS" in the_delivery().error


def test_a_dead_delivery_stays_listed_and_is_replayed_under_its_id(
    pinged, receiver, ring, clock_at
):
    receiver.status = 500
    clock_at(hours=0)
    for hour in range(1, 14):
        ring()
        clock_at(hours=hour * 8)
        jobs.sweep()
    [dead] = act(subscriptions.deliveries, pinged.id, state="dead")
    assert dead.attempts == deliveries.MAX_ATTEMPTS

    receiver.status = 200
    act(subscriptions.replay, dead.id)
    with pytest.raises(DeliveryPending):
        act(subscriptions.replay, dead.id)
    ring()

    told = the_delivery()
    assert (told.state, told.replays) == ("delivered", 1)
    assert len({headers["webhook-id"] for headers, _ in receiver.calls}) == 1


def test_all_since_a_moment_are_replayed(subscribe, receiver, bell, ring, clock_at):
    webhook = subscribe("instance.started")
    for hour in range(3):
        clock_at(hours=hour)
        act(subscriptions.ping, webhook.id)
        ring()

    replayed = act(subscriptions.replay_since, webhook.id, clock.now() - timedelta(hours=1))
    jobs.sweep()
    ring()

    assert replayed == 2
    assert len(receiver.calls) == 5


def test_a_failing_receiver_is_left_alone_then_suspended_with_a_mail(
    pinged, receiver, ring, clock_at
):
    receiver.status = 503
    for _ in range(40):
        act(subscriptions.ping, pinged.id)
    clock_at(seconds=11)
    jobs.sweep()
    ring()
    assert len(receiver.calls) == 1  # The others wait until it has rested.

    hours = 0
    while the_webhook().is_active:
        hours += 1
        assert hours < 40
        clock_at(hours=hours)
        jobs.sweep()
        ring()

    suspended = the_webhook()
    assert "30 calls in a row failed" in suspended.reason
    calls = len(receiver.calls)
    assert calls == deliveries.MAX_FAILURES
    clock_at(hours=hours + 9)
    jobs.sweep()
    ring()
    assert len(receiver.calls) == calls


def test_events_of_a_suspended_webhook_wait_and_go_out_on_resume(pinged, receiver, ring, clock_at):
    act(subscriptions.suspend, pinged.id, "their maintenance")
    ring()
    clock_at(seconds=30)
    jobs.sweep()
    ring()
    assert receiver.calls == []
    with pytest.raises(WebhookNotActive):
        act(subscriptions.ping, pinged.id)

    act(subscriptions.resume, pinged.id)
    jobs.sweep()
    ring()

    assert len(receiver.calls) == 1


def test_a_receiver_that_is_gone_is_suspended_at_once_and_its_keeper_told(
    pinged, receiver, ring, edge, config, mailbox
):
    edge.extensions["config"] = replace(config, smtp_url=mailbox.url)
    receiver.status = 410
    ring()
    assert the_webhook().state == "suspended"

    ring()  # The mail was rung for.

    [(_, _, mail)] = mailbox.mails
    assert mail["To"] == "crm@example.org"
    assert mail["Subject"].startswith("Webhook suspended: ")
    assert "gone for good" in mail.get_content()
    assert the_webhook().tell_at is None


def test_the_keeper_of_a_webhook_is_told_in_the_language_of_whoever_has_the_address(
    pinged, receiver, ring, edge, config, mailbox, clock_at
):
    edge.extensions["config"] = replace(config, smtp_url=mailbox.url)
    with transaction() as session:
        keeper = add_person(session, "olga", roles=["operator"], email="CRM@example.org", by=SYSTEM)
        keeper.language = "de"
    receiver.status = 410
    ring()

    ring()

    [(_, _, mail)] = mailbox.mails
    url, address = the_webhook().url, f"http://127.0.0.1:8000/webhooks/{the_webhook().id}"
    assert mail["Subject"] == f"Webhook angehalten: {the_webhook().name or url}"
    assert mail.get_content().strip().splitlines()[::2] == [
        f"Back Office ruft {url} nicht mehr auf.",
        "Der Empfänger sagt, dass es ihn für immer nicht mehr gibt (410).",
        "Der Webhook ist seit Mo., 5. Jan. 2026, 09:00 UTC angehalten. Die Ereignisse werden "
        f"aufbewahrt und zugestellt, sobald er fortgesetzt wird: {address}",
    ]


def test_without_a_mail_server_the_suspension_stands_and_nobody_is_told(pinged, receiver, ring):
    receiver.status = 410

    assert ring() == 1
    assert ring() == 1
    assert ring() == 0

    assert the_webhook().tell_at is None


def test_a_removed_webhook_takes_its_deliveries_with_it(pinged, ring):
    act(subscriptions.remove, pinged.id)

    jobs.forget()

    with reading() as session:
        assert session.scalar(select(WebhookDelivery)) is None
    with pytest.raises(WebhookNotFound):
        act(subscriptions.get, pinged.id)


def test_settled_deliveries_are_forgotten_after_a_month(pinged, ring, clock_at):
    ring()

    jobs.forget()
    assert the_delivery().state == "delivered"
    clock_at(days=31)
    jobs.forget()

    with reading() as session:
        assert session.scalar(select(WebhookDelivery)) is None


def test_the_receiver_of_the_guide_takes_what_we_send_and_refuses_what_we_did_not(
    pinged, edge, config, tmp_path
):
    [source] = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    program = tmp_path / "receiver.py"
    program.write_text(source)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    secret = signing.as_text(signing.secret_of(config.secret_key, pinged.id, 1))
    environ = {**os.environ, "WEBHOOK_SECRET": secret}
    url = f"http://127.0.0.1:{port}/hook"
    edge.extensions["config"] = replace(config, private_hosts=(f"127.0.0.1:{port}",))
    with transaction() as session:
        session.execute(update(Webhook).values(url=url))
    command = [sys.executable, program, str(port)]
    with subprocess.Popen(
        command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as child:
        try:
            _wait_for(port)
            with clock.stopped_at(_real_now()):
                act(subscriptions.ping, pinged.id)
                for delivery in act(subscriptions.deliveries, pinged.id):
                    jobs.deliver(str(delivery.id))
            forged = httpx.post(
                url,
                content=b'{"type": "instance.completed"}',
                headers={
                    "webhook-id": "1",
                    "webhook-timestamp": str(int(time.time())),
                    "webhook-signature": "v1,bm8=",
                },
            )
            old = httpx.post(
                url,
                content=b"{}",
                headers=signing.headers(
                    [signing.secret_of(config.secret_key, pinged.id, 1)],
                    pinged.id,
                    _real_now() - timedelta(minutes=6),
                    b"{}",
                ),
            )
        finally:
            child.terminate()
        assert (forged.status_code, old.status_code) == (401, 401)
        assert child.stdout.read().count('"type":"ping"') == 2
    states = {each.state for each in act(subscriptions.deliveries, pinged.id)}
    assert states == {"delivered"}


def _real_now() -> datetime:
    return datetime.now(UTC)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the receiver did not start")
