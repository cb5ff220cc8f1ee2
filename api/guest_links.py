"""Links by which customers and partners fill in one form without signing in."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import current_app
from sqlalchemy.orm import Session

from api.answers import moment, reads, writes
from api.fields import (
    Boolean,
    Duration,
    Identifier,
    Length,
    Moment,
    Nothing,
    OneOf,
    Shape,
    String,
)
from core import clock
from core.config import Config
from core.model import Json
from engine import guest_access, guest_links, user_tasks
from engine.models import GuestLink
from web.person import current_actor
from web.policies import policy

bp = APIBlueprint("guest_links", __name__, tag="Guest links")

STATES = ("open", "used", "expired", "revoked")


class NewGuestLink(Shape):
    expires_in = Duration(
        load_default=None,
        allow_none=True,
        metadata={
            "type": "string",
            "format": "duration",
            "description": "P14D when left out, P366D at most.",
        },
    )
    label = String(
        load_default="",
        validate=Length(max=guest_links.MAX_LABEL_LENGTH),
        metadata={"description": "Whom it is for; guests do not see it."},
    )
    reusable = Boolean(
        load_default=False,
        metadata={"description": "Works again each time the step comes again."},
    )


class GuestLinkShape(Shape):
    id = Identifier()
    key = String()
    instance_id = Identifier(allow_none=True)
    element_id = String(allow_none=True)
    task_id = Identifier(allow_none=True)
    label = String()
    reusable = Boolean()
    state = String(validate=OneOf(STATES))
    url = String(allow_none=True, metadata={"description": "The address, while it works."})
    created_at = Moment()
    created_by = String()
    expires_at = Moment()
    used_at = Moment(allow_none=True)
    revoked_at = Moment(allow_none=True)


@bp.post("/user-tasks/<uuid:task_id>/guest-links")
@policy("task.see")
@bp.input(NewGuestLink, arg_name="body")
@bp.output(GuestLinkShape, 201)
@writes
def create_guest_link(session: Session, task_id: UUID, body: dict[str, Any]) -> tuple[Json, int]:
    """Make a link to the form of an open user task."""
    return to_json(guest_access.make(session, task_id, **_wanted(body), by=current_actor())), 201


@bp.get("/user-tasks/<uuid:task_id>/guest-links")
@policy("task.see")
@bp.output(GuestLinkShape(many=True))
@reads
def list_guest_links(session: Session, task_id: UUID) -> list[Json]:
    """The links to a user task, newest first."""
    me = current_actor()
    task = user_tasks.get(session, task_id, by=me)
    return [to_json(link) for link in guest_access.of_task(session, task, by=me)]


@bp.post("/process-definitions/<uuid:definition_id>/guest-links")
@policy("instance.start")
@bp.input(NewGuestLink, arg_name="body")
@bp.output(GuestLinkShape, 201)
@writes
def create_start_link(
    session: Session, definition_id: UUID, body: dict[str, Any]
) -> tuple[Json, int]:
    """Make a link to the start form of a process: whoever answers it starts a case."""
    made = guest_access.make_for_start(session, definition_id, **_wanted(body), by=current_actor())
    return to_json(made), 201


@bp.delete("/guest-links/<uuid:link_id>")
@policy("task.see")
@bp.input(Nothing, arg_name="body")
@bp.output({}, 204)
@writes
def delete_guest_link(session: Session, link_id: UUID, body: Json) -> tuple[None, int]:
    """Withdraw a link: it works no more."""
    guest_access.revoke(session, link_id, by=current_actor())
    return None, 204


def to_json(link: GuestLink) -> Json:
    state = link.state(clock.now())
    config: Config = current_app.extensions["config"]
    return {
        "id": str(link.id),
        "key": link.key,
        "instanceId": _id(link.instance_id),
        "elementId": link.element_id,
        "taskId": _id(link.task_id),
        "label": link.label,
        "reusable": link.is_reusable,
        "state": state,
        "url": guest_links.url_of(link.id, config) if state == "open" else None,
        "createdAt": moment(link.created_at),
        "createdBy": link.created_by,
        "expiresAt": moment(link.expires_at),
        "usedAt": moment(link.used_at),
        "revokedAt": moment(link.revoked_at),
    }


def _wanted(body: dict[str, Any]) -> dict[str, Any]:
    lifetime: timedelta = body["expires_in"] or guest_links.USUAL_LIFETIME
    return {"lifetime": lifetime, "label": body["label"], "is_reusable": body["reusable"]}


def _id(value: UUID | None) -> str | None:
    return None if value is None else str(value)
