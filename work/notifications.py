"""Telling people what concerns them: a list of their own, and the open desks at once."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, delete, func, literal, select, update
from sqlalchemy.orm import Session

from core import clock
from core.ids import first_id
from core.people import Actor
from engine.models import UserTask
from work.models.notification import Notification

#: Text of somebody else that a notification repeats.
MAX_TEXT = 300
MAX_SHOWN = 100
#: What is older is forgotten, read or not.
KEPT_FOR = timedelta(days=90)
BATCH = 1_000


def notify(
    session: Session,
    person: str,
    kind: str,
    *,
    instance_id: UUID | None = None,
    task_id: UUID | None = None,
    details: Mapping[str, Any] | None = None,
    by: Actor | None = None,
) -> Notification:
    """Tell one person something. Open desks show it within two seconds.

    `kind` is one that `work/telling.py` has words for: "mention" …
    """
    made = Notification(
        person=person,
        kind=kind,
        instance_id=instance_id,
        task_id=task_id,
        details=dict(details or {}),
        by=by.name if by else None,
        at=clock.now(),
        read_at=None,
        mailed_at=None,
    )
    session.add(made)
    session.flush()
    return made


def assigned(session: Session, task: UserTask, *, by: Actor) -> None:
    """Tell whoever has a task now that somebody else gave it to them."""
    if task.assignee in (None, by.name):
        return
    notify(
        session,
        task.assignee,
        "assigned",
        instance_id=task.instance_id,
        task_id=task.id,
        details={"task": task.name, "case": task.business_key or ""},
        by=by,
    )


def of(session: Session, person: str, limit: int = MAX_SHOWN) -> list[Notification]:
    """What somebody was told, newest first."""
    query = select(Notification).where(Notification.person == person)
    return list(session.scalars(query.order_by(Notification.id.desc()).limit(limit)))


def unread(session: Session, person: str) -> int:
    """How much somebody was told and has not looked at."""
    return session.scalar(select(unread_of(literal(person)))) or 0


def unread_of(person: ColumnElement[str]) -> ScalarSelect[int]:
    """The same, for queries that read something else of that person too."""
    query = select(func.count()).select_from(Notification)
    query = query.where(Notification.person == person, Notification.read_at.is_(None))
    return query.scalar_subquery()


def read(session: Session, *, by: Actor, only: UUID | None = None) -> None:
    """`by` has looked at all they were told, or at one thing."""
    mine = update(Notification).where(
        Notification.person == by.name, Notification.read_at.is_(None)
    )
    if only is not None:
        mine = mine.where(Notification.id == only)
    session.execute(mine.values(read_at=clock.now()))


def forget(session: Session) -> int:
    """Delete what is older than three months; how many."""
    old = select(Notification.id).where(Notification.id < first_id(clock.now() - KEPT_FOR))
    ids = list(session.scalars(old.limit(BATCH)))
    session.execute(delete(Notification).where(Notification.id.in_(ids)))
    return len(ids)
