"""Tasks of other days: rows like a real one, with ids and moments of then."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from core.ids import first_id, new_id
from engine.models import UserTask


def id_at(at: datetime) -> UUID:
    """An id as it would have been made at a moment."""
    return UUID(int=first_id(at).int | new_id().int & ((1 << 48) - 1))


def like(
    session: Session, task: UserTask, created_at: datetime, completed_at: datetime | None = None
) -> UserTask:
    """A copy of a sorted task that came at a moment, and was completed at another, or is open."""
    columns = [each.key for each in inspect(UserTask).column_attrs if each.key != "is_unmanned"]
    made = UserTask(**{name: getattr(task, name) for name in columns})
    made.id, made.created_at, made.token = id_at(created_at), created_at, str(new_id())
    if completed_at is not None:
        made.state, made.completed_at, made.completed_by = "completed", completed_at, "ada"
    session.add(made)
    session.flush()
    return made


def same_day(
    session: Session, task: UserTask, day: datetime, arrived: list[float], done: list[float]
) -> None:
    """Tasks that came, and others that were completed, so many hours after a moment."""
    for hours in arrived:
        like(session, task, day + timedelta(hours=hours), day + timedelta(days=3))
    for hours in done:
        like(session, task, day - timedelta(days=3), day + timedelta(hours=hours))
