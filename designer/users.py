"""Which processes use a form or a decision: the way back from it to its tasks."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from flask import url_for
from sqlalchemy.orm import Session

from core.errors import BackOfficeError
from core.model import Json
from core.people import Actor
from designer import contents, drafts
from designer.models import Draft
from engine import definitions
from engine.bpmn.model import ProcessModel
from engine.models import Definition

MAX_USERS = 50
MAX_PROCESSES = 200


@dataclass(frozen=True)
class User:
    """A process: as deployed last, or the draft of one's own that counts instead."""

    key: str
    name: str
    source: Definition | Draft

    @property
    def url(self) -> str:
        if isinstance(self.source, Draft):
            return url_for("designer.edit", draft_id=self.source.id)
        return url_for("designer.show_version", definition_id=self.source.id)

    def text(self, session: Session) -> str:
        """What it holds."""
        if isinstance(self.source, Draft):
            return self.source.content
        return definitions.content(session, self.source.id).decode()


def of(session: Session, kind: str, keys: Collection[str], *, by: Actor) -> list[User]:
    """Processes that name one of the forms or decisions; by name."""
    found: dict[str, User] = {}
    for process in definitions.find(session, latest=True, limit=MAX_PROCESSES):
        if _is_bound(process.bindings, kind, keys):
            found[process.key] = User(process.key, process.name, process)
    for draft in reversed(drafts.of_person(session, "process", by=by)):
        if names(draft.content, kind, keys):
            found[draft.key] = User(draft.key, draft.name, draft)
    return sorted(found.values(), key=lambda user: user.name.lower())[:MAX_USERS]


def names(content: str, kind: str, keys: Collection[str]) -> bool:
    """Whether a process names one of them; what cannot be read names nothing."""
    if not any(key in content for key in keys):
        return False
    try:
        found = contents.references(content)
    except BackOfficeError:
        return False
    return any(reference.kind == kind and reference.key in keys for reference in found)


def of_form(session: Session, key: str, *, by: Actor) -> list[Json]:
    """`{name, url}` of the processes that show the form."""
    return as_links(of(session, "form", [key], by=by))


def of_decisions(session: Session, content: str, *, by: Actor) -> list[Json]:
    """`{name, url}` of the processes that ask one of the decisions of a file."""
    try:
        keys = contents.decision_keys(content)
    except BackOfficeError:
        return []
    return as_links(of(session, "decision", keys, by=by))


def as_links(found: Iterable[User]) -> list[Json]:
    """`{name, url}` of each."""
    return [{"name": user.name, "url": user.url} for user in found]


def models_of_form(session: Session, key: str, *, by: Actor) -> list[ProcessModel]:
    """The processes that show the form, read."""
    found = of(session, "form", [key], by=by)
    return [contents.main_process(user.text(session)) for user in found]


def _is_bound(bindings: Iterable[str], kind: str, keys: Collection[str]) -> bool:
    """Bindings are called "form:refund@latest"."""
    for name in bindings:
        sort, _, key = name.rpartition("@")[0].partition(":")
        if sort == kind and key in keys:
            return True
    return False
