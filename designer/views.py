"""The designer's pages: the list, a version as deployed, and the editors."""

import json
from pathlib import PurePath
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core import permissions
from core.db import reading, transaction
from core.errors import Invalid
from core.model import Json
from core.people import Actor
from designer import (
    catalogue,
    contents,
    drafts,
    listing,
    releases,
    starters,
    tables,
    users,
)
from designer.aid_endpoints import urls as aid_urls
from designer.comment_endpoints import urls as comment_urls
from designer.models import Draft
from designer.projects import keeping
from designer.release_endpoints import urls as release_urls
from designer.together_endpoints import urls as together_urls
from designer.trial_endpoints import urls as trial_urls
from engine import definitions
from web.csp import loose_styles
from web.names import people_names
from web.person import current_actor
from web.policies import policy

bp = Blueprint("designer", __name__, url_prefix="/designer", template_folder="templates")

MAX_NAME = 120
EDITORS = {
    "process": "designer/process.html",
    "form": "designer/form.html",
    "decision": "designer/decision.html",
}
#: What a file that is brought along holds; any other is a process.
KINDS_BY_SUFFIX = {".form": "form", ".json": "form", ".dmn": "decision"}


class NameMissing(Invalid):
    """Give it a name of 1 to 120 characters."""


@bp.get("")
@policy("design")
def index() -> ResponseReturnValue:
    """Processes, forms or decisions: deployed, and being drawn."""
    kind = _kind(request.args.get("kind"))
    query = request.args.get("q", "").strip()[:MAX_NAME]
    with reading() as session:
        return _list(session, kind, query)


@bp.post("/drafts")
@policy("design")
def create() -> ResponseReturnValue:
    """A new draft: from a template under a name of its own, or from a file."""
    upload = request.files.get("file")
    try:
        with transaction() as session:
            if upload is not None and upload.filename:
                draft = _from_file(session, upload.filename, upload.read(), by=current_actor())
                # What the file leaves to do lies open.
                return redirect(url_for(".edit", draft_id=draft.id, _anchor="problems"), 303)
            draft = _from_starter(session, request.form, by=current_actor())
            return redirect(url_for(".edit", draft_id=draft.id), 303)
    except Invalid as error:
        kind = _kind(request.form.get("kind"))
        with reading() as session:
            return _list(session, kind, "", problem=str(error)), 422


@bp.get("/drafts/<uuid:draft_id>")
@loose_styles
@policy("design")
def edit(draft_id: UUID) -> ResponseReturnValue:
    """The editor of a draft."""
    actor = current_actor()
    with reading() as session:
        draft = drafts.get(session, draft_id, by=actor)
        base = (
            definitions.get(session, draft.base_definition_id) if draft.base_definition_id else None
        )
        stands = releases.standing(session, draft)
        behind = stands.latest if stands.is_behind else None
        return render_template(
            EDITORS[draft.kind],
            draft=draft,
            base=base,
            behind=behind,
            project=keeping.holding(session, draft.kind, draft.key, by=actor),
            people=people_names(session, [behind.created_by if behind else None]),
            next_version=stands.next_version,
            may_deploy=permissions.may(actor, "deploy"),
            config=_config(session, draft, by=actor),
        )


@bp.get("/versions/<uuid:definition_id>")
@policy("definition.see")
def show_version(definition_id: UUID) -> ResponseReturnValue:
    """A version as it was deployed: to look at for everybody, to go on from for who draws."""
    me = current_actor()
    draws = permissions.may(me, "design")
    with reading() as session:
        definition = definitions.get(session, definition_id)
        content = definitions.content(session, definition.id).decode()
        versions = definitions.find(session, kind=definition.kind, key=definition.key)
        return render_template(
            "designer/version.html",
            definition=definition,
            project=keeping.holding(session, definition.kind, definition.key, by=me)
            if draws
            else None,
            content=_shown(definition.kind, content),
            versions=versions,
            users=_users(session, definition.kind, definition.key, content, by=me),
            notes=releases.notes(session, versions),
            people=people_names(session, [version.created_by for version in versions]),
            draws=draws,
            may_deploy=permissions.may(me, "deploy"),
        )


@bp.post("/versions/<uuid:definition_id>/draft")
@policy("design")
def open_version(definition_id: UUID) -> ResponseReturnValue:
    """Go on from a deployed version, in the draft one has of it or a new one.

    With `covered`, an element, the editor shows there what no scenario covers.
    """
    covered = request.form.get("covered")
    anchor = f"covered={covered}" if covered is not None else None
    with transaction() as session:
        definition = definitions.get(session, definition_id)
        draft = drafts.open_version(session, definition, by=current_actor())
        return redirect(url_for(".edit", draft_id=draft.id, _anchor=anchor), 303)


@bp.post("/drafts/<uuid:draft_id>/removal")
@policy("design")
def discard(draft_id: UUID) -> ResponseReturnValue:
    """Throw a draft away, from the list."""
    with transaction() as session:
        kind = drafts.get(session, draft_id, by=current_actor()).kind
        drafts.discard(session, draft_id, by=current_actor())
    return redirect(url_for(".index", kind=kind), 303)


def _kind(asked: str | None) -> str:
    return asked if asked in EDITORS else "process"


def _list(session: Session, kind: str, query: str, problem: str | None = None) -> str:
    rows = listing.rows(session, kind, query, by=current_actor())
    known = [row.latest.created_by for row in rows if row.latest]
    known += [draft.owner for row in rows for draft in row.others]
    return render_template(
        "designer/index.html",
        kind=kind,
        query=query,
        rows=rows,
        people=people_names(session, known),
        starters=[starter for starter in starters.STARTERS if starter.kind == kind],
        problem=problem,
    )


def _from_starter(session: Session, form: Any, *, by: Actor) -> Draft:
    starter = starters.get(form.get("starter", ""))
    name = form.get("name", "").strip()
    if not 0 < len(name) <= MAX_NAME:
        raise NameMissing
    key = _free_key(session, starter.kind, contents.key_from(name), by=by)
    content, project_id = starter.content(key, name), _project_asked()
    return drafts.begin(session, starter.kind, content, by=by, project_id=project_id)


def _from_file(session: Session, name: str, data: bytes, *, by: Actor) -> Draft:
    kind = KINDS_BY_SUFFIX.get(PurePath(name).suffix.lower(), "process")
    content = contents.imported(kind, data)
    key = contents.identify(kind, content).key
    return drafts.begin(
        session,
        kind,
        content,
        by=by,
        base=definitions.find_latest(session, kind, key),
        project_id=_project_asked(),
    )


def _project_asked() -> UUID | None:
    """The project that the page it is begun on belongs to."""
    try:
        return UUID(request.form.get("project", ""))
    except ValueError:
        return None


def _free_key(session: Session, kind: str, key: str, *, by: Actor) -> str:
    """A key that nothing deployed or drawn by the person has yet."""
    taken = {draft.key for draft in drafts.of_person(session, kind, by=by)}
    number, free = 1, key
    while free in taken or definitions.find_latest(session, kind, free) is not None:
        number += 1
        free = f"{key}_{number}"
    return free


def _shown(kind: str, content: str) -> Any:
    """A version as its page shows it."""
    if kind == "form":
        return json.loads(content)
    return tables.of(content) if kind == "decision" else content


def _users(session: Session, kind: str, key: str, content: str, *, by: Actor) -> list[Json]:
    """The processes that use a form or decision."""
    if kind == "decision":
        return users.of_decisions(session, content, by=by)
    return users.of_form(session, key, by=by) if kind == "form" else []


def _config(session: Session, draft: Draft, *, by: Actor) -> Json:
    """All that the editor's script needs to know."""
    return {
        "draft": {
            "id": str(draft.id),
            "kind": draft.kind,
            "key": draft.key,
            "name": draft.name,
            "revision": draft.revision,
            "content": draft.content,
        },
        "catalogue": catalogue.contents(session, by=by),
        "users": _users(session, draft.kind, draft.key, draft.content, by=by),
        "urls": {
            "list": url_for(".index", kind=draft.kind),
            "draft": url_for("designer_drafts.save", draft_id=draft.id),
            "drafts": url_for("designer_drafts.copy"),
            "check": url_for("designer_drafts.check"),
            "plan": url_for("designer_drafts.plan", draft_id=draft.id),
            "deployment": url_for("designer_drafts.deploy", draft_id=draft.id),
            **trial_urls(draft),
            **release_urls(draft),
            **aid_urls(),
            "form_data": url_for("designer_aids.show_form_data", draft_id=draft.id),
            **together_urls(draft),
            **comment_urls(),
            "try": url_for("designer_drafts.try_decision"),
        },
    }
