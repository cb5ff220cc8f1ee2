"""Signs of life of the platform's own processes, so that `/ready` can tell who is missing."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import clock
from core.model import Model

#: A process that was silent for longer counts as missing.
FRESH = timedelta(seconds=15)
#: A process that was silent for longer is forgotten.
FORGOTTEN = timedelta(days=1)


class Heartbeat(Model):
    """When a process was last known to work."""

    __tablename__ = "heartbeat"

    #: For example `scheduler@host:4711`.
    process: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    beat_at: Mapped[datetime]


def beat(session: Session, kind: str, process: str) -> None:
    """Record that this process is alive, and forget those that are long gone."""
    now = clock.now()
    row = session.get(Heartbeat, process)
    if row is None:
        session.add(Heartbeat(process=process, kind=kind, beat_at=now))
        session.execute(delete(Heartbeat).where(Heartbeat.beat_at < now - FORGOTTEN))
    else:
        row.beat_at = now
    session.flush()


def is_fresh(session: Session, kind: str) -> bool:
    """Whether a process of that kind was heard of lately."""
    newest = session.scalar(
        select(Heartbeat.beat_at)
        .where(Heartbeat.kind == kind)
        .order_by(Heartbeat.beat_at.desc())
        .limit(1)
    )
    return newest is not None and clock.now() - newest < FRESH
