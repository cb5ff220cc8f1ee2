"""What somebody completed a moment ago, offered to be undone on the page they went on to."""

import math
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from core.people import Actor
from screens.cases.names import case_name
from work import undo


@dataclass(frozen=True)
class Undoable:
    """A completed task in words, and the seconds that are left."""

    task_id: UUID
    name: str
    case: str
    seconds: int


def undoable(session: Session, me: Actor) -> Undoable | None:
    """What `me` completed last, while it can be undone."""
    found = undo.recent(session, by=me)
    if found is None:
        return None
    task = found.task
    case = case_name(task.business_key, task.instance_id)
    return Undoable(task.id, task.name, case, seconds(found.left))


def seconds(left: timedelta | None) -> int:
    """Whole seconds of a time that is left; 0 for none."""
    return 0 if left is None else math.ceil(left.total_seconds())
