"""What the comments panel calls, and the way from a notification to what it is about."""

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import reading, transaction
from core.model import Json
from core.people import Actor
from designer import comments
from designer.bodies import body, text
from designer.comment_models import DesignComment
from designer.comments import About
from designer.models import Draft
from engine import definitions
from web.names import people_names
from web.person import current_actor
from web.policies import policy

bp = Blueprint("designer_comments", __name__, url_prefix="/designer")


@bp.get("/comments")
@policy("design")
def index() -> ResponseReturnValue:
    """`{comments}` on `kind` and `key`, the oldest first."""
    kind, key = request.args.get("kind", ""), request.args.get("key", "")
    with reading() as session:
        return {"comments": _shown(session, comments.of(session, kind, key), by=current_actor())}


@bp.post("/comments")
@policy("design")
def add() -> ResponseReturnValue:
    """Say `{text}` about `{kind, key, element?, element_name?}`."""
    element, name = body().get("element"), body().get("element_name")
    about = About(
        text("kind"),
        text("key"),
        element if isinstance(element, str) and element else None,
        name[: comments.MAX_NAME] if isinstance(name, str) else "",
    )
    with transaction() as session:
        added = comments.add(session, about, text("text"), by=current_actor())
        return {"left_out": added.left_out}, 201


@bp.post("/comments/<uuid:comment_id>/answers")
@policy("design")
def answer(comment_id: UUID) -> ResponseReturnValue:
    """Answer `{text}` to a comment."""
    with transaction() as session:
        added = comments.answer(session, comment_id, text("text"), by=current_actor())
        return {"left_out": added.left_out}, 201


@bp.put("/comments/<uuid:comment_id>/resolution")
@policy("design")
def resolve(comment_id: UUID) -> ResponseReturnValue:
    """Nothing is left to do about it."""
    with transaction() as session:
        comments.resolve(session, comment_id, by=current_actor())
    return "", 204


@bp.delete("/comments/<uuid:comment_id>/resolution")
@policy("design")
def reopen(comment_id: UUID) -> ResponseReturnValue:
    """Something is left to do after all."""
    with transaction() as session:
        comments.reopen(session, comment_id, by=current_actor())
    return "", 204


@bp.delete("/comments/<uuid:comment_id>")
@policy("design")
def take_back(comment_id: UUID) -> ResponseReturnValue:
    """Delete one's own comment."""
    with transaction() as session:
        comments.take_back(session, comment_id, by=current_actor())
    return "", 204


@bp.get("/comments/<uuid:comment_id>")
@policy("design")
def show(comment_id: UUID) -> ResponseReturnValue:
    """Go to the draft in which a comment can be read, one's own before others'; else the list."""
    actor = current_actor()
    with reading() as session:
        comment = comments.get(session, comment_id)
        place = _place(session, comment, by=actor)
    return redirect(place, 303)


def urls() -> dict[str, str]:
    """Where an editor asks."""
    return {"comments": url_for("designer_comments.index")}


def _place(session: Session, comment: DesignComment, *, by: Actor) -> str:
    query = select(Draft).where(Draft.kind == comment.kind, Draft.key == comment.key)
    found = list(session.scalars(query.order_by(Draft.updated_at.desc()).limit(50)))
    draft = next((each for each in found if each.owner == by.name), found[0] if found else None)
    if draft is not None:
        return url_for("designer.edit", draft_id=draft.id, _anchor="comments")
    latest = definitions.find_latest(session, comment.kind, comment.key)
    if latest is not None:
        return url_for("designer.show_version", definition_id=latest.id)
    return url_for("designer.index", kind=comment.kind)


def _shown(session: Session, found: list[DesignComment], *, by: Actor) -> list[Json]:
    names = people_names(session, [each.created_by for each in found])
    return [
        {
            "id": str(each.id),
            "thread": str(each.thread_id) if each.thread_id else None,
            "element": each.element_id,
            "element_name": each.element_name,
            "text": each.text,
            "by": names[each.created_by],
            "is_mine": each.created_by == by.name,
            "at": each.created_at.isoformat(),
            "is_resolved": each.resolved_at is not None,
            "url": url_for("designer_comments.show", comment_id=each.id),
        }
        for each in found
    ]
