"""Claiming by choice, as far as the queue lets people choose."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ScalarSelect, func, or_, select
from sqlalchemy.orm import Session

from core.people import Actor, Role
from engine import user_tasks
from engine.models import ProcessInstance, UserTask, UserTaskCandidate
from work import notifications, sites
from work.errors import KeptForOther, PullOnly
from work.models import WorkClass, Worker, WorkQueue
from work.models.queue import EVERYBODY
from work.team import members

#: Between names of groups; models cannot hold it.
_BETWEEN = "\x1f"
_GROUPS = (
    select(UserTaskCandidate.group_name)
    .where(UserTaskCandidate.task_id == UserTask.id)
    .correlate(UserTask)
)
#: Asked of a task's row: which of the queues that it could be in are not open.
_GIVEN_OUT: ScalarSelect[str | None] = (
    select(func.aggregate_strings(WorkQueue.group_name, _BETWEEN))
    .where(
        WorkQueue.mode != "open",
        or_(WorkQueue.group_name == EVERYBODY, WorkQueue.group_name.in_(_GROUPS)),
    )
    .correlate(UserTask)
    .scalar_subquery()
)
#: And where the rules of its queue say that it is done; nothing before it is sorted in.
_RULED: ScalarSelect[list[str] | None] = (
    select(WorkClass.sites)
    .where(WorkClass.id == UserTask.class_id)
    .correlate(UserTask)
    .scalar_subquery()
)


@dataclass(frozen=True)
class Standing:
    """What decides, beside a task itself, whether it may be chosen."""

    #: Queues that give work out instead of letting people choose.
    given_out: Collection[str]
    #: Where it is done, as the rules of its queue say, else its model; empty for anywhere.
    sites: Sequence[str]
    #: Where whoever asks works; None where nobody has said.
    own_site: str | None


def lock(
    session: Session, task_id: UUID, *, by: Actor
) -> tuple[UserTask, ProcessInstance, Standing]:
    """A task under the lock of its case, and how it stands, with no turn more than the lock takes.

    Raises UserTaskNotFound.
    """
    own = select(Worker.site).where(Worker.name == by.name).scalar_subquery()
    task, instance, (given_out, ruled, own_site) = user_tasks.lock_with(
        session, task_id, _GIVEN_OUT, _RULED, own, by=by
    )
    names = [] if given_out is None else given_out.split(_BETWEEN)
    asked = task.sites if task.class_id is None else ruled
    return task, instance, Standing(names, asked or (), own_site)


def claim(session: Session, task_id: UUID, *, by: Actor) -> UserTask:
    """Reserve a task that somebody has chosen from a list.

    Raises PullOnly where associates get work in order only, KeptForOther, DoneElsewhere or
    SiteNotDeclared for another site, and what `user_tasks.claim` raises.
    """
    task, instance, standing = lock(session, task_id, by=by)
    if task.assignee is None:
        require_choice(task, standing, by)
    user_tasks.claim_locked(session, task, instance, by=by)
    task.reserved_for = None
    session.flush()
    return task


def hand_over(session: Session, task_id: UUID, person: str, *, by: Actor) -> UserTask:
    """Make somebody else the assignee, and tell them.

    Raises NotEligible for who works at another site, and as `user_tasks.hand_over` does.
    """
    members.require_site(session, user_tasks.get(session, task_id, by=by), person)
    task = user_tasks.hand_over(session, task_id, person, by=by)
    notifications.assigned(session, task, by=by)
    return task


def require_choice(task: UserTask, standing: Standing, by: Actor) -> None:
    """Raise PullOnly, KeptForOther, DoneElsewhere or SiteNotDeclared for who may not choose.

    For a task that nobody has.
    """
    leads = by.has(Role.TEAM_LEADER, Role.OPERATOR)
    if task.reserved_for not in (None, by.name) and not leads:
        raise KeptForOther(person=task.reserved_for)
    sites.require(standing.sites, standing.own_site, by=by)
    is_given_out = min(task.groups, default=EVERYBODY) in standing.given_out
    if task.reserved_for is None and is_given_out and not leads:
        raise PullOnly
