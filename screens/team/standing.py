"""What a task page shows of passing on: notes, findings of bots, rest, and whom to hand it back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from core import clock
from core.people import Actor
from engine.models import UserTask
from screens.cases.names import Names
from work.models.team import Handing
from work.team import delegation

WORDS = {
    "delegated": _l("%(giver)s passed it on to %(taker)s"),
    "handed_back": _l("%(giver)s handed it back to %(taker)s"),
    "covered": _l("%(taker)s covers for %(giver)s"),
    "reassigned": _l("A team leader gave it to %(taker)s"),
    "given_up": _l("The bot %(giver)s left it to a person"),
}


@dataclass(frozen=True)
class HandingView:
    """One passing on, in words."""

    words: str
    at: datetime
    note: str
    #: What a bot found out: names and values.
    findings: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Standing:
    """What is to be said of a task's way between people."""

    task_id: UUID
    handings: tuple[HandingView, ...]
    rests_until: datetime | None
    may_rest: bool
    #: Who gets it when the reader hands it back.
    hand_back_to: str | None


def of_task(session: Session, task: UserTask, me: Actor, names: Names) -> Standing:
    """For one reader of a task."""
    rests = task.follow_up_at
    is_resting = task.is_open and rests is not None and rests > clock.now()
    is_mine = task.is_open and task.assignee == me.name
    return Standing(
        task.id,
        tuple(_view(each, names) for each in delegation.handings(session, task)),
        rests if is_resting else None,
        is_mine,
        names.person(task.delegated_by) if is_mine and task.delegated_by else None,
    )


def _view(row: Handing, names: Names) -> HandingView:
    taker = names.person(row.taker) or str(_l("the queue"))
    words = str(WORDS[row.kind]) % {"giver": names.person(row.giver), "taker": taker}
    found = (row.findings or {}).items()
    return HandingView(words, row.at, row.note, tuple((name, str(value)) for name, value in found))
