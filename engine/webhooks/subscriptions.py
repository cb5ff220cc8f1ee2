"""Webhooks as operators keep them: made, listed, given new secrets, suspended, replayed."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from core import clock
from core.ids import new_id
from core.outbox import ring
from core.people import Actor
from core.permissions import allow
from engine.models import Webhook, WebhookDelivery
from engine.webhooks import events as announced
from engine.webhooks.errors import (
    DeliveryNotFound,
    DeliveryPending,
    TooManyWebhooks,
    WebhookInvalid,
    WebhookNotActive,
    WebhookNotFound,
)

MAX_WEBHOOKS = 200
MAX_URL = 2_000
MAX_REASON = 500
#: The secret before the present one counts for so long, so that receivers can change over.
OVERLAP = timedelta(hours=24)
#: Settled deliveries are kept, and can be replayed, for so long.
KEPT = timedelta(days=30)
_MAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]{1,255}")


def create(
    session: Session,
    url: str,
    events: Sequence[str],
    *,
    key: str | None = None,
    name: str | None = None,
    contact: str | None = None,
    by: Actor,
) -> Webhook:
    """Tell `url` about events of these types from now on. Raises WebhookInvalid, TooManyWebhooks.

    No event is missed from its `active_from` on, a few seconds from now.
    """
    allow(by, "operate")
    require_url(url)
    _require_events(events)
    if contact and not _MAIL.fullmatch(contact):
        raise WebhookInvalid(reason=f"{contact!r} is no mail address", field="contact")
    query = select(func.count()).select_from(Webhook).where(Webhook.state != "removed")
    if (session.scalar(query) or 0) >= MAX_WEBHOOKS:
        raise TooManyWebhooks(limit=MAX_WEBHOOKS)
    now = clock.now()
    webhook = Webhook(
        id=new_id(),
        url=url,
        events=list(dict.fromkeys(events)),
        key=key or None,
        name=name or None,
        contact=contact or None,
        state="active",
        changed_at=now,
        changed_by=by.name,
        secret_number=1,
        failures=0,
        created_at=now,
        created_by=by.name,
        active_from=now + announced.KNOWN_TO_ALL,
    )
    session.add(webhook)
    session.flush()
    announced.forget_known(session)
    return webhook


def get(session: Session, webhook_id: UUID, *, by: Actor, lock: bool = False) -> Webhook:
    """One webhook. Raises WebhookNotFound."""
    allow(by, "operate")
    webhook = session.get(Webhook, webhook_id, with_for_update=lock or None, populate_existing=lock)
    if webhook is None or webhook.state == "removed":
        raise WebhookNotFound
    return webhook


def find(
    session: Session, *, by: Actor, after: UUID | None = None, limit: int = 50
) -> list[Webhook]:
    """All webhooks, oldest first."""
    allow(by, "operate")
    query = select(Webhook).where(Webhook.state != "removed")
    if after is not None:
        query = query.where(Webhook.id > after)
    return list(session.scalars(query.order_by(Webhook.id).limit(limit)))


def replace_secret(session: Session, webhook_id: UUID, *, by: Actor) -> Webhook:
    """Give it a new secret; the present one counts beside it for OVERLAP."""
    webhook = get(session, webhook_id, by=by, lock=True)
    webhook.secret_number += 1
    webhook.previous_until = clock.now() + OVERLAP
    session.flush()
    return webhook


def suspend(session: Session, webhook_id: UUID, reason: str, *, by: Actor) -> Webhook:
    """Call it no more until it is resumed; its events are kept."""
    webhook = get(session, webhook_id, by=by, lock=True)
    halt(session, webhook, reason, by.name, clock.now())
    return webhook


def halt(session: Session, webhook: Webhook, reason: str, by: str, at: datetime) -> None:
    """Suspend a webhook whose row is locked, and hold its deliveries."""
    webhook.change("suspended", by, at, reason[:MAX_REASON])
    _plan(session, webhook, None)


def resume(session: Session, webhook_id: UUID, *, by: Actor) -> Webhook:
    """Call it again, beginning with all that was kept. Resuming an active one changes nothing."""
    webhook = get(session, webhook_id, by=by, lock=True)
    if not webhook.is_active:
        now = clock.now()
        webhook.change("active", by.name, now)
        _plan(session, webhook, now)
    return webhook


def remove(session: Session, webhook_id: UUID, *, by: Actor) -> None:
    """End a webhook for ever. Its deliveries go with it, later and in small batches."""
    webhook = get(session, webhook_id, by=by, lock=True)
    webhook.change("removed", by.name, clock.now())
    session.flush()
    announced.forget_known(session)


def ping(session: Session, webhook_id: UUID, *, by: Actor) -> WebhookDelivery:
    """Send an event that means nothing, to try the way. Raises WebhookNotActive."""
    webhook = get(session, webhook_id, by=by)
    _require_active(webhook)
    now = clock.now()
    payload = {"type": announced.PING, "at": now.isoformat().replace("+00:00", "Z")}
    delivery_id = announced.write(session, webhook.id, announced.PING, payload, None, now)
    return session.get_one(WebhookDelivery, delivery_id)


def deliveries(
    session: Session,
    webhook_id: UUID,
    *,
    by: Actor,
    state: str | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[WebhookDelivery]:
    """What was or is to be told, the newest first; `before` is the last id of the page before."""
    webhook = get(session, webhook_id, by=by)
    query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook.id)
    if state is not None:
        query = query.where(WebhookDelivery.state == state)
    if before is not None:
        query = query.where(WebhookDelivery.id < before)
    return list(session.scalars(query.order_by(WebhookDelivery.id.desc()).limit(limit)))


def delivery(session: Session, delivery_id: UUID, *, by: Actor) -> WebhookDelivery:
    """One delivery. Raises DeliveryNotFound."""
    allow(by, "operate")
    found = session.get(WebhookDelivery, delivery_id)
    if found is None:
        raise DeliveryNotFound(days=KEPT.days)
    return found


def replay(session: Session, delivery_id: UUID, *, by: Actor) -> WebhookDelivery:
    """Tell one event again, under the same id. Raises WebhookNotActive, DeliveryPending."""
    found = delivery(session, delivery_id, by=by)
    webhook = get(session, found.webhook_id, by=by, lock=True)
    _require_active(webhook)
    session.refresh(found, with_for_update=True)
    if found.state == "pending":
        raise DeliveryPending
    now = clock.now()
    found.reopen(now)
    found.attempts, found.replays = 0, found.replays + 1
    found.ring_at = now + announced.RING_AGAIN
    ring(session, announced.JOB, found.id)
    session.flush()
    return found


def replay_since(
    session: Session,
    webhook_id: UUID,
    since: datetime,
    *,
    state: str | None = None,
    by: Actor,
) -> int:
    """Tell all events since a moment again; only those that are `state`, if given. How many.

    The sweep rings for them, oldest first.
    """
    webhook = get(session, webhook_id, by=by, lock=True)
    _require_active(webhook)
    now = clock.now()
    states = ("delivered", "dead") if state is None else (state,)
    done = session.execute(
        update(WebhookDelivery)
        .where(
            WebhookDelivery.webhook_id == webhook.id,
            WebhookDelivery.created_at >= since,
            WebhookDelivery.state.in_(states),
            WebhookDelivery.state != "pending",
        )
        .values(
            state="pending",
            attempts=0,
            replays=WebhookDelivery.replays + 1,
            settled_at=None,
            not_before=now,
            ring_at=now,
        )
        .execution_options(synchronize_session=False)
    )
    assert isinstance(done, CursorResult)
    return done.rowcount


def require_url(url: str) -> None:
    """Raise WebhookInvalid unless it is an http or https address without a password in it."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        host = None
    if host is None or parts.scheme not in ("http", "https") or len(url) > MAX_URL:
        raise WebhookInvalid(reason="its address begins with https:// or http://", field="url")
    if parts.username or parts.password:
        raise WebhookInvalid(reason="an address must not hold a password", field="url")


def _require_events(events: Sequence[str]) -> None:
    unknown = sorted(set(events) - set(announced.TYPES))
    if not events or unknown:
        reason = f"there is no event {unknown[0]}" if unknown else "it needs at least one event"
        raise WebhookInvalid(reason=reason, field="events")


def _require_active(webhook: Webhook) -> None:
    if not webhook.is_active:
        raise WebhookNotActive(state=webhook.state)


def _plan(session: Session, webhook: Webhook, ring_at: datetime | None) -> None:
    """Let the sweep ring for what is pending from a moment on, or not at all."""
    session.flush()
    values: dict[str, datetime | None] = {"ring_at": ring_at}
    if ring_at is not None:
        values["not_before"] = ring_at
    session.execute(
        update(WebhookDelivery)
        .where(
            WebhookDelivery.webhook_id == webhook.id,
            WebhookDelivery.state == "pending",
            WebhookDelivery.lease_token.is_(None),
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
