"""Anything that a draft is compared with or goes back to: itself, a milestone, a version."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.people import Actor
from designer import decisions, drafts, releases
from designer.models import Draft
from designer.together_models import Milestone
from engine import definitions
from engine.models import Definition

#: Versions and milestones to choose from, of each.
MAX_OFFERED = 100


class StateNotFound(NotFound):
    """There is nothing of this kind to compare."""


@dataclass(frozen=True)
class State:
    """One state of a process, form or decision. `ref`: "draft:…", "milestone:…", "version:…"."""

    ref: str
    words: str
    kind: str
    key: str
    name: str
    at: datetime
    by: str
    message: str


def find(session: Session, ref: str, *, by: Actor) -> tuple[State, str]:
    """A state and its text. Raises StateNotFound, and what finding the thing raises."""
    sort, _colon, key = ref.partition(":")
    try:
        thing_id = UUID(key)
    except ValueError as error:
        raise StateNotFound(ref=ref) from error
    if sort == "version":
        definition = definitions.get(session, thing_id)
        note = releases.notes(session, [definition]).get(definition.id)
        content = definitions.content(session, definition.id).decode()
        return of_version(definition, note.message if note else ""), content
    if sort == "draft":
        draft = drafts.get(session, thing_id, by=by)
        return of_draft(draft), draft.content
    milestone = session.get(Milestone, thing_id) if sort == "milestone" else None
    if milestone is None:
        raise StateNotFound(ref=ref)
    draft = drafts.get(session, milestone.draft_id, by=by)
    return of_milestone(draft, milestone), milestone.content


def offered(session: Session, state: State, *, by: Actor) -> list[State]:
    """All that a state can be compared with: drafts, milestones and versions of the same key."""
    own = select(Draft).where(Draft.kind == state.kind, Draft.key == state.key)
    found: list[State] = []
    for draft in session.scalars(own.order_by(Draft.updated_at.desc()).limit(MAX_OFFERED)):
        found.append(of_draft(draft))
        kept = select(Milestone).where(Milestone.draft_id == draft.id)
        rows = session.scalars(kept.order_by(Milestone.id.desc()).limit(MAX_OFFERED))
        found += [of_milestone(draft, milestone) for milestone in rows]
    found += versions(session, state.kind, state.key)
    return found


def versions(session: Session, kind: str, key: str) -> list[State]:
    """The deployed versions of a key, the newest first."""
    latest = definitions.find_latest(session, kind, key)
    if latest is None:
        return []
    if kind == "decision":
        key = decisions.main_of(session, latest).key
    rows = definitions.find(session, kind=kind, key=key, limit=MAX_OFFERED)
    notes = releases.notes(session, rows)
    return [of_version(row, notes[row.id].message if row.id in notes else "") for row in rows]


def of_draft(draft: Draft) -> State:
    """A draft as it is stored now."""
    words = _("Draft")
    return State(
        f"draft:{draft.id}",
        words,
        draft.kind,
        draft.key,
        draft.name,
        draft.updated_at,
        draft.drawn_by,
        "",
    )


def of_milestone(draft: Draft, milestone: Milestone) -> State:
    """A state that was kept."""
    return State(
        f"milestone:{milestone.id}",
        milestone.message,
        draft.kind,
        draft.key,
        draft.name,
        milestone.created_at,
        milestone.created_by,
        milestone.message,
    )


def of_version(definition: Definition, message: str) -> State:
    """A deployed version."""
    words = _("Version %(number)s", number=definition.version)
    return State(
        f"version:{definition.id}",
        words,
        definition.kind,
        definition.key,
        definition.name,
        definition.created_at,
        definition.created_by,
        message,
    )
