"""A turn of the stall radar in one session: what the scheduler does in three."""

from uuid import UUID

from sqlalchemy.orm import Session

from engine import radar


def look(session: Session, limit: int = radar.BATCH) -> list[UUID]:
    """Look at the next cases and note what is overdue; the doubtful ones."""
    looked = radar.look(session, radar.next_cases(session, limit))
    radar.note(session, looked.findings)
    return list(looked.doubtful)
