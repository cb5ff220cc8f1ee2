"""Drafts: begun, saved as people draw, thrown away. Each has an owner; all analysts may draw."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock, permissions
from core.errors import BackOfficeError, Forbidden, NotFound
from core.people import Actor
from designer.contents import identify
from designer.models import Draft
from designer.projects import keeping
from engine import definitions
from engine.models import Definition

#: More than a person can oversee; the newest are listed.
MAX_LISTED = 200


class DraftNotFound(NotFound):
    """There is no such draft."""


class DraftOfAnother(Forbidden):
    """Only {owner} may throw this draft away."""


def of_person(session: Session, kind: str, *, by: Actor) -> list[Draft]:
    """A person's drafts of one kind, the one drawn last first."""
    own = select(Draft).where(Draft.owner == by.name, Draft.kind == kind)
    return list(session.scalars(own.order_by(Draft.updated_at.desc()).limit(MAX_LISTED)))


def get(session: Session, draft_id: UUID, *, by: Actor, lock: bool = False) -> Draft:
    """One draft, of whomever. Raises DraftNotFound, also for those who do not draw."""
    draft = session.get(Draft, draft_id, with_for_update=lock or None)
    if draft is None or not permissions.may(by, "design"):
        raise DraftNotFound(draft_id=str(draft_id))
    return draft


def find(session: Session, kind: str, key: str, *, by: Actor) -> Draft | None:
    """The draft that a person drew last under a key."""
    return next((draft for draft in of_person(session, kind, by=by) if draft.key == key), None)


def newest_of_project(session: Session, kind: str, key: str, project_id: UUID) -> Draft | None:
    """The draft of whomever that was drawn last, of a file of a project; General has none."""
    if project_id == keeping.GENERAL or keeping.of_file(session, kind, key) != project_id:
        return None
    query = select(Draft).where(Draft.kind == kind, Draft.key == key)
    return session.scalar(query.order_by(Draft.updated_at.desc()).limit(1))


def begin(
    session: Session,
    kind: str,
    content: str,
    *,
    by: Actor,
    base: Definition | None = None,
    project_id: UUID | None = None,
) -> Draft:
    """A new draft; a file that is in no project yet comes into the one given.

    Raises what `contents.identify` raises when the text cannot be drawn.
    """
    identity = identify(kind, content)
    at = clock.now()
    draft = Draft(
        kind=kind,
        key=identity.key,
        name=identity.name,
        content=content,
        base_definition_id=base.id if base else None,
        owner=by.name,
        created_at=at,
        updated_at=at,
    )
    session.add(draft)
    session.flush()
    if project_id is not None and keeping.of_file(session, kind, draft.key) == keeping.GENERAL:
        keeping.put(session, kind, draft.key, project_id, by=by)
    return draft


def open_version(session: Session, definition: Definition, *, by: Actor) -> Draft:
    """The draft with which the person goes on from a version; a new one if there is none."""
    content = definitions.content(session, definition.id).decode()
    found = find(session, definition.kind, identify(definition.kind, content).key, by=by)
    if found is not None and found.base_definition_id == definition.id:
        return found
    if found is not None and found.content == content:
        found.base_definition_id = definition.id
        return found
    return begin(session, definition.kind, content, by=by, base=definition)


def save(session: Session, draft_id: UUID, content: str, revision: int, *, by: Actor) -> Draft:
    """Store what was drawn. Raises DraftMoved when the draft went on elsewhere in the meantime.

    A text that names no key any more is kept all the same, under the key it had.
    """
    draft = get(session, draft_id, by=by, lock=True)
    try:
        identity = identify(draft.kind, content)
        key, name = identity.key, identity.name
    except BackOfficeError:
        if not content.strip():
            raise
        key, name = draft.key, draft.name
    before = draft.key
    draft.save(content, key=key, name=name, revision=revision, by=by.name, at=clock.now())
    if key != before:
        keeping.follow(session, draft.kind, before, key, by=by)
    return draft


def discard(session: Session, draft_id: UUID, *, by: Actor) -> None:
    """Throw a draft away. What was deployed of it stays. Raises DraftOfAnother."""
    draft = get(session, draft_id, by=by, lock=True)
    if draft.owner != by.name:
        raise DraftOfAnother(owner=draft.owner)
    session.delete(draft)


def is_changed(session: Session, draft: Draft) -> bool:
    """Whether the draft differs from the version it began from or became."""
    if draft.base_definition_id is None:
        return True
    return definitions.content(session, draft.base_definition_id).decode() != draft.content
