"""What team leaders do from the floor with all the tasks behind a number."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from core.errors import Invalid
from core.people import Actor
from work import sorting
from work.floor import listing
from work.floor.measures import Asked
from work.team import leading
from work.team.leading import MAX_TASKS, Changed

#: What can be said of tasks: they come before all others, or weigh more or less.
FIRST, NO_LONGER_FIRST = "first", "not_first"
WORDS = (FIRST, "urgent", "high", "normal", "low", NO_LONGER_FIRST)


class NothingToChange(Invalid):
    """There is no open task behind this number any more."""


class OnlyOpenTasks(Invalid):
    """Only open tasks can be put first or weighed."""


def change_all(session: Session, asked: Asked, word: str, *, why: str, by: Actor) -> Changed:
    """Do one of WORDS to the tasks behind a number, the first MAX_TASKS of them.

    Raises OnlyOpenTasks, NothingToChange, and as `change` does.
    """
    if not asked.is_of_open:
        raise OnlyOpenTasks
    found = listing.ids(session, asked, by=by, limit=MAX_TASKS)
    if not found:
        raise NothingToChange
    return change(session, found, word, why=why, by=by)


def change(
    session: Session, task_ids: Sequence[UUID], word: str, *, why: str, by: Actor
) -> Changed:
    """Do one of WORDS to some tasks; they find their new places at once.

    Raises PriorityUnknown, WhyMissing, TooManyTasks.
    """
    if word == FIRST:
        return leading.pin(session, task_ids, why=why, by=by)
    if word == NO_LONGER_FIRST:
        return leading.unpin(session, task_ids, why=why, by=by)
    changed = leading.prioritise(session, task_ids, word, why=why, by=by)
    # Not with the next sweep: the floor would miss them until then.
    sorting.take_in(session, len(changed.done))
    return changed
