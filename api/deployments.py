"""Deploying process packages, and checking files without storing anything."""

from typing import Any

from apiflask import APIBlueprint
from apiflask.fields import File
from sqlalchemy.orm import Session

import forms
from api.answers import moment, reads, writes
from api.bodies import sent_files
from api.fields import Identifier, Integer, List, Moment, Nested, Shape, String
from core.model import Json
from engine import deployments
from engine.models import Definition
from web.person import current_actor
from web.policies import policy

bp = APIBlueprint("deployments", __name__, tag="Deployments")


class Files(Shape):
    files = List(
        File(), required=True, metadata={"description": "1 to 50 `.bpmn`, `.dmn`, `.form` files."}
    )


class ProblemShape(Shape):
    file = String(allow_none=True)
    element = String(allow_none=True)
    rule = String()
    severity = String()
    message = String()


class DeployedDefinition(Shape):
    id = Identifier()
    kind = String()
    key = String()
    version = Integer()
    name = String()


class DeploymentShape(Shape):
    id = Identifier()
    created_at = Moment()
    definitions = List(Nested(DeployedDefinition))
    problems = List(Nested(ProblemShape))


class FileReportShape(Shape):
    file = String()
    verdict = String()
    problems = List(Nested(ProblemShape))


class Validation(Shape):
    files = List(Nested(FileReportShape))


@bp.post("/deployments")
@policy("deploy")
@bp.input(Files, location="files", validation=False)
@bp.output(DeploymentShape, 201)
@bp.doc(responses={200: "Identical to what is deployed already", 413: "Too large"})
@writes
def create_deployment(session: Session, **_: Any) -> tuple[Json, int]:
    """Deploy files together, all or nothing."""
    files = sent_files()
    outcome = deployments.deploy(session, files, by=current_actor(), check_form=forms.check)
    return to_json(outcome), 201 if outcome.created else 200


@bp.post("/validations")
@policy("validate")
@bp.input(Files, location="files", validation=False)
@bp.output(Validation)
@reads
def create_validation(session: Session, **_: Any) -> Json:
    """Say which of the files would run, and what is wrong with them. Stores nothing."""
    reports = deployments.validate(session, sent_files(), check_form=forms.check)
    return {"files": [report_to_json(report) for report in reports]}


def to_json(outcome: deployments.Outcome) -> Json:
    return {
        "id": str(outcome.deployment.id),
        "createdAt": moment(outcome.deployment.created_at),
        "definitions": [definition_to_json(one) for one in outcome.definitions],
        "problems": outcome.problems,
    }


def definition_to_json(definition: Definition) -> Json:
    return {
        "id": str(definition.id),
        "kind": definition.kind,
        "key": definition.key,
        "version": definition.version,
        "name": definition.name,
    }


def report_to_json(report: Any) -> Json:
    return {
        "file": report.file,
        "verdict": report.verdict,
        "problems": [problem_to_json(problem) for problem in report.problems],
    }


def problem_to_json(problem: Any) -> Json:
    return {
        "element": problem.element,
        "rule": problem.rule,
        "severity": problem.severity,
        "message": problem.message,
    }
