"""What people write to each other about a case."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from sqlalchemy.orm import Session

from api.answers import moment, reads, writes
from api.fields import Identifier, Length, List, Moment, Nested, Reference, Shape, String
from core.model import Json
from web.person import current_actor
from web.policies import policy
from work import comments
from work.models import Comment

bp = APIBlueprint("comments", __name__, url_prefix="/process-instances", tag="Notes and files")


class NewComment(Shape):
    text = String(
        required=True,
        validate=Length(1, comments.MAX_LENGTH),
        metadata={"description": "`@name` tells that person, if they may see the case."},
    )
    user_task_id = Reference(load_default=None, allow_none=True)


class CommentShape(Shape):
    id = Identifier()
    text = String()
    at = Moment()
    by = String()
    user_task_id = Identifier(allow_none=True)
    mentions = List(String())


class AddedComment(CommentShape):
    told = List(String(), metadata={"description": "Who got a notification."})
    left_out = List(String(), metadata={"description": "Who was named and may not see the case."})


class CommentList(Shape):
    items = List(Nested(CommentShape), required=True)
    next = String(allow_none=True, required=True)


@bp.get("/<uuid:instance_id>/comments")
@policy("instance.see")
@bp.output(CommentList)
@reads
def list_comments(session: Session, instance_id: UUID) -> Json:
    """The newest 200 comments on a case, oldest first."""
    found = comments.of_case(session, instance_id, by=current_actor())
    return {"items": [to_json(each) for each in found], "next": None}


@bp.post("/<uuid:instance_id>/comments")
@policy("case.note")
@bp.input(NewComment, arg_name="body")
@bp.output(AddedComment, 201)
@writes
def create_comment(session: Session, instance_id: UUID, body: dict[str, Any]) -> tuple[Json, int]:
    """Comment on a case, or on one of its tasks."""
    text, task_id = body["text"], body["user_task_id"]
    added = comments.add(session, instance_id, text, task_id=task_id, by=current_actor())
    told = {"told": list(added.told), "leftOut": list(added.left_out)}
    return {**to_json(added.comment), **told}, 201


def to_json(comment: Comment) -> Json:
    return {
        "id": str(comment.id),
        "text": comment.text,
        "at": moment(comment.at),
        "by": comment.by,
        "userTaskId": comment.task_id and str(comment.task_id),
        "mentions": list(comment.mentions),
    }
