"""Views of My work that the caller keeps, and those that are shared with their groups."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from marshmallow.fields import Dict
from sqlalchemy.orm import Session

from api.answers import moment, reads, writes
from api.fields import Identifier, Length, List, Moment, Name, Nested, Shape, String
from core.model import Json
from web.person import current_actor
from web.policies import policy
from work import saved_views
from work.models import SavedView

bp = APIBlueprint("saved_views", __name__, url_prefix="/saved-views", tag="User tasks")

#: Parameters of one view.
MAX_ASKED = 20


class NewView(Shape):
    name = String(required=True, validate=Length(1, saved_views.MAX_NAME_LENGTH))
    asked = Dict(
        keys=String(validate=Length(1, 50)),
        values=String(validate=Length(max=200)),
        required=True,
        validate=Length(max=MAX_ASKED),
        metadata={"description": "Parameters of the address of My work, such as `due` or `q`."},
    )
    group = Name(load_default=None, allow_none=True)


class ViewShape(Shape):
    id = Identifier()
    name = String()
    asked = Dict(keys=String(), values=String())
    owner = String()
    group = String(allow_none=True)
    made_at = Moment()


class ViewList(Shape):
    items = List(Nested(ViewShape), required=True)
    next = String(allow_none=True, required=True)


@bp.get("")
@policy("task.see")
@bp.output(ViewList)
@reads
def list_views(session: Session) -> Json:
    """The caller's views, then those that are shared with their groups, each by name."""
    found = saved_views.of(session, current_actor())
    return {"items": [to_json(each) for each in found], "next": None}


@bp.post("")
@policy("task.see")
@bp.input(NewView, arg_name="body")
@bp.output(ViewShape, 201)
@writes
def create_view(session: Session, body: dict[str, Any]) -> tuple[Json, int]:
    """Keep a view; one of the same name is replaced. With a group, its people have it too."""
    name, asked, group = body["name"], body["asked"], body["group"]
    return to_json(saved_views.save(session, name, asked, group=group, by=current_actor())), 201


@bp.delete("/<uuid:view_id>")
@policy("task.see")
@bp.output({}, 204)
@writes
def delete_view(session: Session, view_id: UUID) -> tuple[None, int]:
    """Let go of a view; a team leader, also of one shared with their group."""
    saved_views.remove(session, view_id, by=current_actor())
    return None, 204


def to_json(view: SavedView) -> Json:
    return {
        "id": str(view.id),
        "name": view.name,
        "asked": view.asked,
        "owner": view.owner,
        "group": view.group_name,
        "madeAt": moment(view.made_at),
    }
