"""The book of team leaders' acts: who did what, and why."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.errors import Invalid
from core.people import Actor
from core.permissions import allow
from work.models.team import TeamAct

MAX_WHY = 500


class WhyMissing(Invalid):
    """Say why, in up to {limit} characters: it is kept with what you did."""


def record(
    session: Session,
    act: str,
    why: str,
    *,
    by: Actor,
    concerning: str | None = None,
    tasks: int = 0,
) -> None:
    """Write one act into the book."""
    session.add(
        TeamAct(act=act, why=why, by=by.name, at=clock.now(), concerning=concerning, tasks=tasks)
    )
    session.flush()


def find(
    session: Session, *, by: Actor, after: UUID | None = None, limit: int = 50
) -> list[TeamAct]:
    """The acts of all team leaders, the latest first; `after` is the last id of the page before."""
    allow(by, "worker.change")
    query = select(TeamAct).order_by(TeamAct.id.desc()).limit(limit)
    if after is not None:
        query = query.where(TeamAct.id < after)
    return list(session.scalars(query))


def require_why(why: str) -> str:
    """The reason without blanks around it. Raises WhyMissing."""
    text = why.strip()
    if not 0 < len(text) <= MAX_WHY:
        raise WhyMissing(limit=MAX_WHY)
    return text
