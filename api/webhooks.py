"""Webhooks: who is told about what, and what was told. For operators."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import current_app
from marshmallow import RAISE
from sqlalchemy.orm import Session

from api.answers import moment, reads, writes
from api.fields import (
    MAX_TEXT,
    Identifier,
    Integer,
    Length,
    List,
    Moment,
    Name,
    Nothing,
    OneOf,
    Shape,
    String,
)
from api.paging import PageQuery, page, page_of
from core.model import Json
from engine.models import Webhook, WebhookDelivery
from engine.webhooks import events, signing, subscriptions
from web.person import current_actor
from web.policies import policy

bp = APIBlueprint("webhooks", __name__, tag="Webhooks")

STATES = ("pending", "delivered", "dead")


class WebhookShape(Shape):
    id = Identifier()
    url = String()
    name = String(allow_none=True)
    events = List(String())
    key = String(allow_none=True)
    contact = String(allow_none=True)
    state = String()
    reason = String(allow_none=True)
    failures = Integer()
    active_from = Moment()
    created_at = Moment()
    created_by = String()


class WebhookWithSecret(WebhookShape):
    secret = String(
        allow_none=True,
        metadata={"description": "Shown only now; null when the call is repeated by its key."},
    )


class NewWebhook(Shape):
    url = String(required=True, validate=Length(1, subscriptions.MAX_URL))
    events = List(
        String(validate=OneOf(events.TYPES)),
        required=True,
        validate=Length(1, len(events.TYPES)),
    )
    key = Name(load_default=None, allow_none=True)
    name = Name(load_default=None, allow_none=True)
    contact = Name(load_default=None, allow_none=True)


class Suspension(Shape):
    reason = String(required=True, validate=Length(1, MAX_TEXT))


class DeliveriesQuery(PageQuery):
    state = String(load_default=None, validate=OneOf(STATES))


class DeliveryShape(Shape):
    id = Identifier()
    webhook_id = Identifier()
    event = String()
    instance_id = String(allow_none=True)
    state = String()
    attempts = Integer()
    replays = Integer()
    status = Integer(allow_none=True)
    error = String(allow_none=True)
    next_at = Moment(allow_none=True)
    created_at = Moment()
    settled_at = Moment(allow_none=True)


class ReplaySince(Shape):
    since = Moment(required=True)
    state = String(load_default=None, allow_none=True, validate=OneOf(STATES[1:]))


class Replayed(Shape):
    replayed = Integer()


@bp.post("/webhooks")
@policy("operate")
@bp.input(NewWebhook, arg_name="body")
@bp.output(WebhookWithSecret, 201)
@writes
def create_webhook(session: Session, body: dict[str, Any]) -> tuple[Json, int]:
    """Tell an address about events of some types; the answer holds its secret, this once."""
    webhook = subscriptions.create(session, by=current_actor(), **body)
    return with_secret(webhook), 201


@bp.get("/webhooks")
@policy("operate")
@bp.input(PageQuery, location="query", unknown=RAISE, arg_name="query")
@bp.output(page_of(WebhookShape))
@reads
def list_webhooks(session: Session, query: dict[str, Any]) -> Json:
    """All webhooks, oldest first."""
    return page(partial(subscriptions.find, session, by=current_actor()), to_json, **query)


@bp.get("/webhooks/<uuid:webhook_id>")
@policy("operate")
@bp.output(WebhookShape)
@reads
def get_webhook(session: Session, webhook_id: UUID) -> Json:
    """One webhook."""
    return to_json(subscriptions.get(session, webhook_id, by=current_actor()))


@bp.delete("/webhooks/<uuid:webhook_id>")
@policy("operate")
@bp.output({}, 204)
@writes
def delete_webhook(session: Session, webhook_id: UUID) -> tuple[Json, int]:
    """End it; what was not delivered yet is dropped."""
    subscriptions.remove(session, webhook_id, by=current_actor())
    return {}, 204


@bp.post("/webhooks/<uuid:webhook_id>/secrets")
@policy("operate")
@bp.input(Nothing, arg_name="body")
@bp.output(WebhookWithSecret, 201)
@writes
def create_secret(session: Session, webhook_id: UUID, body: Json) -> tuple[Json, int]:
    """Replace the secret; the one before counts beside it for 24 hours."""
    return with_secret(subscriptions.replace_secret(session, webhook_id, by=current_actor())), 201


@bp.put("/webhooks/<uuid:webhook_id>/suspension")
@policy("operate")
@bp.input(Suspension, arg_name="body")
@bp.output(WebhookShape)
@writes
def put_suspension(session: Session, webhook_id: UUID, body: dict[str, Any]) -> Json:
    """Hold its deliveries until it is resumed."""
    by = current_actor()
    return to_json(subscriptions.suspend(session, webhook_id, body["reason"], by=by))


@bp.delete("/webhooks/<uuid:webhook_id>/suspension")
@policy("operate")
@bp.output(WebhookShape)
@writes
def delete_suspension(session: Session, webhook_id: UUID) -> Json:
    """Resume it, beginning with what was held."""
    return to_json(subscriptions.resume(session, webhook_id, by=current_actor()))


@bp.post("/webhooks/<uuid:webhook_id>/pings")
@policy("operate")
@bp.input(Nothing, arg_name="body")
@bp.output(DeliveryShape, 201)
@writes
def create_ping(session: Session, webhook_id: UUID, body: Json) -> tuple[Json, int]:
    """Send an event that means nothing, to try the way."""
    return delivery_to_json(subscriptions.ping(session, webhook_id, by=current_actor())), 201


@bp.get("/webhooks/<uuid:webhook_id>/deliveries")
@policy("operate")
@bp.input(DeliveriesQuery, location="query", unknown=RAISE, arg_name="query")
@bp.output(page_of(DeliveryShape))
@reads
def list_deliveries(session: Session, webhook_id: UUID, query: dict[str, Any]) -> Json:
    """What was told or is to be told, the newest first."""
    state = query.pop("state")

    def find(*, after: UUID | None, limit: int) -> list[WebhookDelivery]:
        by = current_actor()
        return subscriptions.deliveries(
            session, webhook_id, by=by, state=state, before=after, limit=limit
        )

    return page(find, delivery_to_json, **query)


@bp.post("/webhooks/<uuid:webhook_id>/replays")
@policy("operate")
@bp.input(ReplaySince, arg_name="body")
@bp.output(Replayed, 201)
@writes
def create_replays(session: Session, webhook_id: UUID, body: dict[str, Any]) -> tuple[Json, int]:
    """Tell all settled events since a moment again, or only the dead ones."""
    since: datetime = body["since"]
    replayed = subscriptions.replay_since(
        session, webhook_id, since, state=body["state"], by=current_actor()
    )
    return {"replayed": replayed}, 201


@bp.post("/webhook-deliveries/<uuid:delivery_id>/replays")
@policy("operate")
@bp.input(Nothing, arg_name="body")
@bp.output(DeliveryShape, 201)
@writes
def create_replay(session: Session, delivery_id: UUID, body: Json) -> tuple[Json, int]:
    """Tell one settled event again, under the same id."""
    return delivery_to_json(subscriptions.replay(session, delivery_id, by=current_actor())), 201


def to_json(webhook: Webhook) -> Json:
    return {
        "id": str(webhook.id),
        "url": webhook.url,
        "name": webhook.name,
        "events": webhook.events,
        "key": webhook.key,
        "contact": webhook.contact,
        "state": webhook.state,
        "reason": webhook.reason,
        "failures": webhook.failures,
        "activeFrom": moment(webhook.active_from),
        "createdAt": moment(webhook.created_at),
        "createdBy": webhook.created_by,
    }


def with_secret(webhook: Webhook) -> Json:
    """The webhook together with its present secret."""
    key = current_app.extensions["config"].secret_key
    secret = signing.secret_of(key, webhook.id, webhook.secret_number)
    return {**to_json(webhook), "secret": signing.as_text(secret)}


def delivery_to_json(delivery: WebhookDelivery) -> Json:
    is_pending = delivery.state == "pending"
    return {
        "id": str(delivery.id),
        "webhookId": str(delivery.webhook_id),
        "event": delivery.event,
        "instanceId": None if delivery.instance_id is None else str(delivery.instance_id),
        "state": delivery.state,
        "attempts": delivery.attempts,
        "replays": delivery.replays,
        "status": delivery.status,
        "error": delivery.error,
        "nextAt": moment(delivery.not_before) if is_pending else None,
        "createdAt": moment(delivery.created_at),
        "settledAt": moment(delivery.settled_at),
    }
