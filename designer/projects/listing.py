"""The files of a project with their state: what is deployed, what is drawn, who is at it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

import forms
from core import clock
from core.people import Actor
from designer import contents, drafts, listing, presence
from designer.models import Draft
from designer.projects import keeping
from designer.projects.keeping import GENERAL
from designer.projects.models import Project, ProjectFile
from designer.together_models import DraftPresence
from engine import definitions, deployments
from engine.models import Definition

KINDS = ("process", "decision", "form")
Place = tuple[str, str]


@dataclass
class File:
    """A process, decision or form of a project."""

    kind: str
    key: str
    name: str
    latest: Definition | None
    entry: ProjectFile | None
    #: The draft that counts: one's own, else the one drawn last; None where none says more than
    #: what is deployed.
    draft: Draft | None
    is_changed: bool
    others: list[Draft] = field(default_factory=list)

    @property
    def place(self) -> Place:
        return self.kind, self.key

    @property
    def file(self) -> str:
        return contents.file_name(self.kind, self.key)


@dataclass(frozen=True)
class Count:
    """Problems of a file, by how grave they are."""

    errors: int = 0
    warnings: int = 0
    todos: int = 0


@dataclass(frozen=True)
class Overview:
    """A project in the list of all."""

    project: Project
    processes: int = 0
    decisions: int = 0
    forms: int = 0
    #: Files with changes that are not deployed.
    changed: int = 0


def of_project(session: Session, project_id: UUID, *, by: Actor) -> list[File]:
    """The files of a project: processes, decisions, forms, each by name."""
    return [file for file in everything(session, by=by) if _project(file) == project_id]


def everything(session: Session, *, by: Actor) -> list[File]:
    """All files that there are, whatever project they are in."""
    entries = keeping.entries(session)
    return [
        _file(session, kind, row, entries.get((kind, row.key)))
        for kind in KINDS
        for row in listing.rows(session, kind, "", by=by)
    ]


def overviews(session: Session, *, is_archived: bool = False, by: Actor) -> list[Overview]:
    """All projects with the number of their files; General only where it has some."""
    files = everything(session, by=by)
    projects = keeping.find(session, is_archived=is_archived)
    found = [_overview(project, files) for project in projects]
    general = _overview(keeping.general(), files)
    has_files = general.processes + general.decisions + general.forms > 0
    return [*found, general] if has_files and not is_archived else found


def text_of(session: Session, file: File) -> str:
    """What the file holds now."""
    if file.draft is not None:
        return file.draft.content
    assert file.latest is not None
    return definitions.content(session, file.latest.id).decode()


def problems(session: Session, files: Iterable[File]) -> dict[Place, Count]:
    """What the engine's check says of what is drawn, all together."""
    by_name = {file.file: file for file in files if file.draft is not None}
    texts = {name: text_of(session, file).encode() for name, file in by_name.items()}
    found: dict[Place, Count] = {}
    for some in batched(texts.items()):
        for report in deployments.validate(session, some, check_form=forms.check):
            said = [problem.severity for problem in report.problems]
            count = Count(said.count("error"), said.count("warning"), said.count("todo"))
            found[by_name[report.file].place] = count
    return found


def batched(texts: Iterable[tuple[str, bytes]]) -> Iterator[dict[str, bytes]]:
    """The texts in packages of a size that the engine takes."""
    every = list(texts)
    for start in range(0, len(every), deployments.MAX_FILES):
        yield dict(every[start : start + deployments.MAX_FILES])


def editors(session: Session, files: Iterable[File]) -> dict[Place, list[str]]:
    """Who has drafts of the files open right now."""
    places = {
        draft.id: file.place
        for file in files
        for draft in [*([file.draft] if file.draft else []), *file.others]
    }
    query = select(DraftPresence).where(
        DraftPresence.draft_id.in_(places), DraftPresence.seen_at >= clock.now() - presence.GONE
    )
    found: dict[Place, list[str]] = {}
    for row in session.scalars(query.order_by(DraftPresence.opened_at)):
        people = found.setdefault(places[row.draft_id], [])
        if row.person not in people:
            people.append(row.person)
    return found


def _project(file: File) -> UUID:
    return file.entry.project_id if file.entry is not None else GENERAL


def _file(session: Session, kind: str, row: listing.Row, entry: ProjectFile | None) -> File:
    """Drafts that say nothing of their own and stand on an older version do not count."""
    every = [*row.drafts, *row.others]
    latest_id = row.latest.id if row.latest else None
    for draft in every:
        is_changed = drafts.is_changed(session, draft)
        if is_changed or draft.base_definition_id == latest_id:
            rest = [other for other in every if other is not draft]
            return File(kind, row.key, draft.name, row.latest, entry, draft, is_changed, rest)
    return File(kind, row.key, row.name, row.latest, entry, None, False, every)


def _overview(project: Project, files: Iterable[File]) -> Overview:
    own = [file for file in files if _project(file) == project.id]
    kinds = [file.kind for file in own]
    return Overview(
        project,
        processes=kinds.count("process"),
        decisions=kinds.count("decision"),
        forms=kinds.count("form"),
        changed=sum(file.is_changed for file in own),
    )
