"""How long the history of ended cases is kept, process by process. For operators."""

from typing import Any

from apiflask import APIBlueprint
from flask import current_app
from sqlalchemy.orm import Session

from api.answers import moment, reads, writes
from api.fields import Integer, List, Moment, Nested, Range, Shape, String
from core.model import Json
from engine import retention
from engine.models import RetentionPolicy
from web.person import current_actor
from web.policies import policy

bp = APIBlueprint("retention", __name__, tag="Retention")


class PolicyShape(Shape):
    key = String()
    days = Integer()
    changed_at = Moment()
    changed_by = String()


class Policies(Shape):
    items = List(Nested(PolicyShape))
    next = String(allow_none=True)


class NewPolicy(Shape):
    days = Integer(required=True, strict=True, validate=Range(1, retention.MAX_DAYS))


class ShareShape(Shape):
    key = String()
    days = Integer()
    cases = Integer()
    entries = Integer(metadata={"description": "Entries of the execution log."})
    oldest = Moment(allow_none=True)


class Preview(Shape):
    items = List(Nested(ShareShape))
    next = String(allow_none=True)


@bp.get("/retention-policies")
@policy("operate")
@bp.output(Policies)
@reads
def list_policies(session: Session) -> Json:
    """Days set for single processes; for the others the settings count."""
    found = retention.policies(session, by=current_actor())
    return {"items": [to_json(each) for each in found], "next": None}


@bp.put("/retention-policies/<key>")
@policy("operate")
@bp.input(NewPolicy, arg_name="body")
@bp.output(PolicyShape)
@writes
def put_policy(session: Session, key: str, body: dict[str, Any]) -> Json:
    """Keep ended cases of a process for so many days, then export and remove them."""
    return to_json(retention.put_policy(session, key, body["days"], by=current_actor()))


@bp.delete("/retention-policies/<key>")
@policy("operate")
@bp.output({}, 204)
@writes
def delete_policy(session: Session, key: str) -> tuple[Json, int]:
    """Let the settings say again how long."""
    retention.remove_policy(session, key, by=current_actor())
    return {}, 204


@bp.get("/retention-preview")
@policy("operate")
@bp.output(Preview)
@reads
def get_preview(session: Session) -> Json:
    """How much would be exported and removed now; nothing is."""
    settings = current_app.extensions["config"].retention_days
    return {
        "items": [
            {
                "key": share.key,
                "days": share.days,
                "cases": share.cases,
                "entries": share.entries,
                "oldest": moment(share.oldest),
            }
            for share in retention.preview(session, settings)
        ],
        "next": None,
    }


def to_json(row: RetentionPolicy) -> Json:
    return {
        "key": row.key,
        "days": row.days,
        "changedAt": moment(row.changed_at),
        "changedBy": row.changed_by,
    }
