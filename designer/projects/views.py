"""Pages of projects: the list, one project with its files and scenarios, and what changes them."""

import io
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from core import permissions
from core.db import reading, transaction
from core.errors import Conflict, Invalid
from designer import release_endpoints, starters
from designer.models import Draft
from designer.projects import folders, keeping, listing, running
from designer.projects.keeping import GENERAL
from designer.projects.listing import File
from web.names import people_names
from web.person import current_actor
from web.policies import policy
from web.wording import say

bp = Blueprint(
    "designer_projects", __name__, url_prefix="/designer/projects", template_folder="../templates"
)


@bp.get("")
@policy("design")
def index() -> ResponseReturnValue:
    """All projects, or with `archived` those that are out of the way."""
    with reading() as session:
        return _list(session)


@bp.post("")
@policy("design")
def create() -> ResponseReturnValue:
    """A new project: `name` and `about`."""
    name, about = request.form.get("name", ""), request.form.get("about", "")
    try:
        with transaction() as session:
            project = keeping.create(session, name, about, by=current_actor())
            place = url_for(".show", project_id=project.id)
    except (Invalid, Conflict) as error:
        with reading() as session:
            return _list(session, say(error), name=name, about=about), 422
    return redirect(place, 303)


@bp.get("/<uuid:project_id>")
@policy("design")
def show(project_id: UUID) -> ResponseReturnValue:
    """The files of a project with their state, and its scenarios."""
    actor = current_actor()
    with reading() as session:
        project = keeping.get(session, project_id, by=actor)
        files = listing.of_project(session, project_id, by=actor)
        editors = listing.editors(session, files)
        known = [project.created_by, *(name for names in editors.values() for name in names)]
        known += [file.latest.created_by for file in files if file.latest]
        known += [draft.drawn_by for file in files for draft in _drafts(file)]
        return render_template(
            "designer/projects/show.html",
            project=project,
            is_general=project_id == GENERAL,
            files=files,
            problems=listing.problems(session, files),
            editors=editors,
            standings=running.standings(session, files),
            projects=_others(session, project_id),
            starters=starters.STARTERS,
            say=say,
            people=people_names(session, known),
            may_deploy=permissions.may(actor, "deploy"),
        )


@bp.post("/<uuid:project_id>")
@policy("design")
def rename(project_id: UUID) -> ResponseReturnValue:
    """Another `name`, and what it is for: `about`."""
    try:
        with transaction() as session:
            keeping.rename(
                session,
                project_id,
                request.form.get("name", ""),
                request.form.get("about", ""),
                by=current_actor(),
            )
    except (Invalid, Conflict) as error:
        flash(say(error), "error")
    else:
        flash(_("The project is changed."), "done")
    return redirect(url_for(".show", project_id=project_id), 303)


@bp.post("/<uuid:project_id>/archive")
@policy("design")
def archive(project_id: UUID) -> ResponseReturnValue:
    """Put a project out of the way."""
    with transaction() as session:
        name = keeping.archive(session, project_id, by=current_actor()).name
    flash(_("“%(name)s” is archived. Nothing of it is lost.", name=name), "done")
    return redirect(url_for(".index"), 303)


@bp.post("/<uuid:project_id>/return")
@policy("design")
def bring_back(project_id: UUID) -> ResponseReturnValue:
    """Take a project out of the archive."""
    with transaction() as session:
        keeping.bring_back(session, project_id, by=current_actor())
    return redirect(url_for(".show", project_id=project_id), 303)


@bp.post("/<uuid:project_id>/files")
@policy("design")
def move(project_id: UUID) -> ResponseReturnValue:
    """Move the file `kind`, `key` with all its drafts and versions to the project `to`."""
    kind, key = request.form.get("kind", ""), request.form.get("key", "")
    actor = current_actor()
    with transaction() as session:
        keeping.get(session, project_id, by=actor)
        target = next(
            (
                each
                for each in [*keeping.find(session), keeping.general()]
                if str(each.id) == request.form.get("to")
            ),
            None,
        )
        if target is None:
            raise keeping.ProjectNotFound
        files = listing.of_project(session, project_id, by=actor)
        file = next((file for file in files if file.place == (kind, key)), None)
        if file is None:
            raise running.ProcessNotFound
        keeping.put(session, kind, key, target.id, by=actor)
        said = _("“%(file)s” is in “%(project)s” now.", file=file.name, project=target.name)
    flash(said, "done")
    return redirect(url_for(".show", project_id=project_id), 303)


@bp.post("/<uuid:project_id>/scenario-runs")
@policy("design")
def run_scenarios(project_id: UUID) -> ResponseReturnValue:
    """Run all scenarios of the project, or those of `process`; the page tells how they went.

    Scripts ask for one process after the other, and get `{scenarios, failed, processes}`.
    """
    actor, asked = current_actor(), request.form.get("process")
    with reading() as session:
        files = listing.of_project(session, project_id, by=actor)
        keys = [asked] if asked else [file.key for file in files if file.kind == "process"]
        ready = [running.prepare(session, project_id, key, by=actor) for key in keys]
    # Nobody waits for the database while they play.
    played = [(each, *running.run(each)) for each in ready]
    with transaction() as session:
        for each, runs, covered in played:
            running.store(session, each, runs, covered, by=actor)
    failed = sum(not run.outcome.passed for _each, runs, _covered in played for run in runs)
    failed += sum(len(each.kept) for each in ready if each.obstacle)
    if request.accept_mimetypes.best == "application/json":
        return {
            "scenarios": sum(len(each.kept) for each in ready),
            "failed": failed,
            "processes": [release_endpoints.played(*each) for each in played],
        }
    return redirect(url_for(".show", project_id=project_id, _anchor="scenarios"), 303)


@bp.get("/<uuid:project_id>/folder.zip")
@policy("design")
def export(project_id: UUID) -> ResponseReturnValue:
    """The project as a ZIP of the folder that `backoffice deploy` and `test` take."""
    actor = current_actor()
    with reading() as session:
        project = keeping.get(session, project_id, by=actor)
        packed = io.BytesIO(folders.packed(session, project, by=actor))
        name = f"{project.key}.zip"
    return send_file(packed, mimetype="application/zip", as_attachment=True, download_name=name)


def _list(session: Session, problem: str = "", name: str = "", about: str = "") -> str:
    actor, is_archived = current_actor(), "archived" in request.args
    overviews = listing.overviews(session, is_archived=is_archived, by=actor)
    return render_template(
        "designer/projects/index.html",
        overviews=overviews,
        is_archived=is_archived,
        has_archived=bool(is_archived or keeping.find(session, is_archived=True)),
        general_id=GENERAL,
        people=people_names(session, [each.project.created_by for each in overviews]),
        problem=problem,
        name=name,
        about=about,
    )


def _others(session: Session, project_id: UUID) -> list[tuple[str, str]]:
    """Id and name of the projects that a file can be moved to."""
    found = [*keeping.find(session), keeping.general()]
    return [(str(each.id), each.name) for each in found if each.id != project_id]


def _drafts(file: File) -> list[Draft]:
    return [*([file.draft] if file.draft else []), *file.others]
