"""What the test-run of the designer calls: play, record, run all scenarios, export. JSON."""

import io
import json
from typing import Any
from uuid import UUID

from flask import Blueprint, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core.db import reading, transaction
from core.errors import Invalid, TooLarge
from core.model import Json
from designer import (
    contents,
    coverage,
    drafts,
    packages,
    recording,
    samples,
    scenario_endpoints,
    scenarios,
    thrown_scenarios,
    trial_files,
    trial_view,
)
from designer import trial as trials
from designer.models import Draft
from designer.projects import archives
from designer.scenario_models import KeptScenario
from designer.scenarios import Run
from designer.trial_files import TrialFiles
from engine.bpmn.coverage import Covered
from web.person import current_actor
from web.policies import policy
from web.wording import say

bp = Blueprint("designer_trial", __name__, url_prefix="/designer")

MAX_BYTES = 1_000_000


class RequestTooLarge(TooLarge):
    """A test-run may have {limit} bytes of moves."""


@bp.get("/drafts/<uuid:draft_id>/trial")
@policy("design")
def prepare(draft_id: UUID) -> ResponseReturnValue:
    """How the draft can be started, the forms of its tasks, samples, and its scenarios."""
    actor = current_actor()
    with reading() as session:
        draft = drafts.get(session, draft_id, by=actor)
        found = trial_files.gather(session, draft.content, by=actor)
        model = contents.main_process(draft.content)
        kept = scenarios.of_process(session, draft.key)
        return {
            "starts": [
                {
                    "element": start.id,
                    "name": start.title,
                    "kind": start.event.kind if start.event else "none",
                    "event": start.event.name if start.event else None,
                    "form": start.settings.form.key if start.settings.form else None,
                }
                for start in model.starts
            ],
            "events": _events(found),
            "forms": {key: _schema(text) for key, text in found.forms.items()},
            "samples": samples.of_process(session, model, kept, trial_files.classes(found)),
            "scenarios": scenario_endpoints.listed(session, kept),
            "thrown": thrown_scenarios.count(session, draft.key),
        }


@bp.post("/drafts/<uuid:draft_id>/trial")
@policy("design")
def play(draft_id: UUID) -> ResponseReturnValue:
    """Play `{moves, pace}`: the state after them. Stores nothing."""
    body = _body()
    moves = trials.read_moves(body.get("moves"))
    found = _files(draft_id)
    return trial_view.view(trials.try_out(found.files, moves, trials.read_pace(body.get("pace"))))


@bp.post("/drafts/<uuid:draft_id>/scenarios")
@policy("design")
def record(draft_id: UUID) -> ResponseReturnValue:
    """Keep `{moves, name}` as a scenario, and say how it goes."""
    body, actor = _body(), current_actor()
    moves = trials.read_moves(body.get("moves"))
    found = _files(draft_id)
    trial = trials.try_out(found.files, moves, trials.read_pace(None))
    known = trial_files.classes(found)
    document = recording.record(trial, moves, str(body.get("name") or ""), known)
    with transaction() as session:
        kept = scenarios.keep(
            session, found.key, document, is_replacing=body.get("replace") is True, by=actor
        )
        [told] = scenario_endpoints.listed(session, [kept])
        told["thrown"] = thrown_scenarios.count(session, found.key)
        session.expunge(kept)
    # Stored already: nobody waits for the database while it plays.
    [run], _ = scenarios.run_all([kept], found.files)
    return {**told, **_outcome(run)}, 201


@bp.post("/drafts/<uuid:draft_id>/scenario-files")
@policy("design")
def bring(draft_id: UUID) -> ResponseReturnValue:
    """Keep the scenarios of a YAML file: `{content}`."""
    actor, content = current_actor(), _body().get("content")
    if not isinstance(content, str):
        raise scenarios.NoScenario
    with transaction() as session:
        draft = drafts.get(session, draft_id, by=actor)
        kept = scenarios.take_file(session, draft.key, content.encode(), by=actor)
        return {
            "scenarios": scenario_endpoints.listed(session, kept),
            "thrown": thrown_scenarios.count(session, draft.key),
        }, 201


@bp.post("/drafts/<uuid:draft_id>/scenario-runs")
@policy("design")
def run_scenarios(draft_id: UUID) -> ResponseReturnValue:
    """Run every scenario of the process on the draft: outcomes, and branches none covers."""
    actor = current_actor()
    with reading() as session:
        draft = drafts.get(session, draft_id, by=actor)
        found = trial_files.gather(session, draft.content, by=actor)
        kept = scenarios.of_process(session, draft.key)
    return outcomes(kept, found)


@bp.get("/drafts/<uuid:draft_id>/package.zip")
@policy("design")
def export(draft_id: UUID) -> ResponseReturnValue:
    """The draft's package with its scenarios: what `backoffice deploy` and `test` take."""
    actor = current_actor()
    with reading() as session:
        draft = drafts.get(session, draft_id, by=actor)
        content = package(session, draft)
        name = f"{draft.key}.zip"
    return send_file(
        io.BytesIO(content), mimetype="application/zip", as_attachment=True, download_name=name
    )


def urls(draft: Draft) -> dict[str, str]:
    """Where the editor of a process sends its test-runs."""
    if draft.kind != "process":
        return {}
    place = {"draft_id": draft.id}
    return {
        **scenario_endpoints.urls(draft),
        "trial": url_for("designer_trial.play", **place),
        "scenarios": url_for("designer_trial.record", **place),
        "scenario_files": url_for("designer_trial.bring", **place),
        "scenario_runs": url_for("designer_trial.run_scenarios", **place),
        "package": url_for("designer_trial.export", **place),
    }


def package(session: Session, draft: Draft) -> bytes:
    """A ZIP of the files that go along with a draft, and its scenarios in a folder."""
    actor = current_actor()
    files = packages.files(packages.assemble(session, draft.kind, draft.content, by=actor))
    if draft.kind == "process":
        found = trial_files.gather(session, draft.content, by=actor)
        files = {**files, **found.files}
        kept = scenarios.of_process(session, draft.key)
        told = scenarios.as_files(kept, found.files)
        files |= {name: text.encode() for name, text in told.items()}
    return archives.pack(files)


def outcomes(kept: list[KeptScenario], found: TrialFiles) -> Json:
    """`{runs, coverage}` of all scenarios of a process over its files."""
    runs, covered = scenarios.run_all(kept, found.files)
    return {"runs": [_outcome(run) for run in runs], "coverage": _coverage(found, covered)}


def _coverage(found: TrialFiles, covered: Covered) -> Json:
    models = {model.key: model for model in trial_files.process_models(found.files)}
    return coverage.report(models[found.key], covered)


def _outcome(run: Run) -> Json:
    return {
        **scenario_endpoints.named(run.scenario),
        "passed": run.outcome.passed,
        "failure": run.outcome.failure and say(run.outcome.failure),
    }


def _files(draft_id: UUID) -> TrialFiles:
    actor = current_actor()
    with reading() as session:
        draft = drafts.get(session, draft_id, by=actor)
        return trial_files.gather(session, draft.content, by=actor)


def _events(found: TrialFiles) -> list[Json]:
    """Messages and signals that the processes wait for, each once."""
    events = {
        (event.kind, event.name): {"kind": event.kind, "name": event.name}
        for model in trial_files.process_models(found.files)
        for element in model.elements.values()
        for event in element.events
        if event.kind in ("message", "signal")
        and event.name
        and element.kind not in ("endEvent", "intermediateThrowEvent")
    }
    return list(events.values())


def _schema(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _body() -> Json:
    if (request.content_length or 0) > MAX_BYTES:
        raise RequestTooLarge(limit=MAX_BYTES)
    body: Any = request.get_json()
    if not isinstance(body, dict):
        raise Invalid
    return body
