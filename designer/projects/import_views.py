"""Pages of what is brought for a project: uploaded, looked at, then taken or thrown away."""

from datetime import timedelta
from pathlib import PurePosixPath
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import delete
from sqlalchemy.orm import Session

from core import clock
from core.db import reading, transaction
from core.errors import Conflict, Invalid, NotFound
from core.people import Actor
from designer.projects import archives, importing, keeping
from designer.projects.archives import Unpacked
from designer.projects.models import Project, ProjectImport
from web.person import current_actor
from web.policies import policy
from web.wording import say

bp = Blueprint(
    "designer_imports", __name__, url_prefix="/designer/imports", template_folder="../templates"
)

#: What was looked at and not taken goes after so long.
KEPT = timedelta(days=1)
MAX_SHOWN = 1_000


class ImportNotFound(NotFound):
    """This is not there any more: it was taken, thrown away, or lay for a day. Bring it again."""


class NothingBrought(Invalid):
    """Choose a ZIP, files or a folder."""


@bp.post("")
@policy("design")
def create() -> ResponseReturnValue:
    """Bring `files`: a ZIP, single files or a folder; for `project` where one is named."""
    actor = current_actor()
    project = request.form.get("project", "")
    back = (
        url_for("designer_projects.show", project_id=project)
        if _uuid(project) is not None
        else url_for("designer_projects.index")
    )
    try:
        name, brought = _brought()
    except Invalid as error:
        flash(say(error), "error")
        return redirect(back, 303)
    at = clock.now()
    with transaction() as session:
        session.execute(delete(ProjectImport).where(ProjectImport.created_at < at - KEPT))
        row = ProjectImport(name=name, content=brought, created_at=at, created_by=actor.name)
        session.add(row)
        session.flush()
        place = url_for(".show", import_id=row.id, into=project or None)
    return redirect(place, 303)


@bp.get("/<uuid:import_id>")
@policy("design")
def show(import_id: UUID) -> ResponseReturnValue:
    """What taking it would do to the project `into`: an id, "new", or the likely one."""
    with reading() as session:
        return _page(session, import_id, request.args.get("into", ""))


@bp.post("/<uuid:import_id>")
@policy("design")
def take(import_id: UUID) -> ResponseReturnValue:
    """Take the `items` chosen into the project `into`, or a new one called `name`."""
    actor = current_actor()
    chosen, seen = set(request.form.getlist("items")), request.form.get("fingerprint", "")
    into = request.form.get("into", "")
    try:
        with transaction() as session:
            row = _get(session, import_id, by=actor)
            brought = archives.unpack(row.content)
            project = _target(session, into, brought, by=actor)
            if importing.look(session, brought, project, by=actor).fingerprint != seen:
                raise importing.ImportChanged
            if project is None:
                _title, about = importing.read_about(brought.files)
                name = request.form.get("name", "")
                project = keeping.create(session, name, about[: keeping.MAX_ABOUT], by=actor)
            taken = importing.take(session, brought, project, chosen, by=actor)
            session.delete(row)
            place = url_for("designer_projects.show", project_id=project.id)
            said = _("%(count)s taken into “%(name)s”.", count=len(taken.items), name=project.name)
    except (Invalid, Conflict) as error:
        with reading() as session:
            return _page(session, import_id, into, say(error)), 422
    flash(said, "done")
    return redirect(place, 303)


@bp.post("/<uuid:import_id>/removal")
@policy("design")
def discard(import_id: UUID) -> ResponseReturnValue:
    """Throw what was brought away."""
    with transaction() as session:
        session.delete(_get(session, import_id, by=current_actor()))
    flash(_("Nothing was taken."), "done")
    return redirect(url_for("designer_projects.index"), 303)


def _page(session: Session, import_id: UUID, into: str, problem: str = "") -> str:
    actor = current_actor()
    row = _get(session, import_id, by=actor)
    brought = archives.unpack(row.content)
    project = _target(session, into, brought, by=actor)
    report = importing.look(session, brought, project, by=actor)
    return render_template(
        "designer/projects/import.html",
        row=row,
        report=report,
        items=report.items[:MAX_SHOWN],
        say=say,
        project=project,
        projects=[
            (str(each.id), each.name) for each in [*keeping.find(session), keeping.general()]
        ],
        name=request.form.get("name") or report.title or _title(row.name),
        problem=problem,
    )


def _get(session: Session, import_id: UUID, *, by: Actor) -> ProjectImport:
    row = session.get(ProjectImport, import_id)
    if row is None or row.created_by != by.name:
        raise ImportNotFound
    return row


def _target(session: Session, into: str, brought: Unpacked, *, by: Actor) -> Project | None:
    """The project to take it into; None: a new one."""
    project_id = _uuid(into)
    if project_id is not None:
        return keeping.get(session, project_id, by=by)
    return None if into == "new" else importing.likely(session, brought)


def _brought() -> tuple[str, bytes]:
    """What was brought, by name, as a ZIP of our own. Raises NothingBrought and of archives."""
    sent = [each for each in request.files.getlist("files") if each.filename]
    if not sent:
        raise NothingBrought
    first = str(sent[0].filename)
    if len(sent) == 1 and first.lower().endswith(".zip"):
        data = sent[0].read()
        archives.unpack(data)
        return PurePosixPath(first).name, data
    unpacked = archives.gathered((str(each.filename), each.read()) for each in sent)
    name = PurePosixPath(first).parts[0] if "/" in first else _("%(count)s files", count=len(sent))
    return name, archives.pack(unpacked.files)


def _title(name: str) -> str:
    """A name for a project made of that of a file: "move_in.zip" → "Move in"."""
    words = PurePosixPath(name).stem.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
