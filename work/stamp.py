"""The stamp under which queues and classes are remembered: see catalogue.py."""

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.ids import new_id
from work.models.queue import Stamp


def renew(session: Session) -> None:
    """Make every process read queues and classes again, from this commit on.

    The last thing that a change does: the row is locked until the commit.
    """
    session.flush()
    value = new_id()
    if _replace(session, value):
        return
    try:
        with session.begin_nested():
            session.add(Stamp(id=1, value=value))
            session.flush()
    except IntegrityError:
        _replace(session, value)


def _replace(session: Session, value: object) -> bool:
    query = update(Stamp).where(Stamp.id == 1).values(value=value).returning(Stamp.id)
    return session.scalar(query) is not None
