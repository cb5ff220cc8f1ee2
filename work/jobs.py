"""What the scheduler does for the desk, again and again. Each is safe to run twice."""

from core.db import reading, transaction
from work import due_dates

#: Batches that one turn works off; the next turn goes on.
ROUNDS = 20


def follow_calendars() -> None:
    """Date open tasks anew whose calendar has changed."""
    with reading() as session:
        if not due_dates.has_stale(session):
            return
    for _ in range(ROUNDS):
        with transaction() as session:
            if not due_dates.follow(session):
                return
