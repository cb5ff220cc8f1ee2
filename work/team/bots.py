"""Programs that work in queues like people: their hours, what they cannot do, how often they fail.

A bot is a token with the role of an associate. What it gives up takes the skill `person` from then
on, so that no program is given it again, and shows what was found out.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import calendars, clock
from core.errors import Conflict, Invalid
from core.model import Json
from core.people import Actor, ApiToken, Person, Role
from core.permissions import NotAllowed, allow
from engine import log, user_tasks
from engine.errors import UserTaskClaimed
from engine.models import UserTask
from work import skills
from work.errors import WorkerNotFound
from work.models import Worker
from work.models.team import Handing
from work.team import presence

#: The last tasks that a bot's failures are counted over, and how many it must have had.
COUNTED, COUNTED_FROM = 50, 10
MAX_MESSAGE = 2_000
#: Tokens that are looked through for bots.
MAX_TOKENS = 500


class BotPaused(Conflict):
    """The bot fails too often ({failed} of its last {count} tasks) and gets no more of them."""


class FindingsInvalid(Invalid):
    """Say in up to {limit} characters why the task needs a person."""


def may_work(session: Session, by: Actor) -> bool:
    """Whether it is a bot's time of work. Raises BotPaused. People always may."""
    if by.kind != "token":
        return True
    worker = skills.of(session, by.name)
    if worker is not None and worker.error_limit is not None:
        failed, count = failures(session, worker)
        if fails_too_often(failed, count, worker.error_limit):
            raise BotPaused(failed=failed, count=count)
    return presence.on_shift(session, by.name)


@dataclass(frozen=True)
class Bot:
    """A program that takes tasks, as team leaders see it."""

    name: str
    groups: tuple[str, ...]
    worker: Worker | None
    in_hand: int
    #: Of its last tasks since its settings were saved: how many it gave up, and how many it had.
    failed: int
    count: int
    #: The name of the calendar of its hours; None for around the clock.
    calendar: str | None

    @property
    def is_paused(self) -> bool:
        """Whether it gets nothing more because it fails too often."""
        limit = self.worker.error_limit if self.worker else None
        return limit is not None and fails_too_often(self.failed, self.count, limit)


def find(session: Session, *, by: Actor) -> list[Bot]:
    """The bots of the groups of `by`, by name; operators see all."""
    allow(by, "worker.change")
    return [_bot(session, token) for token in _tokens(session, by).values()]


def get(session: Session, name: str, *, by: Actor) -> Bot:
    """One of them. Raises WorkerNotFound."""
    allow(by, "worker.change")
    token = _tokens(session, by).get(name)
    if token is None:
        raise WorkerNotFound(name=name)
    return _bot(session, token)


def fails_too_often(failed: int, count: int, limit: float) -> bool:
    """Whether a bot that gave up so many of its last tasks gets no more of them."""
    return count >= COUNTED_FROM and failed > limit * count


def failures(session: Session, worker: Worker) -> tuple[int, int]:
    """How many of a bot's last tasks it gave up, and how many those were.

    They count from the last change of what is declared of it: so a team leader lets it begin anew.
    """
    gave_up = (
        select(Handing.at)
        .where(
            Handing.giver == worker.name,
            Handing.kind == "given_up",
            Handing.at >= worker.changed_at,
        )
        .order_by(Handing.at.desc())
        .limit(COUNTED)
    )
    failed = len(session.scalars(gave_up).all())
    done = (
        select(UserTask.id)
        .where(
            UserTask.assignee == worker.name,
            UserTask.state == "completed",
            UserTask.completed_at >= worker.changed_at,
        )
        .limit(COUNTED)
        .subquery()
    )
    completed = session.scalar(select(func.count()).select_from(done)) or 0
    return failed, failed + completed


def give_up(
    session: Session, task_id: UUID, message: str, findings: Json | None = None, *, by: Actor
) -> UserTask:
    """Leave a task to a person, with what was found out.

    Raises FindingsInvalid, UserTaskClosed, UserTaskClaimed, and NotAllowed for people.
    """
    if by.kind != "token":
        raise NotAllowed(verb="task.take")
    message = message.strip()
    if not 0 < len(message) <= MAX_MESSAGE:
        raise FindingsInvalid(limit=MAX_MESSAGE)
    task, instance = user_tasks.lock(session, task_id, by=by)
    task.require_open()
    if task.assignee != by.name:
        raise UserTaskClaimed(assignee=task.assignee)
    now = clock.now()
    task.release()
    task.skills = sorted({*(task.skills or ()), skills.PERSON})
    task.class_id = task.rank_at = task.reserved_for = None
    session.add(
        Handing(
            task_id=task.id,
            kind="given_up",
            giver=by.name,
            taker=None,
            at=now,
            by=by.name,
            note=message,
            findings=findings,
        )
    )
    log.note(
        session,
        instance,
        task.kind,
        "release",
        at=now,
        by=by.name,
        element_id=task.element_id,
        name=task.name,
        token=task.token,
        details={"why": message},
    )
    session.flush()
    return task


def _tokens(session: Session, by: Actor) -> dict[str, ApiToken]:
    """Valid tokens of programs that take tasks in groups of `by`, by name."""
    people = select(Person.name)
    query = select(ApiToken).where(ApiToken.revoked_at.is_(None), ApiToken.name.not_in(people))
    now = clock.now()
    return {
        token.name: token
        for token in session.scalars(query.order_by(ApiToken.name, ApiToken.id).limit(MAX_TOKENS))
        if token.is_valid(now)
        and Role.ASSOCIATE in token.role_names
        and (by.has(Role.OPERATOR) or not by.groups.isdisjoint(token.group_names))
    }


def _bot(session: Session, token: ApiToken) -> Bot:
    worker = skills.of(session, token.name)
    failed, count = failures(session, worker) if worker is not None else (0, 0)
    in_hand = select(func.count()).where(UserTask.state == "open", UserTask.assignee == token.name)
    calendar = calendars.own_of(session, token.name)
    return Bot(
        token.name,
        tuple(token.group_names),
        worker,
        session.scalar(in_hand) or 0,
        failed,
        count,
        calendar.name if calendar is not None else None,
    )
