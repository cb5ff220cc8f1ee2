"""What the scheduler does for the desk, again and again. Each is safe to run twice."""

from core.db import reading, transaction
from work import due_dates, queue_settings, sorting

#: Batches that one turn works off; the next turn goes on.
ROUNDS = 20


def sort() -> None:
    """Sort tasks that were opened into their classes, and wake those whose follow-up has come."""
    with reading() as session:
        resting, unsorted = sorting.has_resting(session), sorting.has_unsorted(session)
    if resting:
        with transaction() as session:
            sorting.wake(session)
    if resting or unsorted:
        for _ in range(ROUNDS):
            with transaction() as session:
                if not sorting.take_in(session):
                    return


def follow_calendars() -> None:
    """Date open tasks anew whose calendar has changed."""
    with reading() as session:
        if not due_dates.has_stale(session):
            return
    for _ in range(ROUNDS):
        with transaction() as session:
            if not due_dates.follow(session):
                return


def ask_rules() -> None:
    """Ask the rules of all queues again, and learn how long work takes."""
    with transaction() as session:
        queue_settings.rule_all(session)
    with transaction() as session:
        queue_settings.learn(session)
