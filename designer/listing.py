"""The designer's list: what is deployed and what is being drawn, one row a key."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from core.people import Actor
from designer import decisions, drafts, releases
from designer.models import Draft, ReleaseNote
from engine import definitions
from engine.models import Definition

MAX_ROWS = 200


@dataclass
class Row:
    """A process, form or decision: its latest version, if any, and what of it is being drawn."""

    key: str
    name: str
    latest: Definition | None = None
    note: ReleaseNote | None = None
    drafts: list[Draft] = field(default_factory=list)
    #: Ids of those drafts that differ from the version they stand on.
    changed: set[UUID] = field(default_factory=set)
    #: Drafts of others, which one may draw on too.
    others: list[Draft] = field(default_factory=list)


def rows(session: Session, kind: str, query: str, *, by: Actor) -> list[Row]:
    """All rows of a kind whose name or key holds the words, by name."""
    found: dict[str, Row] = {}
    deployed = definitions.find(session, kind=kind, latest=True, limit=MAX_ROWS)
    if kind == "decision":
        deployed = decisions.mains(session, deployed)
    notes = releases.notes(session, deployed)
    for definition in deployed:
        note = notes.get(definition.id)
        found[definition.key] = Row(definition.key, definition.name, definition, note)
    for draft in drafts.of_person(session, kind, by=by):
        row = found.setdefault(draft.key, Row(draft.key, draft.name))
        row.drafts.append(draft)
        if drafts.is_changed(session, draft):
            row.changed.add(draft.id)
    for draft in _others(session, kind, by=by):
        found.setdefault(draft.key, Row(draft.key, draft.name)).others.append(draft)
    words = query.lower().split()
    matching = [row for row in found.values() if _holds(row, words)]
    return sorted(matching, key=lambda row: row.name.lower())


def _holds(row: Row, words: list[str]) -> bool:
    text = f"{row.name} {row.key}".lower()
    return all(word in text for word in words)


def _others(session: Session, kind: str, *, by: Actor) -> list[Draft]:
    query = select(Draft).where(Draft.kind == kind, Draft.owner != by.name)
    newest = query.order_by(Draft.updated_at.desc()).limit(MAX_ROWS)
    return list(session.scalars(newest.options(defer(Draft.content))))
