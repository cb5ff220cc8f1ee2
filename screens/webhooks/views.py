"""List, make, try, hold and end webhooks; see what was told, and tell it again."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from core import clock
from core.db import reading, transaction
from engine.models import Webhook, WebhookDelivery
from engine.webhooks import events, signing, subscriptions
from engine.webhooks.errors import DeliveryPending, WebhookInvalid, WebhookNotActive
from web.person import current_actor
from web.policies import policy

bp = Blueprint("webhooks", __name__, url_prefix="/webhooks", template_folder="templates")

PAGE = 50
#: Days back from which all can be told again in one go.
REPLAY_DAYS = (1, 7, 30)


@dataclass(frozen=True)
class WebhookForm:
    """The fields as typed."""

    url: str = ""
    name: str = ""
    key: str = ""
    contact: str = ""
    events: list[str] = field(
        default_factory=lambda: ["instance.started", "instance.completed", "incident.created"]
    )

    @classmethod
    def from_request(cls, values: MultiDict[str, str]) -> Self:
        """What was sent."""
        texts = {name: values.get(name, "").strip() for name in ("url", "name", "key", "contact")}
        return cls(**texts, events=values.getlist("events"))


@bp.get("")
@policy("operate")
def index() -> ResponseReturnValue:
    """All webhooks, with how many deliveries wait or were given up."""
    with reading() as session:
        webhooks = subscriptions.find(session, by=current_actor(), limit=subscriptions.MAX_WEBHOOKS)
        return render_template(
            "webhooks/index.html", webhooks=webhooks, counts=_counts(session, webhooks)
        )


@bp.get("/new")
@policy("operate")
def new() -> ResponseReturnValue:
    """The form for a new webhook."""
    return _form(WebhookForm(), {})


@bp.post("")
@policy("operate")
def create() -> ResponseReturnValue:
    """Make a webhook and show its secret, this once."""
    form = WebhookForm.from_request(request.form)
    try:
        with transaction() as session:
            webhook = subscriptions.create(
                session,
                form.url,
                form.events,
                key=form.key,
                name=form.name,
                contact=form.contact,
                by=current_actor(),
            )
            return _made(webhook), 201
    except WebhookInvalid as error:
        return _form(form, {error.context.get("field", "url"): str(error)}), 422


@bp.get("/<uuid:webhook_id>")
@policy("operate")
def show(webhook_id: UUID) -> ResponseReturnValue:
    """One webhook and what it was told, the newest first."""
    state, after = request.args.get("state", ""), request.args.get("after", "")
    with reading() as session:
        by = current_actor()
        webhook = subscriptions.get(session, webhook_id, by=by)
        found = subscriptions.deliveries(
            session,
            webhook_id,
            by=by,
            state=state if state in ("pending", "delivered", "dead") else None,
            before=_id_or_none(after),
            limit=PAGE + 1,
        )
        return render_template(
            "webhooks/show.html",
            webhook=webhook,
            deliveries=found[:PAGE],
            next=str(found[PAGE - 1].id) if len(found) > PAGE else None,
            counts=_counts(session, [webhook])[webhook.id],
            chosen=state,
            replay_days=REPLAY_DAYS,
        )


@bp.post("/<uuid:webhook_id>/secret")
@policy("operate")
def replace_secret(webhook_id: UUID) -> ResponseReturnValue:
    """Give it a new secret and show it, this once."""
    with transaction() as session:
        webhook = subscriptions.replace_secret(session, webhook_id, by=current_actor())
        return _made(webhook), 201


@bp.post("/<uuid:webhook_id>/ping")
@policy("operate")
def ping(webhook_id: UUID) -> ResponseReturnValue:
    """Send an event that means nothing, to try the way."""
    try:
        with transaction() as session:
            subscriptions.ping(session, webhook_id, by=current_actor())
        flash(_("A test event is on its way. Reload the page to see how it went."), "done")
    except WebhookNotActive as error:
        flash(str(error), "error")
    return redirect(url_for("webhooks.show", webhook_id=webhook_id), 303)


@bp.post("/<uuid:webhook_id>/suspension")
@policy("operate")
def suspend(webhook_id: UUID) -> ResponseReturnValue:
    """Hold its deliveries."""
    reason = request.form.get("reason", "").strip() or _("Suspended by hand")
    with transaction() as session:
        subscriptions.suspend(session, webhook_id, reason, by=current_actor())
    flash(_("It is suspended. Its events are kept."), "done")
    return redirect(url_for("webhooks.show", webhook_id=webhook_id), 303)


@bp.post("/<uuid:webhook_id>/resumption")
@policy("operate")
def resume(webhook_id: UUID) -> ResponseReturnValue:
    """Let its deliveries go out again."""
    with transaction() as session:
        subscriptions.resume(session, webhook_id, by=current_actor())
    flash(_("It is called again, beginning with what was kept."), "done")
    return redirect(url_for("webhooks.show", webhook_id=webhook_id), 303)


@bp.post("/<uuid:webhook_id>/replays")
@policy("operate")
def replay_since(webhook_id: UUID) -> ResponseReturnValue:
    """Tell what was given up in the last days again, or everything."""
    days = min(request.form.get("days", 1, type=int), subscriptions.KEPT.days)
    state = "dead" if request.form.get("which", "dead") == "dead" else None
    try:
        with transaction() as session:
            since = clock.now() - timedelta(days=days)
            number = subscriptions.replay_since(
                session, webhook_id, since, state=state, by=current_actor()
            )
        flash(_("%(number)d events are told again.", number=number), "done")
    except WebhookNotActive as error:
        flash(str(error), "error")
    return redirect(url_for("webhooks.show", webhook_id=webhook_id), 303)


@bp.post("/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/replay")
@policy("operate")
def replay(webhook_id: UUID, delivery_id: UUID) -> ResponseReturnValue:
    """Tell one event again."""
    try:
        with transaction() as session:
            subscriptions.replay(session, delivery_id, by=current_actor())
        flash(_("The event is told again."), "done")
    except (WebhookNotActive, DeliveryPending) as error:
        flash(str(error), "error")
    return redirect(url_for("webhooks.show", webhook_id=webhook_id), 303)


@bp.post("/<uuid:webhook_id>/end")
@policy("operate")
def remove(webhook_id: UUID) -> ResponseReturnValue:
    """End it for ever."""
    with transaction() as session:
        subscriptions.remove(session, webhook_id, by=current_actor())
    flash(_("The webhook is gone."), "done")
    return redirect(url_for("webhooks.index"), 303)


def _made(webhook: Webhook) -> str:
    key = current_app.extensions["config"].secret_key
    secret = signing.secret_of(key, webhook.id, webhook.secret_number)
    return render_template("webhooks/made.html", webhook=webhook, secret=signing.as_text(secret))


def _form(form: WebhookForm, errors: dict[str, str]) -> str:
    return render_template("webhooks/form.html", form=form, errors=errors, types=_types())


def _types() -> list[tuple[str, str, str]]:
    """Every type of event, in words."""
    words = {
        "instance.started": _("A case began"),
        "instance.completed": _("A case reached its end"),
        "instance.cancelled": _("A case was cancelled"),
        "instance.suspended": _("A case was suspended"),
        "instance.resumed": _("A case was resumed"),
        "task.created": _("A task waits for somebody"),
        "task.completed": _("A task was completed"),
        "task.cancelled": _("A task is no longer needed"),
        "task.claimed": _("Somebody claimed a task"),
        "task.released": _("Somebody gave a task back"),
        "task.assigned": _("A task was handed over"),
        "task.reopened": _("The completion of a task was undone"),
        "incident.created": _("Something failed and needs a person"),
        "incident.resolved": _("A person dealt with a failure"),
        "message.sent": _("A case sent a message, with its values"),
    }
    return [(name, words[name], name) for name in events.TYPES]


def _counts(session: Session, webhooks: list[Webhook]) -> dict[UUID, dict[str, int]]:
    """Deliveries by state that somebody may care for: those that wait, and those given up."""
    counts: dict[UUID, dict[str, int]] = {each.id: {"pending": 0, "dead": 0} for each in webhooks}
    query = (
        select(WebhookDelivery.webhook_id, WebhookDelivery.state, func.count())
        .where(WebhookDelivery.webhook_id.in_(counts), WebhookDelivery.state != "delivered")
        .group_by(WebhookDelivery.webhook_id, WebhookDelivery.state)
    )
    for webhook_id, state, number in session.execute(query):
        counts[webhook_id][state] = number
    return counts


def _id_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
