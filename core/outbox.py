"""Ringing for a worker once a transaction has committed.

The database says what must happen; RQ only rings the bell. A job carries an id, reads the row, and
does nothing if the row is already done: ringing twice is harmless, and the sweep rings again what
was lost.
"""

from sqlalchemy.orm import Session

Ring = tuple[str, str]


def ring(session: Session, job: str, row_id: object) -> None:
    """Ask for `job` ("engine.jobs.run_service_task") to run on a row after this commit."""
    rings: dict[Ring, None] = session.info.setdefault("rings", {})
    rings[job, str(row_id)] = None


def unring(session: Session, job: str, row_id: object) -> None:
    """Take back what was asked for: whoever holds this transaction does it."""
    rings: dict[Ring, None] = session.info.get("rings", {})
    rings.pop((job, str(row_id)), None)


def take_rings(session: Session) -> list[Ring]:
    """What has been asked for since the last call, each once, in order."""
    rings: dict[Ring, None] = session.info.pop("rings", {})
    return list(rings)
