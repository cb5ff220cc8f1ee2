"""What the designer's scripts call: save, check, deploy. JSON in and out, failures too."""

from uuid import UUID

from flask import Blueprint, flash, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core import permissions
from core.db import reading, transaction
from designer import checks, decisions, drafts, presence, releases
from designer.bodies import FieldMissing, body, text
from web.person import current_actor
from web.policies import policy

bp = Blueprint("designer_drafts", __name__, url_prefix="/designer")


@bp.post("/copies")
@policy("design")
def copy() -> ResponseReturnValue:
    """Keep `{kind, content}` as a draft of its own: what could not be saved over a newer one."""
    kind, content = text("kind"), text("content")
    with transaction() as session:
        draft = drafts.begin(session, kind, content, by=current_actor())
        return {"url": url_for("designer.edit", draft_id=draft.id)}, 201


@bp.put("/drafts/<uuid:draft_id>")
@policy("design")
def save(draft_id: UUID) -> ResponseReturnValue:
    """Store `{content, revision}`. 409 when the draft went on elsewhere."""
    content, revision = text("content"), body().get("revision")
    if not isinstance(revision, int):
        raise FieldMissing(field="revision")
    with transaction() as session:
        draft = drafts.save(session, draft_id, content, revision, by=current_actor())
        presence.drew(session, draft_id, by=current_actor())
        return {"revision": draft.revision, "saved_at": draft.updated_at.isoformat()}


@bp.delete("/drafts/<uuid:draft_id>")
@policy("design")
def discard(draft_id: UUID) -> ResponseReturnValue:
    """Throw the draft away."""
    with transaction() as session:
        drafts.discard(session, draft_id, by=current_actor())
    return "", 204


@bp.post("/check")
@policy("design")
def check() -> ResponseReturnValue:
    """The problems of `{kind, content}` as it would be deployed. Stores nothing."""
    kind, content = text("kind"), text("content")
    with reading() as session:
        return checks.check(session, kind, content, by=current_actor())


@bp.post("/decisions/tries")
@policy("design")
def try_decision() -> ResponseReturnValue:
    """Decide by the draft `{content}`: `{decision, inputs}`, inputs as FEEL. Stores nothing."""
    content, key, inputs = text("content"), text("decision"), body().get("inputs")
    if not isinstance(inputs, dict) or not all(isinstance(text, str) for text in inputs.values()):
        raise FieldMissing(field="inputs")
    with reading() as session:
        return decisions.try_out(session, content, key, inputs, by=current_actor())


@bp.get("/drafts/<uuid:draft_id>/plan")
@policy("design")
def plan(draft_id: UUID) -> ResponseReturnValue:
    """What deploying the draft would hold and become."""
    actor = current_actor()
    with reading() as session:
        draft = drafts.get(session, draft_id, by=actor)
        found = releases.plan(session, draft, by=actor)
        may_deploy = permissions.may(actor, "deploy")
        return {
            "parts": [
                {"name": part.name, "file": part.file, "note": releases.note_of(part)}
                for part in found.parts
            ],
            "action": _("Deploy version %(number)s", number=found.next_version),
            "may_deploy": may_deploy and found.is_changed,
            "note": _note(found, may_deploy),
        }


@bp.post("/drafts/<uuid:draft_id>/deployment")
@policy("deploy")
def deploy(draft_id: UUID) -> ResponseReturnValue:
    """Deploy the draft as it is stored, with `{message}`."""
    message = body().get("message")
    with transaction() as session:
        deployed = releases.deploy(
            session, draft_id, message if isinstance(message, str) else "", by=current_actor()
        )
        name, version = deployed.name, deployed.version
    sentence = _(
        "%(name)s is deployed: version %(version)s is the latest now.", name=name, version=version
    )
    flash(sentence, "done")
    return {"url": url_for("designer.edit", draft_id=draft_id), "version": version}, 201


def _note(found: releases.Plan, may_deploy: bool) -> str | None:
    if not may_deploy:
        return _("You may draw, but not deploy.")
    if not found.is_changed and found.latest is not None:
        return _(
            "Nothing differs from version %(version)s, which is deployed already.",
            version=found.latest.version,
        )
    if found.is_behind and found.latest is not None:
        return _(
            "%(person)s deployed version %(version)s after you began this draft. "
            "Deploying replaces it.",
            person=found.latest.created_by,
            version=found.latest.version,
        )
    return None
