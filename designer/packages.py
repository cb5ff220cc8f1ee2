"""The package that a draft is checked and deployed as: itself, and what is bound to go with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from core.errors import BackOfficeError
from core.people import Actor
from designer import contents, drafts
from designer.contents import Reference
from designer.projects import keeping
from engine import definitions

#: Decision files that are looked through for what one imports.
MAX_FILES = 200


@dataclass(frozen=True)
class Part:
    """One file of a package. `origin`: "main", "draft", "project" or "deployed"."""

    kind: str
    key: str
    name: str
    content: str
    origin: str
    #: The draft it is taken from, for those that go along.
    draft_id: UUID | None = None

    @property
    def file(self) -> str:
        return contents.file_name(self.kind, self.key)

    @property
    def names(self) -> list[str]:
        """What others name it by: a file of decisions by each of them."""
        try:
            return contents.decision_keys(self.content) if self.kind == "decision" else [self.key]
        except BackOfficeError:
            return [self.key]


def assemble(session: Session, kind: str, content: str, *, by: Actor) -> list[Part]:
    """The parts of a draft's package, the draft first.

    A referenced form comes from the person's own draft, else from a draft of its project, else
    as deployed last; what nobody has is left out, and the check names it. Raises what
    `contents.identify` raises.
    """
    identity = contents.identify(kind, content)
    main = Part(kind, identity.key, identity.name, content, "main")
    if kind == "decision":
        return [main, *_imported(session, main, by=by)]
    if kind == "form":
        return [main]
    project_id = keeping.of_file(session, kind, identity.key)
    found = {
        (reference.kind, reference.key): _part(session, reference, project_id, by=by)
        for reference in contents.references(content)
        if _goes_along(session, reference)
    }
    parts = [part for part in found.values() if part is not None]
    decided = [part for part in parts if part.kind == "decision"]
    imported = [each for part in decided for each in _imported(session, part, by=by)]
    return [main, *_each_once([*parts, *imported])]


def files(parts: list[Part]) -> dict[str, bytes]:
    """What the engine checks and deploys."""
    return {part.file: part.content.encode() for part in parts}


def _goes_along(session: Session, reference: Reference) -> bool:
    """Bound to this deployment, or to a latest version that does not exist before it."""
    if reference.binding == "deployment":
        return True
    latest = reference.binding == "latest"
    return latest and definitions.find_latest(session, reference.kind, reference.key) is None


def _each_once(parts: list[Part]) -> list[Part]:
    """One file may hold several decisions that are asked: it goes along once."""
    return list({part.content: part for part in reversed(parts)}.values())[::-1]


def _imported(session: Session, part: Part, *, by: Actor) -> list[Part]:
    """The decision files that one imports, and those import in turn."""
    missing = [*contents.imported_namespaces(part.content)]
    if not missing:
        return []
    known = {contents.namespace(other.content): other for other in _decisions(session, by=by)}
    found: dict[str, Part] = {}
    while missing:
        name = missing.pop()
        other = known.get(name)
        if other is not None and name not in found and other.content != part.content:
            found[name] = other
            missing += contents.imported_namespaces(other.content)
    return list(found.values())


def _decisions(session: Session, *, by: Actor) -> Iterator[Part]:
    """All readable decision files: as deployed last, then the person's own drafts."""
    for definition in definitions.find(session, kind="decision", latest=True, limit=MAX_FILES):
        text = definitions.content(session, definition.id).decode()
        yield Part("decision", definition.key, definition.name, text, "deployed")
    for draft in reversed(drafts.of_person(session, "decision", by=by)):
        try:
            contents.namespace(draft.content)
        except BackOfficeError:
            continue
        yield Part("decision", draft.key, draft.name, draft.content, "draft")


def drawn(session: Session, kind: str, key: str, project_id: UUID, *, by: Actor) -> Part | None:
    """What somebody draws under a key: one's own draft, else the newest one of the project."""
    draft, origin = drafts.find(session, kind, key, by=by), "draft"
    if draft is None:
        draft, origin = drafts.newest_of_project(session, kind, key, project_id), "project"
    if draft is None:
        return None
    return Part(draft.kind, draft.key, draft.name, draft.content, origin, draft.id)


def _part(session: Session, reference: Reference, project_id: UUID, *, by: Actor) -> Part | None:
    found = drawn(session, reference.kind, reference.key, project_id, by=by)
    if found is not None:
        return found
    deployed = definitions.find_latest(session, reference.kind, reference.key)
    if deployed is None:
        return None
    text = definitions.content(session, deployed.id).decode()
    return Part(deployed.kind, deployed.key, deployed.name, text, "deployed")
