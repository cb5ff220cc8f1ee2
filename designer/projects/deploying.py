"""A whole project deployed at once: what of it changed, and what is bound to that."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy.orm import Session

import forms
from core.errors import BackOfficeError, Conflict
from core.people import Actor
from designer import compare, contents, packages, releases, trial_files
from designer.changes import Change
from designer.packages import Part
from designer.projects import listing
from designer.projects.listing import File, Place
from engine import definitions, deployments
from engine.bpmn.check import FileReport
from engine.bpmn.problem import Problem, error
from engine.models import Definition


class DrawnOnSince(Conflict):
    """{names}: drawn on since you looked. Look again before you deploy."""


class NothingChanged(Conflict):
    """Nothing in this project differs from what is deployed."""


@dataclass(frozen=True)
class Piece:
    """One file of the deployment. `reason`: "changed", "bound" to what changed, or "needed"."""

    part: Part
    reason: str
    latest: Definition | None
    #: The file of the project; None for what is needed from elsewhere.
    file: File | None = None
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    is_refused: bool = False

    @property
    def place(self) -> Place:
        return self.part.kind, self.part.key

    @property
    def next_version(self) -> int:
        return self.latest.version + 1 if self.latest else 1

    @property
    def is_behind(self) -> bool:
        """Somebody deployed it after its draft was begun."""
        draft = self.file.draft if self.file else None
        return bool(draft and self.latest and draft.base_definition_id != self.latest.id)


@dataclass(frozen=True)
class Plan:
    """What deploying a project would do; `problem` concerns all of it."""

    pieces: list[Piece]
    problem: str = ""

    @property
    def is_refused(self) -> bool:
        return bool(self.problem) or any(piece.is_refused for piece in self.pieces)

    @property
    def changed(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.reason == "changed"]

    @property
    def stamp(self) -> str:
        """Tells this state of the drafts from any other."""
        drafts = [piece.file.draft for piece in self.pieces if piece.file and piece.file.draft]
        return " ".join(sorted(f"{draft.id}:{draft.revision}" for draft in drafts))


def plan(session: Session, project_id: UUID, *, by: Actor) -> Plan:
    """The files that deploying the project would hold, with their changes and problems."""
    files = listing.of_project(session, project_id, by=by)
    pieces = [_described(session, piece) for piece in _gathered(session, files, by=by)]
    if not pieces:
        return Plan([])
    try:
        reports = deployments.validate(session, _texts(pieces), check_form=forms.check)
    except BackOfficeError as refusal:
        return Plan(pieces, str(refusal))
    by_file = {report.file: report for report in reports}
    return Plan([_judged(piece, by_file.get(piece.part.file)) for piece in pieces])


def deploy(
    session: Session, project_id: UUID, message: str = "", *, stamp: str | None = None, by: Actor
) -> list[Definition]:
    """Deploy all that changed as one deployment; the drafts then stand on the new versions.

    `stamp`, of the plan that was looked at, refuses what was drawn since. Raises NothingChanged,
    DrawnOnSince, MessageTooLong, and ModelRefused with every problem; nothing is deployed then.
    """
    if len(message) > releases.MAX_MESSAGE:
        raise releases.MessageTooLong(limit=releases.MAX_MESSAGE)
    files = listing.of_project(session, project_id, by=by)
    for file in files:
        if file.draft is not None:
            session.refresh(file.draft, with_for_update=True)
    pieces = _gathered(session, files, by=by)
    found = Plan(pieces)
    if not found.changed:
        raise NothingChanged
    if stamp is not None and stamp != found.stamp:
        raise DrawnOnSince(names=", ".join(piece.part.name for piece in _moved(found, stamp)))
    outcome = deployments.deploy(session, _texts(pieces), by=by, check_form=forms.check)
    for piece in pieces:
        _settle(session, piece, message.strip(), by=by)
    return [each for each in outcome.definitions if each.deployment_id == outcome.deployment.id]


def _gathered(session: Session, files: list[File], *, by: Actor) -> list[Piece]:
    """What changed, what of the project is bound to it, and what is needed and nowhere yet."""
    texts = {file.place: listing.text_of(session, file) for file in files}
    reasons: dict[Place, str] = {file.place: "changed" for file in files if file.is_changed}
    if not reasons:
        return []
    parts = {file.place: _part(file, texts[file.place]) for file in files}
    owners = {(part.kind, name): place for place, part in parts.items() for name in part.names}
    bound = {place: set(_bound(place[0], texts[place], texts, owners)) for place in texts}
    left = set(texts) - set(reasons)
    while found := {place for place in left if bound[place] & reasons.keys()}:
        reasons |= dict.fromkeys(found, "bound")
        left -= found
    own = [
        Piece(parts[file.place], reasons[file.place], file.latest, file)
        for file in files
        if file.place in reasons
    ]
    return [*own, *_needed(session, own, set(texts), by=by)]


def _part(file: File, text: str) -> Part:
    draft_id = file.draft.id if file.draft else None
    return Part(file.kind, file.key, file.name, text, "main", draft_id)


def _bound(
    kind: str, text: str, texts: Mapping[Place, str], owners: Mapping[Place, Place]
) -> Iterator[Place]:
    """The files of the project whose new version this one gets only by being deployed too."""
    try:
        if kind == "process":
            for each in trial_files.needs(text):
                owner = owners.get((each.kind, each.key))
                is_fixed = each.binding != "latest" and not each.binding.isdecimal()
                if owner is not None and is_fixed:
                    yield owner
        elif kind == "decision":
            imported = set(contents.imported_namespaces(text))
            for place, other in texts.items():
                if imported and place[0] == kind and contents.namespace(other) in imported:
                    yield place
    except BackOfficeError:
        return


def _needed(session: Session, own: list[Piece], known: set[Place], *, by: Actor) -> list[Piece]:
    """What the files name, is in no project but somewhere, and was never deployed."""
    found: dict[Place, Piece] = {}
    for piece in own:
        try:
            parts = packages.assemble(session, piece.part.kind, piece.part.content, by=by)
        except BackOfficeError:
            continue
        for part in parts[1:]:
            place = (part.kind, part.key)
            if place not in known and definitions.find_latest(session, *place) is None:
                found[place] = Piece(part, "needed", None)
    return list(found.values())


def _described(session: Session, piece: Piece) -> Piece:
    """With what differs from what is deployed; what cannot be read differs without words."""
    if piece.reason != "changed" or piece.latest is None:
        return piece
    before = definitions.content(session, piece.latest.id).decode()
    try:
        changes = compare.compare(piece.part.kind, before, piece.part.content)
    except BackOfficeError:
        return piece
    return replace(piece, changes=changes)


def _judged(piece: Piece, report: FileReport | None) -> Piece:
    problems = list(report.problems) if report else [error(None, "readable", "It was not checked.")]
    is_refused = report is None or report.verdict == "refused"
    return replace(piece, problems=problems, is_refused=is_refused)


def _texts(pieces: Iterable[Piece]) -> dict[str, bytes]:
    return packages.files([piece.part for piece in pieces])


def _moved(found: Plan, stamp: str) -> list[Piece]:
    """The pieces whose drafts the stamp does not know as they are."""
    seen = set(stamp.split())
    return [
        piece
        for piece in found.pieces
        if piece.file
        and piece.file.draft
        and f"{piece.file.draft.id}:{piece.file.draft.revision}" not in seen
    ] or found.changed


def _settle(session: Session, piece: Piece, message: str, *, by: Actor) -> None:
    deployed = definitions.latest(session, *piece.place)
    releases.rebase(session, piece.part)
    if message and piece.reason == "changed":
        releases.note(session, deployed, message, by=by)
