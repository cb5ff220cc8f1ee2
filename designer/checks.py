"""The engine's own check of a draft, in the words of the problems panel."""

from sqlalchemy.orm import Session

import forms
from core.errors import BackOfficeError
from core.model import Json
from core.people import Actor
from designer import decisions, packages
from engine import deployments
from engine.bpmn.check import FileReport
from web.wording import say


def check(session: Session, kind: str, content: str, *, by: Actor) -> Json:
    """`{verdict, problems}` of a draft together with its package; its own problems first.

    Of decisions also `decisions`: what each of the file's needs to be tried.
    """
    try:
        parts = packages.assemble(session, kind, content, by=by)
    except BackOfficeError as error:
        return {"verdict": "refused", "problems": [_said(str(error))]}
    reports = deployments.validate(session, packages.files(parts), check_form=forms.check)
    main = next(report for report in reports if report.file == parts[0].file)
    others = [report for report in reports if report is not main]
    answer: Json = {
        "verdict": main.verdict,
        "problems": _problems(main) + [each for report in others for each in _elsewhere(report)],
    }
    if kind == "decision":
        answer["decisions"] = decisions.outline(session, content, by=by)
    return answer


def _problems(report: FileReport) -> list[Json]:
    return [
        {
            "element": problem.element,
            "rule": problem.rule,
            "severity": problem.severity,
            "message": say(problem.message),
        }
        for problem in sorted(report.problems, key=lambda one: RANK[one.severity])
    ]


def _elsewhere(report: FileReport) -> list[Json]:
    """Problems of another file of the package cannot be shown on this canvas."""
    return [
        {**problem, "element": None, "message": f"{report.file}: {problem['message']}"}
        for problem in _problems(report)
    ]


def _said(message: str) -> Json:
    return {"element": None, "rule": "readable", "severity": "error", "message": say(message)}


RANK = {"error": 0, "warning": 1, "todo": 2}
