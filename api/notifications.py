"""What the caller was told, and when they want it by mail."""

from typing import Any

from apiflask import APIBlueprint
from sqlalchemy.orm import Session

from api.answers import moment, reads, writes
from api.fields import (
    Identifier,
    Integer,
    List,
    Moment,
    Nested,
    Nothing,
    Range,
    Shape,
    String,
    Variables,
)
from core.model import Json
from web.person import current_actor
from web.policies import policy
from work import digests, notifications
from work.models import Digest, Notification

bp = APIBlueprint("notifications", __name__, tag="Notifications")


class NotificationShape(Shape):
    id = Identifier()
    kind = String(metadata={"description": "mention, assigned, cover, at_risk, breach, undone …"})
    instance_id = Identifier(allow_none=True)
    user_task_id = Identifier(allow_none=True)
    by = String(allow_none=True)
    details = Variables()
    at = Moment()
    read_at = Moment(allow_none=True)


class NotificationList(Shape):
    items = List(Nested(NotificationShape), required=True)
    next = String(allow_none=True, required=True)


class DigestShape(Shape):
    hour = Integer(
        required=True,
        allow_none=True,
        validate=Range(0, 23),
        metadata={"description": "Of the day, by the clocks of `zone`; null: no mail."},
    )
    zone = String(load_default="UTC", metadata={"description": "Such as Europe/Berlin."})


class DigestAnswer(DigestShape):
    next_at = Moment(allow_none=True)


@bp.get("/notifications")
@policy("signed_in")
@bp.output(NotificationList)
@reads
def list_notifications(session: Session) -> Json:
    """What the caller was told, the newest 100."""
    found = notifications.of(session, current_actor().name)
    return {"items": [to_json(each) for each in found], "next": None}


@bp.put("/notifications/reading")
@policy("signed_in")
@bp.input(Nothing, arg_name="body")
@bp.output({}, 204)
@writes
def put_reading(session: Session, body: Json) -> tuple[None, int]:
    """All of them are known now."""
    notifications.read(session, by=current_actor())
    return None, 204


@bp.get("/notification-digest")
@policy("signed_in")
@bp.output(DigestAnswer)
@reads
def get_digest(session: Session) -> Json:
    """When the caller gets a mail with what is new."""
    return digest_to_json(digests.of(session, by=current_actor()))


@bp.put("/notification-digest")
@policy("signed_in")
@bp.input(DigestShape, arg_name="body")
@bp.output(DigestAnswer)
@writes
def put_digest(session: Session, body: dict[str, Any]) -> Json:
    """Get a mail a day at an hour, or none."""
    return digest_to_json(digests.choose(session, **body, by=current_actor()))


def to_json(row: Notification) -> Json:
    return {
        "id": str(row.id),
        "kind": row.kind,
        "instanceId": row.instance_id and str(row.instance_id),
        "userTaskId": row.task_id and str(row.task_id),
        "by": row.by,
        "details": row.details or {},
        "at": moment(row.at),
        "readAt": moment(row.read_at),
    }


def digest_to_json(digest: Digest | None) -> Json:
    return {
        "hour": digest.hour if digest else None,
        "zone": digest.zone if digest else "UTC",
        "nextAt": moment(digest.next_at) if digest else None,
    }
