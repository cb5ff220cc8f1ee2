"""Half-filled forms of the caller."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from sqlalchemy.orm import Session

from api.answers import moment, reads, writes
from api.fields import Integer, Moment, Range, Shape, Variables
from core.errors import NotFound
from core.model import Json
from engine import user_tasks
from web.person import current_actor
from web.policies import policy
from work import drafts
from work.models import FormDraft

bp = APIBlueprint("drafts", __name__, url_prefix="/user-tasks", tag="User tasks")


class NoDraft(NotFound):
    """You have no draft of this task."""


class NewDraft(Shape):
    answers = Variables(required=True)
    revision = Integer(
        load_default=None,
        allow_none=True,
        validate=Range(min=0),
        metadata={"description": "Of the draft this goes on from, 0 for none; null replaces any."},
    )


class DraftShape(Shape):
    answers = Variables()
    revision = Integer()
    saved_at = Moment()


@bp.get("/<uuid:task_id>/draft")
@policy("task.take")
@bp.output(DraftShape)
@reads
def get_draft(session: Session, task_id: UUID) -> Json:
    """What the caller has typed into the form and not sent."""
    me = current_actor()
    draft = drafts.of(session, user_tasks.get(session, task_id, by=me).id, by=me)
    if draft is None:
        raise NoDraft
    return to_json(draft)


@bp.put("/<uuid:task_id>/draft")
@policy("task.take")
@bp.input(NewDraft, arg_name="body")
@bp.output(DraftShape)
@writes
def put_draft(session: Session, task_id: UUID, body: dict[str, Any]) -> Json:
    """Keep what is typed; 409 `DraftElsewhere` when another window has saved since."""
    draft, _ = drafts.save(session, task_id, **body, by=current_actor())
    return to_json(draft)


@bp.delete("/<uuid:task_id>/draft")
@policy("task.take")
@bp.output({}, 204)
@writes
def delete_draft(session: Session, task_id: UUID) -> tuple[None, int]:
    """Let go of what was typed."""
    drafts.drop(session, task_id, by=current_actor())
    return None, 204


def to_json(draft: FormDraft) -> Json:
    return {
        "answers": draft.answers,
        "revision": draft.revision,
        "savedAt": moment(draft.saved_at),
    }
