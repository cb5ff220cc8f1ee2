"""The page on which a whole project is deployed: what changes, what is wrong, how it goes then."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from core import permissions
from core.db import reading, transaction
from core.errors import Conflict, Invalid
from core.model import Json
from designer import release_endpoints, rollback
from designer.projects import deploying, keeping, listing, replaying, running
from designer.projects.deploying import Plan
from designer.projects.replaying import Replayed
from web.names import people_names
from web.person import current_actor
from web.policies import policy
from web.wording import say

bp = Blueprint(
    "designer_deployments",
    __name__,
    url_prefix="/designer/projects",
    template_folder="../templates",
)

#: Changes of one file that the page names.
MAX_CHANGES = 12


@bp.get("/<uuid:project_id>/deployment")
@policy("design")
def show(project_id: UUID) -> ResponseReturnValue:
    """What deploying the project would mean."""
    with reading() as session:
        return _page(session, project_id)


@bp.post("/<uuid:project_id>/deployment")
@policy("deploy")
def deploy(project_id: UUID) -> ResponseReturnValue:
    """Deploy what the page with that `stamp` told, with `message`."""
    message, stamp = request.form.get("message", ""), request.form.get("stamp")
    actor = current_actor()
    try:
        with transaction() as session:
            keeping.get(session, project_id, by=actor)
            found = deploying.deploy(session, project_id, message, stamp=stamp, by=actor)
            names = ", ".join(f"{each.name} {each.version}" for each in found)
    except (Invalid, Conflict) as error:
        with reading() as session:
            return _page(session, project_id, say(error), message), 422
    flash(_("Deployed together: %(names)s.", names=names), "done")
    return redirect(url_for("designer_projects.show", project_id=project_id), 303)


@bp.post("/<uuid:project_id>/replays")
@policy("design")
def replay_cases(project_id: UUID) -> ResponseReturnValue:
    """Play the last cases of all processes again on what would be deployed. Stores nothing.

    `processes`: `{key, name, problem, report}` of each that a deployment changes.
    """
    actor = current_actor()
    with reading() as session:
        keeping.get(session, project_id, by=actor)
        found = replaying.of_project(session, project_id, by=actor)
        return {"processes": [_replayed(each) for each in found]}


def _page(session: Session, project_id: UUID, problem: str = "", message: str = "") -> str:
    actor = current_actor()
    project = keeping.get(session, project_id, by=actor)
    plan = deploying.plan(session, project_id, by=actor)
    files = listing.of_project(session, project_id, by=actor)
    return render_template(
        "designer/projects/deploy.html",
        project=project,
        plan=plan,
        refused=[piece for piece in plan.pieces if piece.is_refused],
        standings=[each for each in running.standings(session, files) if each.kept],
        has_versions=any(file.kind == "process" and file.latest for file in files),
        cases=_cases(session, plan),
        people=people_names(session, _names(plan)),
        may_deploy=permissions.may(actor, "deploy"),
        problem=problem,
        message=message,
        max_changes=MAX_CHANGES,
        say=say,
    )


def _replayed(each: Replayed) -> Json:
    return {
        "key": each.key,
        "name": each.name,
        "problem": say(each.obstacle) if each.obstacle else None,
        "report": release_endpoints.replayed(each.report) if each.report else None,
    }


def _cases(session: Session, plan: Plan) -> dict[str, list[tuple[int, int]]]:
    """Running cases of each process by version."""
    keys = [piece.part.key for piece in plan.pieces if piece.part.kind == "process"]
    return {key: rollback.running(session, key) for key in keys}


def _names(plan: Plan) -> list[str]:
    found = [piece.latest.created_by for piece in plan.pieces if piece.latest]
    files = [piece.file for piece in plan.pieces if piece.file]
    drafts = [file.draft for file in files if file.draft]
    return [*found, *(each.drawn_by for file in files for each in [*file.others, *drafts])]
