"""What the deploy dialog asks before a version: changes, running cases, replay; and going back."""

from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from core.db import reading, transaction
from core.model import Json
from designer import compare, drafts, rollback, trial_files
from designer.changes import Change
from designer.models import Draft
from designer.projects import running
from designer.scenarios import Run
from engine import definitions
from engine.bpmn.coverage import Covered
from web.person import current_actor
from web.policies import policy
from web.wording import say
from work.replay import Group, Report, replay

bp = Blueprint("designer_releases", __name__, url_prefix="/designer")


@bp.get("/drafts/<uuid:draft_id>/release")
@policy("design")
def prepare(draft_id: UUID) -> ResponseReturnValue:
    """`{changes, running, latest}`: what deploying a draft would mean; cases run of processes."""
    with reading() as session:
        draft = drafts.get(session, draft_id, by=current_actor())
        latest = definitions.find_latest(session, draft.kind, draft.key)
        cases = rollback.running(session, draft.key) if draft.kind == "process" else []
        return {
            "latest": latest.version if latest else None,
            "changes": [
                {"kind": change.kind, "element": change.element_id, "sentence": change.sentence}
                for change in _changes(session, draft)
            ],
            "running": [{"version": version, "cases": count} for version, count in cases],
        }


@bp.post("/drafts/<uuid:draft_id>/release-scenarios")
@policy("design")
def run_scenarios(draft_id: UUID) -> ResponseReturnValue:
    """Run the scenarios of the draft, and of each process that it has a part in.

    Stores nothing. `processes`: `{name, runs: [{name, passed, failure}], uncovered}`.
    """
    actor = current_actor()
    with reading() as session:
        ready = running.touched(session, drafts.get(session, draft_id, by=actor), by=actor)
    return {"processes": [played(each, *running.run(each)) for each in ready]}


@bp.post("/drafts/<uuid:draft_id>/replays")
@policy("design")
def replay_cases(draft_id: UUID) -> ResponseReturnValue:
    """Play the last cases of the process again on the draft. Stores nothing."""
    actor = current_actor()
    with reading() as session:
        draft = drafts.get(session, draft_id, by=actor)
        found = trial_files.gather(session, draft.content, by=actor)
        return replayed(replay(session, draft.key, found.package(), by=actor))


@bp.post("/versions/<uuid:definition_id>/rollback")
@policy("deploy")
def roll_back(definition_id: UUID) -> ResponseReturnValue:
    """Deploy an earlier version again, as the next one."""
    with transaction() as session:
        deployed = rollback.roll_back(session, definition_id, by=current_actor())
        place = url_for("designer.show_version", definition_id=deployed.id)
        said = _(
            "%(name)s: version %(version)s is the latest now.",
            name=deployed.name,
            version=deployed.version,
        )
    flash(said, "done")
    return redirect(place, 303)


def urls(draft: Draft) -> dict[str, str]:
    """Where the deploy dialog asks; only processes have cases to replay."""
    asked = {
        "release": url_for("designer_releases.prepare", draft_id=draft.id),
        "release_scenarios": url_for("designer_releases.run_scenarios", draft_id=draft.id),
    }
    if draft.kind == "process":
        asked["replays"] = url_for("designer_releases.replay_cases", draft_id=draft.id)
    return asked


def _changes(session: Session, draft: Draft) -> list[Change]:
    latest = definitions.find_latest(session, draft.kind, draft.key)
    if latest is None:
        return []
    before = definitions.content(session, latest.id).decode()
    if draft.kind == "process":
        return compare.changes(before, draft.content)
    return compare.compare(draft.kind, before, draft.content)


def played(ready: running.Ready, runs: list[Run], covered: Covered) -> Json:
    """How the scenarios of a process went: `{key, name, problem, runs, uncovered}`."""
    return {
        "key": ready.key,
        "name": ready.name,
        "problem": say(ready.obstacle) if ready.obstacle else None,
        "runs": [
            {
                "name": run.scenario.name,
                "passed": run.outcome.passed,
                "failure": run.outcome.failure and say(run.outcome.failure),
            }
            for run in runs
        ],
        "uncovered": running.count_uncovered(ready, covered),
    }


def replayed(report: Report) -> Json:
    """Real cases: `{cases, same, different, unclear, is_partial, seconds, differences}`."""
    return {
        "cases": report.cases,
        "same": report.same,
        "different": report.different,
        "unclear": report.unclear,
        "is_partial": report.is_partial,
        "seconds": report.seconds,
        "differences": [_difference(group) for group in report.groups],
    }


def _difference(group: Group) -> Json:
    return {
        "kind": group.difference.kind,
        "element": group.difference.element_id,
        "sentence": say(group.difference.sentence),
        "count": group.count,
        "cases": [
            {
                "name": case.business_key or str(case.id),
                "url": url_for("cases.show", instance_id=case.id),
            }
            for case in group.cases
        ],
    }
