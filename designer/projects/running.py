"""All scenarios of a project, a process at a time: how they went, and branches none covers."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from core import clock
from core.errors import BackOfficeError, NotFound
from core.model import Json
from core.people import Actor
from designer import coverage, form_play, packages, scenarios, trial_files, users
from designer.contents import main_process
from designer.form_play import DrawnForm
from designer.models import Draft
from designer.packages import Part
from designer.projects import keeping, listing
from designer.projects.listing import File
from designer.scenario_models import KeptScenario, ProcessCoverage
from designer.scenarios import Run
from designer.trial_files import TrialFiles
from engine import definitions
from engine.bpmn.coverage import Covered, branches


class ProcessNotFound(NotFound):
    """There is no such process in this project."""


@dataclass(frozen=True)
class Ready:
    """What running the scenarios of one process needs; no database any more."""

    key: str
    name: str
    kept: Sequence[KeptScenario]
    files: TrialFiles | None
    #: Why the process cannot be played at all.
    obstacle: str = ""
    #: Forms that are to take the answers: those that differ from what is deployed.
    forms: Sequence[DrawnForm] = ()


@dataclass(frozen=True)
class Standing:
    """How the scenarios of a process went when they were last run.

    `ran_at` is None while they were not run together; `is_stale`: it was drawn on since.
    """

    file: File
    kept: Sequence[KeptScenario]
    branches: int
    uncovered: Sequence[Json]
    ran_at: datetime | None
    is_stale: bool

    @property
    def failed(self) -> list[KeptScenario]:
        return [each for each in self.kept if each.passed is False]

    @property
    def passed(self) -> int:
        return sum(each.passed is True for each in self.kept)


def standings(session: Session, files: Iterable[File]) -> list[Standing]:
    """The processes of a project with their scenarios and what these cover."""
    return [_standing(session, file) for file in files if file.kind == "process"]


def prepare(session: Session, project_id: UUID, key: str, *, by: Actor) -> Ready:
    """What the scenarios of a process of the project are run on. Raises ProcessNotFound."""
    found = next(of_project(session, project_id, key=key, by=by), None)
    if found is None:
        raise ProcessNotFound(key=key)
    return found


def of_project(
    session: Session, project_id: UUID, *, key: str | None = None, by: Actor
) -> Iterator[Ready]:
    """The processes of a project, or that one, to be played with the project as it is listed."""
    files = listing.of_project(session, project_id, by=by)
    drawn = [_part(each.draft) for each in files if each.draft is not None]
    for file in files:
        if file.kind == "process" and key in (None, file.key):
            text = listing.text_of(session, file)
            yield _ready(session, file.key, file.name, text, drawn, by=by)


def touched(session: Session, draft: Draft, *, by: Actor) -> list[Ready]:
    """What deploying a draft may change: a process itself first, then others with scenarios.

    For a process, others of its project that are played with a file that would be deployed, too;
    for a form or decision, the processes that name it. Raises what reading the draft raises.
    """
    if draft.kind != "process":
        return _naming(session, draft, by=by)
    first = _ready(session, draft.key, draft.name, draft.content, (), by=by)
    parts = packages.assemble(session, "process", draft.content, by=by)
    deployed = {part.content for part in parts}
    others = [
        _ready(session, file.key, file.name, listing.text_of(session, file), (), by=by)
        for file in _processes(session, draft, by=by)
        if file.key != draft.key
    ]
    return [first, *(each for each in others if each.kept and plays(each, deployed))]


def count_uncovered(ready: Ready, covered: Covered) -> int:
    """Branches of the process that nothing went through."""
    if ready.files is None:
        return 0
    found = {model.key: model for model in trial_files.process_models(ready.files.files)}
    return sum(not way.is_covered for way in branches(found[ready.key], covered))


def plays(ready: Ready, deployed: Container[str]) -> bool:
    """Whether one of these texts is among what the process is played with."""
    if ready.files is None:
        return False
    held = [data.decode() for data in ready.files.files.values()]
    return any(text in deployed for text in (*held, *ready.files.forms.values()))


def run(ready: Ready) -> tuple[list[Run], Covered]:
    """Run them; takes at most `scenarios.SECONDS`. No database is needed meanwhile."""
    if ready.files is None:
        return [], Covered()
    return scenarios.run_all(ready.kept, ready.files.files, ready.forms)


def store(
    session: Session, ready: Ready, runs: Iterable[Run], covered: Covered, *, by: Actor
) -> None:
    """Remember how they went. What was changed or thrown away meanwhile is left alone."""
    at = clock.now()
    outcomes = {each.scenario.id: (each.scenario.content, each.outcome) for each in runs}
    for kept in scenarios.of_process(session, ready.key):
        content, outcome = outcomes.get(kept.id, ("", None))
        if outcome is not None and content == kept.content:
            kept.ran_at, kept.passed = at, outcome.passed
            kept.failure, kept.failed_at = outcome.failure, outcome.element
        elif ready.obstacle:
            kept.ran_at, kept.passed = at, False
            kept.failure, kept.failed_at = ready.obstacle, None
    row = session.get(ProcessCoverage, ready.key)
    if row is None:
        row = ProcessCoverage(process_key=ready.key)
        session.add(row)
    row.elements, row.flows = sorted(covered.elements), sorted(covered.flows)
    row.ran_at, row.ran_by = at, by.name
    session.flush()


def _naming(session: Session, draft: Draft, *, by: Actor) -> list[Ready]:
    """The processes that name a form or decision, to be played with the draft of it."""
    part = _part(draft)
    found = {
        user.key: (user.name, user.text(session))
        for user in users.of(session, part.kind, part.names, by=by)
    }
    for file in _processes(session, draft, by=by):
        text = listing.text_of(session, file)
        if users.names(text, part.kind, part.names):
            found[file.key] = (file.name, text)
    ready = [_ready(session, key, name, text, [part], by=by) for key, (name, text) in found.items()]
    return sorted((each for each in ready if each.kept), key=lambda each: each.name.lower())


def _processes(session: Session, draft: Draft, *, by: Actor) -> list[File]:
    """The processes of a draft's project; of General none."""
    project_id = keeping.of_file(session, draft.kind, draft.key)
    if project_id == keeping.GENERAL:
        return []
    files = listing.of_project(session, project_id, by=by)
    return [file for file in files if file.kind == "process"]


def _part(draft: Draft) -> Part:
    return Part(draft.kind, draft.key, draft.name, draft.content, "main", draft.id)


def _ready(
    session: Session, key: str, name: str, text: str, instead: Iterable[Part], *, by: Actor
) -> Ready:
    """`instead` counts in place of what the process would be played with."""
    kept = scenarios.of_process(session, key)
    try:
        found = trial_files.gather(session, text, instead=instead, by=by)
    except BackOfficeError as error:
        return Ready(key, name, kept, None, str(error))
    drawn = [_form(session, key, text) for key, text in found.forms.items()]
    return Ready(key, name, kept, found, forms=[form for form in drawn if form is not None])


def _form(session: Session, key: str, text: str) -> DrawnForm | None:
    """A form that a deployment would change; scenarios may answer less than a form asks for."""
    latest = definitions.find_latest(session, "form", key)
    before = definitions.content(session, latest.id).decode() if latest else text
    return form_play.read(key, text, before) if text != before else None


def _standing(session: Session, file: File) -> Standing:
    kept = scenarios.of_process(session, file.key)
    row = session.get(ProcessCoverage, file.key)
    covered = Covered()
    if row is not None:
        covered.elements.update(row.elements)
        covered.flows.update(row.flows)
    try:
        ways = branches(main_process(listing.text_of(session, file)), covered)
    except BackOfficeError:
        ways = []
    drawn_at = file.draft.updated_at if file.draft else None
    ran_at = row.ran_at if row is not None else None
    is_stale = ran_at is not None and drawn_at is not None and drawn_at > ran_at
    return Standing(file, kept, len(ways), coverage.uncovered(ways), ran_at, is_stale)
