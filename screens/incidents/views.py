"""Incidents: the same causes together, retry one or all, go on by hand."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from core.db import reading, transaction
from core.errors import Conflict, Invalid
from core.model import Json
from core.values import from_json
from engine import incidents
from screens.cases.names import read_names
from screens.incidents import presenting
from web.addresses import local_path
from web.errors import status_of
from web.person import current_actor
from web.policies import policy

bp = Blueprint("incidents", __name__, url_prefix="/incidents", template_folder="templates")

MAX_CAUSES = 50
#: Incidents that are listed under one cause; all of them are retried together.
MAX_LISTED = 20


class NoReason(Invalid):
    """Say why."""


class ResultsUnreadable(Invalid):
    """The results must be a JSON object: a name and a value for each."""


@bp.get("")
@policy("incident.see")
def index() -> ResponseReturnValue:
    """Open incidents by cause, the most frequent first."""
    me, process = current_actor(), request.args.get("process", "")
    with reading() as session:
        names = read_names(session)
        causes = incidents.causes(session, by=me, limit=MAX_CAUSES)
        shown = [cause for cause in causes if process in ("", cause.example.key)]
        groups = [
            presenting.cause_view(
                cause,
                incidents.find(session, by=me, cause=cause.cause, limit=MAX_LISTED),
                me,
                names,
            )
            for cause in shown
        ]
        affected = {cause.example.key for cause in causes}
        return render_template(
            "incidents/index.html",
            groups=groups,
            total=sum(group.count for group in groups),
            process=process,
            processes=[(key, names.process(key)) for key in sorted(affected | {process} - {""})],
            here=request.full_path,
        )


@bp.get("/<uuid:incident_id>/retries")
@policy("incident.resolve")
def retrial(incident_id: UUID) -> ResponseReturnValue:
    """The page that asks why, where the dialog cannot open."""
    return _retrial(incident_id)


@bp.post("/<uuid:incident_id>/retries")
@policy("incident.resolve")
def retry(incident_id: UUID) -> ResponseReturnValue:
    """Try again what failed. Who and why is kept."""
    try:
        with transaction() as session:
            incident = incidents.retry(session, incident_id, by=current_actor(), reason=_reason())
            name = incident.name or incident.element_id
    except (Invalid, Conflict) as error:
        return _retrial(incident_id, str(error)), status_of(error)
    return _back(_("%(step)s is tried again.", step=name))


@bp.get("/causes/<cause>/retries")
@policy("incident.resolve")
def cause_retrial(cause: str) -> ResponseReturnValue:
    """The page that asks why all of a cause are tried again, where the dialog cannot open."""
    return _cause_retrial(cause)


@bp.post("/causes/<cause>/retries")
@policy("incident.resolve")
def retry_cause(cause: str) -> ResponseReturnValue:
    """Try again everything that failed for one cause. Who and why is kept."""
    try:
        with transaction() as session:
            by = current_actor()
            count = len(incidents.retry_cause(session, cause, by=by, reason=_reason()))
    except (Invalid, Conflict) as error:
        return _cause_retrial(cause, str(error)), status_of(error)
    return _back(ngettext("%(num)d is tried again.", "%(num)d are tried again.", count))


@bp.get("/<uuid:incident_id>/resolution")
@policy("incident.resolve")
def resolution(incident_id: UUID) -> ResponseReturnValue:
    """The page to go on by hand from, where the dialog cannot open."""
    return _resolution(incident_id)


@bp.post("/<uuid:incident_id>/resolution")
@policy("incident.resolve")
def resolve(incident_id: UUID) -> ResponseReturnValue:
    """Go on by hand: as if it was done, or with a business error. What was typed is never lost."""
    is_error = request.form.get("how") == "error"
    try:
        with transaction() as session:
            incident = incidents.resolve(
                session,
                incident_id,
                variables=None if is_error else _results(),
                error_code=request.form.get("error_code", "").strip() if is_error else None,
                reason=_reason(),
                by=current_actor(),
            )
            name = incident.name or incident.element_id
    except (Invalid, Conflict) as error:
        return _resolution(incident_id, str(error)), status_of(error)
    return _back(_("%(step)s is resolved.", step=name))


def _reason() -> str:
    """Why, as it was typed. Raises NoReason."""
    reason = request.form.get("reason", "").strip()
    if not reason:
        raise NoReason
    return reason


def _retrial(incident_id: UUID, problem: str = "") -> str:
    with reading() as session:
        incident = incidents.get(session, incident_id, by=current_actor())
        action = url_for(".retry", incident_id=incident_id)
        return _ask_why(action, incident.message, problem)


def _cause_retrial(cause: str, problem: str = "") -> str:
    with reading() as session:
        found = incidents.find(session, by=current_actor(), cause=cause, limit=1)
        about = found[0].message if found else ""
        return _ask_why(url_for(".retry_cause", cause=cause), about, problem)


def _ask_why(action: str, about: str, problem: str) -> str:
    return render_template(
        "incidents/retrial.html",
        action=action,
        about=about,
        problem=problem,
        here=local_path(request.values.get("next")) or url_for(".index"),
    )


def _resolution(incident_id: UUID, problem: str = "") -> str:
    me = current_actor()
    with reading() as session:
        incident = incidents.get(session, incident_id, by=me)
        return render_template(
            "incidents/resolution.html",
            incident=presenting.incident_view(incident, me, read_names(session)),
            problem=problem,
            typed=request.form,
            here=local_path(request.values.get("next")) or url_for(".index"),
        )


def _results() -> Json:
    results = from_json(request.form.get("variables", "").strip() or "{}")
    if not isinstance(results, dict):
        raise ResultsUnreadable
    return results


def _back(words: str) -> ResponseReturnValue:
    flash(words, "done")
    return redirect(local_path(request.form.get("next")) or url_for(".index"), 303)
