"""What editors call when several people draw the same: presence, merge, milestones."""

from typing import Any
from uuid import UUID

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from core.db import reading, transaction
from core.errors import BackOfficeError
from core.model import Json
from designer import comments, compare, drafts, merge, milestones, presence
from designer.bodies import FieldMissing, body, text
from designer.models import Draft
from web.names import people_names
from web.person import current_actor
from web.policies import policy

bp = Blueprint("designer_together", __name__, url_prefix="/designer")

MAX_CHOICES = 1_000


@bp.post("/drafts/<uuid:draft_id>/presence")
@policy("design")
def beat(draft_id: UUID) -> ResponseReturnValue:
    """`{window}`: this window is there. Answers who else is, what is stored, what was said."""
    actor = current_actor()
    with transaction() as session:
        others = presence.beat(session, draft_id, text("window"), by=actor)
        draft = drafts.get(session, draft_id, by=actor)
        names = people_names(session, [draft.drawn_by, *(other.person for other in others)])
        return {
            **_stored(draft, names[draft.drawn_by]),
            "comments": comments.mark(session, draft.kind, draft.key),
            "others": [
                {
                    "name": names[other.person],
                    "is_me": other.person == actor.name,
                    "is_editing": other.is_editing,
                    "since": other.opened_at.isoformat(),
                }
                for other in others
            ],
        }


@bp.delete("/drafts/<uuid:draft_id>/presence")
@policy("design")
def leave(draft_id: UUID) -> ResponseReturnValue:
    """`{window}` is closed."""
    with transaction() as session:
        presence.leave(session, draft_id, text("window"), by=current_actor())
    return "", 204


@bp.get("/drafts/<uuid:draft_id>/content")
@policy("design")
def content(draft_id: UUID) -> ResponseReturnValue:
    """The draft as it is stored."""
    with reading() as session:
        draft = drafts.get(session, draft_id, by=current_actor())
        names = people_names(session, [draft.drawn_by])
        return {**_stored(draft, names[draft.drawn_by]), "content": draft.content}


@bp.post("/drafts/<uuid:draft_id>/merge")
@policy("design")
def merge_texts(draft_id: UUID) -> ResponseReturnValue:
    """Put `{base, content, choices}` together with what is stored. Stores nothing.

    `content` of the answer is null while there are conflicts, or where the kind has no merge.
    """
    base, mine = text("base"), text("content")
    with reading() as session:
        draft = drafts.get(session, draft_id, by=current_actor())
        names = people_names(session, [draft.drawn_by])
        merged = _merged(draft, base, mine, _choices())
        return {
            **_stored(draft, names[draft.drawn_by]),
            "stored": draft.content,
            "content": merged.content if merged else None,
            "can_merge": merged is not None,
            "conflicts": [
                {
                    "element": conflict.element_id,
                    "name": conflict.name,
                    "mine": conflict.mine,
                    "theirs": conflict.theirs,
                }
                for conflict in (merged.conflicts if merged else ())
            ],
            "mine": _told(draft.kind, base, mine),
            "theirs": _told(draft.kind, base, draft.content),
        }


@bp.post("/drafts/<uuid:draft_id>/takeover")
@policy("design")
def take_over(draft_id: UUID) -> ResponseReturnValue:
    """Let `{content}` replace what is stored, which stays as a milestone."""
    actor = current_actor()
    with transaction() as session:
        draft = milestones.take_over(session, draft_id, text("content"), by=actor)
        return _stored(draft, actor.name)


@bp.post("/drafts/<uuid:draft_id>/milestones")
@policy("design")
def keep(draft_id: UUID) -> ResponseReturnValue:
    """Keep `{content, message}` as a milestone of the draft."""
    actor = current_actor()
    with transaction() as session:
        draft = drafts.get(session, draft_id, by=actor, lock=True)
        kept = milestones.keep(session, draft, text("content"), text("message"), by=actor.name)
        return {"id": str(kept.id), "message": kept.message}, 201


def urls(draft: Draft) -> dict[str, str]:
    """Where an editor asks."""
    return {
        "presence": url_for("designer_together.beat", draft_id=draft.id),
        "content": url_for("designer_together.content", draft_id=draft.id),
        "merge": url_for("designer_together.merge_texts", draft_id=draft.id),
        "takeover": url_for("designer_together.take_over", draft_id=draft.id),
        "milestones": url_for("designer_together.keep", draft_id=draft.id),
    }


def _stored(draft: Draft, name: str) -> Json:
    return {
        "revision": draft.revision,
        "saved_at": draft.updated_at.isoformat(),
        "saved_by": name,
    }


def _choices() -> dict[str, merge.Side]:
    given: Any = body().get("choices") or {}
    if not isinstance(given, dict) or len(given) > MAX_CHOICES:
        raise FieldMissing(field="choices")
    return {str(key): side for key, side in given.items() if side in ("mine", "theirs")}


def _merged(
    draft: Draft, base: str, mine: str, choices: dict[str, merge.Side]
) -> merge.Merged | None:
    if draft.kind != "process":
        return None
    try:
        return merge.merge(base, mine, draft.content, choices)
    except BackOfficeError:
        return None


def _told(kind: str, before: str, after: str) -> list[Json]:
    """Changes in words; none of what cannot be read."""
    try:
        found = compare.compare(kind, before, after)
    except BackOfficeError:
        return []
    return [{"element": each.element_id, "sentence": each.sentence} for each in found]
