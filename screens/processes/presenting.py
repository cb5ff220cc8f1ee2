"""What the pages of processes show, as finished values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app, url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core import permissions
from core.people import Actor
from engine.bpmn.check import FileReport
from engine.deployments import Outcome
from engine.models import Definition
from screens.cases.names import Names
from screens.cases.presenting import Picture
from screens.processes.counting import Count

SEVERITIES: dict[str, LazyString] = {
    "error": _l("Error:"),
    "warning": _l("Warning:"),
    "todo": _l("To do:"),
}
ICONS = {"error": "circle-x", "warning": "alert-triangle", "todo": "checklist"}
VERDICTS: dict[str, LazyString] = {
    "runs": _l("runs"),
    "drawing": _l("a drawing: it can be walked through"),
    "refused": _l("cannot be deployed"),
}


@dataclass(frozen=True)
class ProcessRow:
    """A process in the list, by its newest version."""

    key: str
    name: str
    url: str
    version: int
    is_drawing: bool
    open_cases: int
    incidents: int
    cases_url: str
    incidents_url: str
    deployed_at: datetime
    deployed_by: str
    start_url: str


@dataclass(frozen=True)
class VersionRow:
    """One version in the list of a process."""

    version: int
    url: str
    deployed_at: datetime
    deployed_by: str
    open_cases: int
    is_shown: bool


@dataclass(frozen=True)
class ProcessView:
    """One version of a process on its page."""

    key: str
    name: str
    about: str
    file: str
    version: int
    is_drawing: bool
    is_latest: bool
    latest_url: str
    open_cases: int
    incidents: int
    cases_url: str
    incidents_url: str
    xml_url: str
    start_url: str
    design_url: str
    may_start_words: str
    grants: tuple[str, ...]
    viewers: tuple[str, ...]


@dataclass(frozen=True)
class ProblemView:
    """Something remarked about a file."""

    element: str | None
    severity: str
    severity_words: LazyString
    message: str
    icon: str


@dataclass(frozen=True)
class ReportView:
    """What was found in one file."""

    name: str
    verdict: str
    words: LazyString
    problems: tuple[ProblemView, ...]


@dataclass(frozen=True)
class Deployed:
    """One definition of a deployment."""

    name: str
    words: str
    url: str


@dataclass(frozen=True)
class OutcomeView:
    """How a deployment or a check ended."""

    words: str
    kind: str
    definitions: tuple[Deployed, ...] = ()


def process_row(definition: Definition, count: Count, me: Actor, names: Names) -> ProcessRow:
    """A process for the list."""
    return ProcessRow(
        definition.key,
        definition.name,
        url_for("processes.show", key=definition.key),
        definition.version,
        definition.verdict == "drawing",
        count.cases,
        count.incidents,
        cases_url(definition.key),
        incidents_url(definition.key, me),
        definition.created_at,
        names.person(definition.created_by),
        start_url(definition, me),
    )


def version_rows(
    versions: Sequence[Definition], counts: Mapping[UUID, int], shown: UUID, names: Names
) -> list[VersionRow]:
    """The versions of a process, newest first."""
    return [
        VersionRow(
            each.version,
            url_for("processes.show", key=each.key, version=each.version),
            each.created_at,
            names.person(each.created_by),
            counts.get(each.id, 0),
            each.id == shown,
        )
        for each in versions
    ]


def process_view(
    definition: Definition,
    latest: Definition,
    about: str | None,
    count: Count,
    grants: Iterable[str],
    viewers: Iterable[str],
    me: Actor,
    names: Names,
) -> ProcessView:
    """One version of a process for its page."""
    groups = ", ".join(names.group(group) for group in definition.may_start)
    return ProcessView(
        key=definition.key,
        name=definition.name,
        about=about or "",
        file=definition.file,
        version=definition.version,
        is_drawing=definition.verdict == "drawing",
        is_latest=definition.id == latest.id,
        latest_url=url_for("processes.show", key=definition.key),
        open_cases=count.cases,
        incidents=count.incidents,
        cases_url=cases_url(definition.key),
        incidents_url=incidents_url(definition.key, me),
        xml_url=url_for("processes.xml", definition_id=definition.id),
        start_url=start_url(latest, me),
        design_url=design_url(definition, me),
        may_start_words=groups or str(_("Everybody but associates")),
        grants=tuple(names.person(grant) for grant in grants),
        viewers=tuple(names.group(viewer) for viewer in viewers),
    )


def picture(definition: Definition) -> Picture:
    """The diagram of a version, without anything on it."""
    title = str(_("Diagram of %(process)s", process=definition.name))
    return Picture(title, url_for("processes.xml", definition_id=definition.id), {})


def problem_views(problems: Iterable[Mapping[str, Any]]) -> tuple[ProblemView, ...]:
    """Remarks, the worst first."""
    order = list(SEVERITIES)
    ranked = sorted(problems, key=lambda problem: order.index(problem["severity"]))
    return tuple(
        ProblemView(
            problem["element"],
            problem["severity"],
            SEVERITIES[problem["severity"]],
            problem["message"],
            ICONS[problem["severity"]],
        )
        for problem in ranked
    )


def report_view(report: FileReport) -> ReportView:
    """What a check found in one file."""
    problems = [vars(problem) for problem in report.problems]
    return ReportView(
        report.file, report.verdict, VERDICTS[report.verdict], problem_views(problems)
    )


def refused_views(
    problems: Sequence[Mapping[str, Any]], refused: Sequence[str]
) -> list[ReportView]:
    """What was found in each file of a refused deployment, the refused ones first."""
    files = dict.fromkeys([*refused, *(problem["file"] for problem in problems)])
    return [
        ReportView(
            file,
            "refused" if file in refused else "runs",
            VERDICTS["refused"] if file in refused else _l("would run"),
            problem_views(problem for problem in problems if problem["file"] == file),
        )
        for file in files
    ]


def outcome_view(outcome: Outcome) -> OutcomeView:
    """What was deployed."""
    if not outcome.created:
        words = str(_("Nothing changed: exactly this is deployed already."))
    else:
        words = str(_("Deployed. New cases take the new versions."))
    deployed = tuple(_deployed(definition) for definition in outcome.definitions)
    return OutcomeView(words, "done" if outcome.created else "info", deployed)


def cases_url(key: str) -> str:
    return url_for("cases.index", process=key, state="open")


def incidents_url(key: str, me: Actor) -> str:
    """Where the incidents of a process are: their page, or its cases for who may not open that."""
    if permissions.may(me, "incident.see"):
        return url_for("incidents.index", process=key)
    return url_for("cases.index", process=key, state="incidents")


def start_url(definition: Definition, me: Actor) -> str:
    may_start = permissions.may(me, "instance.start", definition)
    return url_for("start.new", key=definition.key) if may_start else ""


def design_url(definition: Definition, me: Actor) -> str:
    """The designer with this process, for those who design."""
    has_designer = "designer.show_version" in current_app.view_functions
    if not has_designer or not permissions.may(me, "design"):
        return ""
    return url_for("designer.show_version", definition_id=definition.id)


def _deployed(definition: Definition) -> Deployed:
    is_process = definition.kind == "process"
    return Deployed(
        definition.name,
        str(_("%(kind)s, version %(version)s", kind=definition.kind, version=definition.version)),
        url_for("processes.show", key=definition.key) if is_process else "",
    )
