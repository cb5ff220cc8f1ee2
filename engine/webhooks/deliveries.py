"""Deliveries as workers see them: taken under a lease, called, settled once, tried again, dropped.

Locks are taken in one order: the webhook, then its deliveries.
"""

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from core import clock
from core.outbox import ring
from engine.models import Webhook, WebhookDelivery
from engine.webhooks import signing
from engine.webhooks.events import JOB, RING_AGAIN
from engine.webhooks.subscriptions import KEPT, halt

LEASE = timedelta(seconds=60)
#: Attempts at one delivery, over about a day: 5 s, 15 s, 45 s … at most 6 h apart.
MAX_ATTEMPTS = 12
FIRST_DELAY_SECONDS, BACKOFF, LONGEST_DELAY_SECONDS = 5.0, 3.0, 21_600.0
#: While a receiver fails, it is left alone for 1, 2, 4 … seconds between calls, at most this.
LONGEST_QUIET_SECONDS = 300.0
#: So many failures in a row, over about two hours, suspend a webhook.
MAX_FAILURES = 30
#: Rows that one sweep looks at.
BATCH = 500
MAX_ERROR = 500
GONE = 410
TELL_JOB = "engine.webhooks.jobs.tell"
TELL_AGAIN = timedelta(minutes=5)


@dataclass(frozen=True)
class Call:
    """One attempt at a delivery."""

    delivery_id: UUID
    webhook_id: UUID
    url: str
    body: bytes
    headers: dict[str, str]
    #: Proves that the lease is still ours.
    token: str


@dataclass(frozen=True)
class Outcome:
    """What a receiver answered; no status: it could not be reached, and `error` says why."""

    status: int | None
    error: str | None = None

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def take(session: Session, delivery_id: UUID, secret_key: str) -> Call | None:
    """Lease a delivery. None when it is not due, or its webhook must not be called now."""
    now = clock.now()
    query = select(WebhookDelivery).where(
        WebhookDelivery.id == delivery_id,
        WebhookDelivery.state == "pending",
        WebhookDelivery.lease_token.is_(None),
        WebhookDelivery.not_before <= now,
    )
    delivery = session.scalar(
        query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    )
    if delivery is None:
        return None
    webhook = session.get_one(Webhook, delivery.webhook_id, populate_existing=True)
    if not webhook.is_active:
        delivery.ring_at = None
        session.flush()
        return None
    if webhook.quiet_until is not None and webhook.quiet_until > now:
        delivery.not_before = delivery.ring_at = webhook.quiet_until
        session.flush()
        return None
    token = secrets.token_hex(16)
    delivery.lease(token, now + LEASE)
    session.flush()
    body = orjson.dumps(delivery.payload)
    signed = signing.headers(_secrets(webhook, secret_key, now), delivery.id, now, body)
    return Call(delivery.id, webhook.id, webhook.url, body, signed, token)


def settle(session: Session, call: Call, outcome: Outcome) -> bool:
    """Record how a call ended. False when the lease is no longer ours: then nothing changes."""
    now = clock.now()
    webhook = session.get_one(Webhook, call.webhook_id, populate_existing=True)
    if not outcome.is_good or webhook.failures:
        session.refresh(webhook, with_for_update=True)
    delivery = session.get(
        WebhookDelivery, call.delivery_id, populate_existing=True, with_for_update=True
    )
    if delivery is None or delivery.lease_token != call.token:
        return False
    delivery.status, delivery.error = outcome.status, (outcome.error or "")[:MAX_ERROR] or None
    if outcome.is_good:
        delivery.settle("delivered", now)
        if webhook.is_active:
            webhook.failures, webhook.quiet_until = 0, None
    else:
        _put_off(delivery, now)
        _count_failure(session, webhook, outcome, now)
    session.flush()
    return True


def ring_due(session: Session) -> None:
    """Ring for deliveries that are due: to be tried again, or their ring was lost."""
    now = clock.now()
    query = select(WebhookDelivery).where(WebhookDelivery.ring_at <= now)
    rows = session.scalars(
        query.order_by(WebhookDelivery.ring_at).limit(BATCH).with_for_update(skip_locked=True)
    ).all()
    # Asked after the rows are locked: who resumes a webhook now waits for us and plans them anew.
    states = _states(session, {row.webhook_id for row in rows})
    for row in rows:
        if states.get(row.webhook_id) != "active":
            row.ring_at = None
        else:
            row.ring_at = now + RING_AGAIN
            ring(session, JOB, row.id)
    session.flush()


def free_expired(session: Session) -> None:
    """End leases that ran out: the worker died. The receiver is not blamed."""
    now = clock.now()
    query = select(WebhookDelivery).where(WebhookDelivery.lease_until <= now)
    for row in session.scalars(query.limit(BATCH).with_for_update(skip_locked=True)):
        row.error = "The worker gave no answer within its lease."
        if row.attempts >= MAX_ATTEMPTS:
            row.settle("dead", now)
        else:
            row.reopen(now)
    session.flush()


def ring_untold(session: Session) -> None:
    """Ring for webhooks whose keepers have not been told yet that they were suspended."""
    now = clock.now()
    query = select(Webhook).where(Webhook.tell_at <= now).with_for_update(skip_locked=True)
    for webhook in session.scalars(query):
        webhook.tell_at = now + TELL_AGAIN
        ring(session, TELL_JOB, webhook.id)
    session.flush()


def has_due(session: Session) -> bool:
    """Whether a sweep would find anything to do."""
    now = clock.now()
    due = exists().where(or_(WebhookDelivery.ring_at <= now, WebhookDelivery.lease_until <= now))
    return bool(session.scalar(select(due | exists().where(Webhook.tell_at <= now))))


def forget(session: Session) -> int:
    """Delete a batch of deliveries settled long ago, or of removed webhooks. How many."""
    removed = select(Webhook.id).where(Webhook.state == "removed")
    old = WebhookDelivery.settled_at < clock.now() - KEPT
    # Two questions, for one with "or" inside could not be answered by an index.
    for which in (old, WebhookDelivery.webhook_id.in_(removed)):
        query = select(WebhookDelivery.id).where(which)
        ids = session.scalars(query.limit(BATCH).with_for_update(skip_locked=True)).all()
        if ids:
            session.execute(delete(WebhookDelivery).where(WebhookDelivery.id.in_(ids)))
            return len(ids)
    return 0


def _secrets(webhook: Webhook, secret_key: str, now: datetime) -> Sequence[bytes]:
    numbers = [webhook.secret_number]
    if webhook.previous_until is not None and webhook.previous_until > now:
        numbers.append(webhook.secret_number - 1)
    return [signing.secret_of(secret_key, webhook.id, number) for number in numbers]


def _put_off(delivery: WebhookDelivery, now: datetime) -> None:
    if delivery.attempts >= MAX_ATTEMPTS:
        delivery.settle("dead", now)
        return
    seconds = min(FIRST_DELAY_SECONDS * BACKOFF ** (delivery.attempts - 1), LONGEST_DELAY_SECONDS)
    spread = random.uniform(0.8, 1.2)  # noqa: S311 (spreads load, hides nothing)
    delivery.reopen(now + timedelta(seconds=seconds * spread))


def _count_failure(session: Session, webhook: Webhook, outcome: Outcome, now: datetime) -> None:
    """Leave a failing receiver alone for a while; suspend one that fails on and on, or is gone."""
    if not webhook.is_active:
        return
    webhook.failures += 1
    quiet = min(2.0 ** min(webhook.failures - 1, 20), LONGEST_QUIET_SECONDS)
    webhook.quiet_until = now + timedelta(seconds=quiet)
    if webhook.failures < MAX_FAILURES and outcome.status != GONE:
        return
    last = outcome.error or f"answer {outcome.status}"
    reason = (
        "The receiver says it is gone for good (410)."
        if outcome.status == GONE
        else f"{webhook.failures} calls in a row failed; the last one: {last}"
    )
    halt(session, webhook, reason, "system", now)
    webhook.tell_at = now + TELL_AGAIN
    ring(session, TELL_JOB, webhook.id)


def _states(session: Session, webhook_ids: set[UUID]) -> dict[UUID, str]:
    query = select(Webhook.id, Webhook.state).where(Webhook.id.in_(webhook_ids))
    return {row.id: row.state for row in session.execute(query)}
