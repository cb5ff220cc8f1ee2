"""The package that a draft is checked and deployed as: itself, and what is bound to go with it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.people import Actor
from designer import contents, drafts
from designer.contents import Reference
from engine import definitions


@dataclass(frozen=True)
class Part:
    """One file of a package. `origin`: "main", "draft" or "deployed"."""

    kind: str
    key: str
    name: str
    content: str
    origin: str

    @property
    def file(self) -> str:
        suffix = contents.SUFFIXES.get(self.kind, "dmn")
        return f"{self.key}.{suffix}"


def assemble(session: Session, kind: str, content: str, *, by: Actor) -> list[Part]:
    """The parts of a draft's package, the draft first.

    A referenced form comes from the person's own draft, else as deployed last; what nobody
    has is left out, and the check names it. Raises what `contents.identify` raises.
    """
    identity = contents.identify(kind, content)
    main = Part(kind, identity.key, identity.name, content, "main")
    if kind != "process":
        return [main]
    found = {
        (reference.kind, reference.key): _part(session, reference, by=by)
        for reference in contents.references(content)
        if _goes_along(session, reference)
    }
    return [main, *(part for part in found.values() if part is not None)]


def files(parts: list[Part]) -> dict[str, bytes]:
    """What the engine checks and deploys."""
    return {part.file: part.content.encode() for part in parts}


def _goes_along(session: Session, reference: Reference) -> bool:
    """Bound to this deployment, or to a latest version that does not exist before it."""
    if reference.binding == "deployment":
        return True
    latest = reference.binding == "latest"
    return latest and definitions.find_latest(session, reference.kind, reference.key) is None


def _part(session: Session, reference: Reference, *, by: Actor) -> Part | None:
    if reference.kind in contents.SUFFIXES:
        draft = drafts.find(session, reference.kind, reference.key, by=by)
        if draft is not None:
            return Part(draft.kind, draft.key, draft.name, draft.content, "draft")
    deployed = definitions.find_latest(session, reference.kind, reference.key)
    if deployed is None:
        return None
    text = definitions.content(session, deployed.id).decode()
    return Part(deployed.kind, deployed.key, deployed.name, text, "deployed")
