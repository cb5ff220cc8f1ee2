"""Pages of what was: a draft's milestones and versions, and any two states side by side."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.db import reading, transaction
from core.errors import BackOfficeError, Invalid
from designer import compare, drafts, milestones, states
from designer.changes import Change
from designer.projects import keeping
from web.names import people_names
from web.person import current_actor
from web.policies import policy

bp = Blueprint("designer_history", __name__, url_prefix="/designer", template_folder="templates")

MAX_CHANGES = 1_000


class NotComparable(Invalid):
    """These two are not the same kind of thing."""


@bp.get("/drafts/<uuid:draft_id>/history")
@policy("design")
def history(draft_id: UUID) -> ResponseReturnValue:
    """The milestones of a draft and the versions of its key."""
    actor = current_actor()
    with reading() as session:
        draft = drafts.get(session, draft_id, by=actor)
        kept = [states.of_milestone(draft, each) for each in milestones.of_draft(session, draft)]
        deployed = states.versions(session, draft.kind, draft.key)
        names = [draft.drawn_by, *(state.by for state in (*kept, *deployed))]
        return render_template(
            "designer/history.html",
            draft=draft,
            project=keeping.holding(session, draft.kind, draft.key, by=actor),
            now_ref=states.of_draft(draft).ref,
            milestones=kept,
            versions=deployed,
            people=people_names(session, names),
        )


@bp.post("/drafts/<uuid:draft_id>/history")
@policy("design")
def keep(draft_id: UUID) -> ResponseReturnValue:
    """Keep the draft as it is stored as a milestone."""
    actor = current_actor()
    try:
        with transaction() as session:
            draft = drafts.get(session, draft_id, by=actor, lock=True)
            said = request.form.get("message", "")
            milestones.keep(session, draft, draft.content, said, by=actor.name)
    except Invalid as error:
        flash(str(error), "error")
    else:
        flash(_("Kept as a milestone."), "done")
    return redirect(url_for(".history", draft_id=draft_id), 303)


@bp.post("/drafts/<uuid:draft_id>/restorations")
@policy("design")
def restore(draft_id: UUID) -> ResponseReturnValue:
    """Go back to `state`, a milestone or version; what the draft holds becomes a milestone."""
    actor = current_actor()
    sort, _colon, key = request.form.get("state", "").partition(":")
    try:
        state_id = UUID(key)
    except ValueError as error:
        raise states.StateNotFound from error
    with transaction() as session:
        if sort == "version":
            milestones.restore_version(session, draft_id, state_id, by=actor)
        else:
            milestones.restore(session, draft_id, state_id, by=actor)
    flash(_("The draft is as it was then. What it held before is among its milestones."), "done")
    return redirect(url_for("designer.edit", draft_id=draft_id), 303)


@bp.get("/comparison")
@policy("design")
def comparison() -> ResponseReturnValue:
    """What differs between the states `before` and `after`."""
    actor = current_actor()
    with reading() as session:
        before, old = states.find(session, request.args.get("before", ""), by=actor)
        after, new = states.find(session, request.args.get("after", ""), by=actor)
        if before.kind != after.kind:
            raise NotComparable
        changes, problem = _changes(before.kind, old, new)
        offered = states.offered(session, after, by=actor)
        known = {state.ref for state in offered}
        offered += [state for state in (before, after) if state.ref not in known]
        return render_template(
            "designer/comparison.html",
            project=keeping.holding(session, after.kind, after.key, by=actor),
            before=before,
            after=after,
            texts=(old, new),
            offered=offered,
            changes=changes[:MAX_CHANGES],
            counts=_counts(changes),
            problem=problem,
            marks=_marks(changes),
            people=people_names(session, [state.by for state in offered]),
        )


def _changes(kind: str, old: str, new: str) -> tuple[list[Change], str | None]:
    try:
        return compare.compare(kind, old, new), None
    except BackOfficeError as error:
        return [], str(error)


def _counts(changes: list[Change]) -> dict[str, int]:
    kinds = [change.kind for change in changes]
    return {kind: kinds.count(kind) for kind in ("added", "removed", "changed", "moved")}


def _marks(changes: list[Change]) -> dict[str, str]:
    """Of each element the gravest change: what was changed and moved was changed."""
    marks: dict[str, str] = {}
    for change in changes:
        if change.kind != "moved":
            marks[change.element_id] = change.kind
        else:
            marks.setdefault(change.element_id, change.kind)
    return marks
