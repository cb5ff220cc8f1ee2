"""Processes: what is deployed, one process with its versions, deploying files."""

from uuid import UUID

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

import forms
from core import permissions
from core.db import reading, transaction
from core.errors import Invalid
from core.people import Actor
from engine import definitions, deployments
from engine.bpmn.export import export
from engine.errors import DefinitionNotFound, ModelRefused
from engine.models import Definition, ProcessGrant, ProcessViewer
from screens.cases.names import read_names
from screens.processes import presenting
from screens.processes.counting import NONE, open_by_process, open_by_version
from web.person import current_actor
from web.policies import policy

bp = Blueprint("processes", __name__, url_prefix="/processes", template_folder="templates")

PAGE_SIZE = 50
MAX_VERSIONS = 100
A_YEAR = 365 * 24 * 3600


class NoFiles(Invalid):
    """Choose at least one .bpmn, .dmn or .form file."""


class SameNameTwice(Invalid):
    """Two of the files have the same name."""


@bp.get("")
@policy("definition.see")
def index() -> ResponseReturnValue:
    """Deployed processes in their newest version."""
    me = current_actor()
    with reading() as session:
        found = definitions.find(session, latest=True, after=_after(), limit=PAGE_SIZE + 1)
        shown = found[:PAGE_SIZE]
        counts = open_by_process(session, me)
        names = read_names(session, (definition.created_by for definition in shown))
        return render_template(
            "processes/index.html",
            rows=[
                presenting.process_row(each, counts.get(each.key, NONE), me, names)
                for each in shown
            ],
            next=str(shown[-1].id) if len(found) > PAGE_SIZE else None,
            may_deploy=permissions.may(me, "deploy"),
            designer_url=_designer_url(me),
        )


@bp.get("/<key>")
@bp.get("/<key>/versions/<int:version>")
@policy("definition.see")
def show(key: str, version: int | None = None) -> ResponseReturnValue:
    """One process: its diagram, versions, and who may do what."""
    me = current_actor()
    with reading() as session:
        versions = definitions.find(session, key=key, limit=MAX_VERSIONS)
        definition = chosen(session, versions, key, version)
        counts = open_by_version(session, [each.id for each in versions], me)
        grants = session.scalars(
            select(ProcessGrant.actor).where(ProcessGrant.key == key).order_by(ProcessGrant.actor)
        ).all()
        viewers = session.scalars(
            select(ProcessViewer.group_name)
            .where(ProcessViewer.key == key)
            .order_by(ProcessViewer.group_name)
        ).all()
        names = read_names(session, [*grants, *(each.created_by for each in versions)])
        view = presenting.process_view(
            definition,
            versions[0],
            definitions.program(session, definition).model.documentation,
            open_by_process(session, me).get(key, NONE),
            grants,
            viewers,
            me,
            names,
        )
        problems = definition.deployment.problems
        own = [each for each in problems if each.get("file") in (None, definition.file)]
        return render_template(
            "processes/show.html",
            process=view,
            picture=presenting.picture(definition),
            versions=presenting.version_rows(versions, counts, definition.id, names),
            problems=presenting.problem_views(own),
        )


@bp.get("/definitions/<uuid:definition_id>.bpmn")
@policy("definition.see")
def xml(definition_id: UUID) -> ResponseReturnValue:
    """The file of one version, a foreign one with our settings; browsers may keep it."""
    with reading() as session:
        content = definitions.content(session, definition_id)
        if definitions.get(session, definition_id).kind == "process":
            content = export(content).content
    response = Response(content, mimetype="application/xml")
    response.cache_control.private = True
    response.cache_control.max_age = A_YEAR
    response.cache_control.immutable = True
    return response


@bp.get("/deployments/new")
@policy("deploy")
def new_deployment() -> ResponseReturnValue:
    """The page to deploy files from."""
    return render_template("processes/deployment.html", outcome=None, reports=[])


@bp.post("/deployments")
@policy("deploy")
def deploy() -> ResponseReturnValue:
    """Deploy files together, or only say what is wrong with them."""
    files = _files()
    if request.form.get("only") == "check":
        return _check(files)
    try:
        with transaction() as session:
            outcome = deployments.deploy(session, files, by=current_actor(), check_form=forms.check)
            page = render_template(
                "processes/deployment.html",
                outcome=presenting.outcome_view(outcome),
                reports=[
                    presenting.report_view(each)
                    for each in deployments.validate(session, files, check_form=forms.check)
                    if each.problems
                ],
            )
    except ModelRefused as error:
        reports = presenting.refused_views(error.context["problems"], error.context["files"])
        words = _("Nothing was deployed: these files have errors.")
        outcome_words = presenting.OutcomeView(words, "error")
        page = render_template("processes/deployment.html", outcome=outcome_words, reports=reports)
        return page, 422
    return page


def _check(files: dict[str, bytes]) -> ResponseReturnValue:
    with reading() as session:
        reports = deployments.validate(session, files, check_form=forms.check)
    is_fine = all(report.verdict != "refused" for report in reports)
    words = _("These files can be deployed.") if is_fine else _("These files have errors.")
    return render_template(
        "processes/deployment.html",
        outcome=presenting.OutcomeView(words, "done" if is_fine else "warning"),
        reports=[presenting.report_view(report) for report in reports],
    )


def _files() -> dict[str, bytes]:
    uploads = [each for each in request.files.getlist("files") if each.filename]
    if not uploads:
        raise NoFiles
    files = {str(upload.filename): upload.read() for upload in uploads}
    if len(files) < len(uploads):
        raise SameNameTwice
    return files


def chosen(
    session: Session, versions: list[Definition], key: str, version: int | None
) -> Definition:
    """The version asked for, else the newest. Raises DefinitionNotFound."""
    if version is not None:
        found = definitions.version(session, "process", key, version)
    else:
        found = versions[0] if versions else None
    if found is None:
        raise DefinitionNotFound(key=key, version=version)
    return found


def _designer_url(me: Actor) -> str:
    has_designer = "designer.index" in current_app.view_functions
    return url_for("designer.index") if has_designer and permissions.may(me, "design") else ""


def _after() -> UUID | None:
    try:
        return UUID(request.args["after"]) if request.args.get("after") else None
    except ValueError:
        raise Invalid("This page of the list does not exist.") from None
