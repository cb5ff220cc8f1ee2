"""Who is at a draft right now: each open window tells of itself every few seconds.

open ──beat──► there ──saves──► editing ──two minutes──► there ──no beat──► gone
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from core import clock
from core.errors import Invalid
from core.people import Actor
from designer import drafts
from designer.together_models import DraftPresence

#: A window that was not heard of for so long is gone.
GONE = timedelta(seconds=40)
#: Whoever drew within this time is editing.
EDITING = timedelta(minutes=2)
MAX_LISTED = 20
MAX_WINDOW = 64


class WindowUnnamed(Invalid):
    """A window names itself with 1 to {limit} characters."""


@dataclass(frozen=True)
class Companion:
    """Somebody else at the draft, or oneself in another window."""

    person: str
    is_editing: bool
    opened_at: datetime


def beat(session: Session, draft_id: UUID, window: str, *, by: Actor) -> list[Companion]:
    """A window is there; answers who else is, those who edit first.

    Raises DraftNotFound and WindowUnnamed.
    """
    if not 0 < len(window) <= MAX_WINDOW:
        raise WindowUnnamed(limit=MAX_WINDOW)
    draft = drafts.get(session, draft_id, by=by)
    at = clock.now()
    session.execute(
        delete(DraftPresence).where(
            DraftPresence.draft_id == draft.id, DraftPresence.seen_at < at - GONE
        )
    )
    rows = list(session.scalars(_of_draft(draft_id)))
    own = next((row for row in rows if row.window == window and row.person == by.name), None)
    if own is None:
        own = DraftPresence(draft_id=draft.id, person=by.name, window=window, opened_at=at)
        session.add(own)
    own.seen_at = at
    session.flush()
    others = [_companion(row, at) for row in rows if row is not own]
    return sorted(others, key=lambda one: (not one.is_editing, one.opened_at))


def drew(session: Session, draft_id: UUID, *, by: Actor) -> None:
    """The person saved what they drew."""
    session.execute(
        update(DraftPresence)
        .where(DraftPresence.draft_id == draft_id, DraftPresence.person == by.name)
        .values(drew_at=clock.now())
    )


def leave(session: Session, draft_id: UUID, window: str, *, by: Actor) -> None:
    """A window is closed."""
    session.execute(
        delete(DraftPresence).where(
            DraftPresence.draft_id == draft_id,
            DraftPresence.window == window,
            DraftPresence.person == by.name,
        )
    )


def _of_draft(draft_id: UUID) -> Select[tuple[DraftPresence]]:
    query = select(DraftPresence).where(DraftPresence.draft_id == draft_id)
    return query.order_by(DraftPresence.opened_at).limit(MAX_LISTED)


def _companion(row: DraftPresence, at: datetime) -> Companion:
    is_editing = row.drew_at is not None and at - row.drew_at < EDITING
    return Companion(row.person, is_editing, row.opened_at)
