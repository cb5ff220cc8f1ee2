"""What the scheduler does for the desk, again and again. Each is safe to run twice."""

from core.db import config, reading, transaction
from core.files import store_of
from engine import undo
from work import attachments, drafts, due_dates, notifications, queue_settings, sorting

#: Contents that are looked up at once.
FILES = 500
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


def forget() -> None:
    """Delete drafts nobody has touched for a month, old notifications, what undoing needed."""
    with transaction() as session:
        undo.forget(session)
        drafts.forget(session)
        notifications.forget(session)


def sweep_files() -> None:
    """Forget files whose form was never sent, then delete the contents that nothing refers to."""
    with transaction() as session:
        attachments.forget_held(session)
    store = store_of(config())
    kept = attachments.kept_in(store)
    for start in range(0, len(kept), FILES):
        with reading() as session:
            unwanted = attachments.unwanted(session, kept[start : start + FILES])
        for digest in unwanted:
            # What was written lately may belong to a transaction that is not committed yet.
            store.remove(digest, unless_younger=attachments.YOUNG)
