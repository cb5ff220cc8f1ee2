"""Work for people: finding, claiming, handing over and completing user tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, joinedload, undefer
from sqlalchemy.sql.elements import SQLCoreOperations

from core import clock
from core.model import UtcDateTime
from core.people import Actor, Role, is_active
from core.permissions import allow
from engine import log, progress, projections, undo
from engine.errors import InstanceNotFound, PersonUnknown, UserTaskNotFound
from engine.models import InstanceVariable, ProcessInstance, UserTask, UserTaskCandidate
from engine.projections.variables import as_text
from engine.undo import Grace
from engine.visibility import Alike, Asker, asking, offered_to, user_tasks_seen_by

#: Tasks that are counted one by one; beyond that "many" is all that a person needs to know.
MOST_COUNTED = 1_000


@dataclass(frozen=True)
class Counts:
    """How many open tasks somebody has."""

    #: Assigned to them.
    mine: int
    #: Offered to their groups and taken by nobody.
    groups: int
    #: Of both, those past their due date.
    late: int
    #: All that they may see.
    seen: int
    #: Assigned to them and resting until a day to come; not counted as theirs before.
    resting: int = 0


def get(session: Session, task_id: UUID, *, by: Actor) -> UserTask:
    """One task that `by` may see. Raises UserTaskNotFound."""
    task, _ = _get(session, task_id, (), by)
    return task


def find(
    session: Session,
    *,
    by: Actor,
    state: str | None = "open",
    assignee: str | None = None,
    group: str | None = None,
    instance_id: UUID | None = None,
    key: str | None = None,
    element_id: str | None = None,
    due_before: datetime | None = None,
    having: Sequence[tuple[str, Any]] = (),
    business_key: str | None = None,
    text: str | None = None,
    mine: bool = False,
    groups: bool = False,
    also: ColumnElement[bool] | None = None,
    order: str = "created",
    after: UUID | None = None,
    limit: int = 50,
) -> list[UserTask]:
    """Tasks that `by` may see, oldest first, or by due date with `order="due"`.

    `mine` keeps those assigned to `by`, `groups` those that `by` could take now; with both, either.
    `text` is part of their name or of the case's business key. `state=None` means any. `having` are
    values that searchable variables must have, `also` any other condition; `after` is the last id
    of the page before.
    """
    allow(by, "task.see")
    wanted = {
        UserTask.state: state,
        UserTask.assignee: assignee,
        UserTask.instance_id: instance_id,
        UserTask.key: key,
        UserTask.element_id: element_id,
        UserTask.business_key: business_key,
    }
    query = select(UserTask).where(_seen(by, is_own=mine or groups))
    query = query.where(*(column == value for column, value in wanted.items() if value is not None))
    if group is not None:
        query = query.where(_offered_to_group(group))
    if due_before is not None:
        query = query.where(UserTask.due_at < due_before)
    query = query.where(*(_has_variable(name, value) for name, value in having))
    if text is not None:
        columns = (UserTask.name, UserTask.business_key)
        query = query.where(or_(*(each.icontains(text, autoescape=True) for each in columns)))
    if also is not None:
        query = query.where(also)
    if mine or groups:
        query = query.where(_own(by, mine=mine, groups=groups))
    query = _page(session, query, order, after).options(joinedload(UserTask.candidates))
    return list(session.scalars(query.limit(limit)).unique())


def counts(session: Session, by: Actor) -> Counts:
    """The numbers beside somebody's inbox; no further than MOST_COUNTED, however much is open."""
    given = {**asking(by), "now": clock.now()}
    row: Any = session.execute(_counting(Alike.to(by)), given).one()
    return Counts(*row)


def not_resting(now: SQLCoreOperations[datetime] | None = None) -> ColumnElement[bool]:
    """Tasks without a follow-up date that is still to come."""
    moment = clock.now() if now is None else now
    return or_(UserTask.follow_up_at.is_(None), UserTask.follow_up_at <= moment)


def variables(session: Session, task: UserTask) -> dict[str, Any]:
    """The variables as the task sees them, or those of the case once it is closed."""
    instance = session.get_one(ProcessInstance, task.instance_id)
    runtime = progress.runtime_of(session, instance)
    return dict(runtime.token_variables(task.token) if task.is_open else runtime.variables)


def lock(session: Session, task_id: UUID, *, by: Actor) -> tuple[UserTask, ProcessInstance]:
    """A task that `by` may see, under the lock of its instance: two people can press at once.

    Raises UserTaskNotFound.
    """
    task, instance, *_ = lock_with(session, task_id, by=by)
    return task, instance


def lock_with(
    session: Session, task_id: UUID, *values: ColumnElement[Any], by: Actor
) -> tuple[UserTask, ProcessInstance, Sequence[Any]]:
    """As `lock`; and what is asked of the task's row beside it, in the same turn."""
    allow(by, "task.see")
    its = select(UserTask.instance_id).where(UserTask.id == task_id).scalar_subquery()
    try:
        instance = progress.get_for_update(session, its)
    except InstanceNotFound:
        raise UserTaskNotFound(task_id=str(task_id)) from None
    task, beside = _get(session, task_id, values, by)
    return task, instance, beside


def claim(session: Session, task_id: UUID, *, by: Actor) -> UserTask:
    """Reserve a task for `by`. Raises UserTaskClosed, UserTaskClaimed, NotACandidate."""
    task, instance = lock(session, task_id, by=by)
    return claim_locked(session, task, instance, by=by)


def claim_locked(
    session: Session, task: UserTask, instance: ProcessInstance, *, by: Actor
) -> UserTask:
    """Reserve a task of an instance that the caller has locked. Raises as `claim` does."""
    allow(by, "task.take", task)
    is_new = task.assignee != by.name
    task.claim(by, at=clock.now())
    if is_new:
        _note(session, instance, task, "claim", by)
    session.flush()
    return task


def release(session: Session, task_id: UUID, *, by: Actor) -> UserTask:
    """Give a task back to its candidates. Raises UserTaskClosed, UserTaskClaimed."""
    task, instance = lock(session, task_id, by=by)
    allow(by, "task.assign" if task.assignee not in (None, by.name) else "task.take", task)
    was_taken = task.assignee is not None
    task.release()
    if was_taken:
        _note(session, instance, task, "release", by)
    session.flush()
    return task


def hand_over(session: Session, task_id: UUID, person: str, *, by: Actor) -> UserTask:
    """Make somebody else the assignee: one's own task, or as team leader or operator.

    Raises PersonUnknown, UserTaskClosed.
    """
    task, instance = lock(session, task_id, by=by)
    if task.assignee != by.name:
        allow(by, "task.assign", task)
    now = clock.now()
    if person in task.excluded or not is_active(session, person, now):
        raise PersonUnknown(person=person)
    task.hand_over(person, by, at=now)
    _note(session, instance, task, "assign", by, {"assignee": person})
    session.flush()
    return task


def offer_locked(
    session: Session, task: UserTask, instance: ProcessInstance, group: str, *, by: Actor
) -> UserTask:
    """Take a task from whoever has it and offer it to one group; its case is locked already.

    Raises UserTaskClosed.
    """
    allow(by, "task.assign", task)
    task.release()
    # Nobody's own any more.
    task.is_for_all, task.reserved_for = False, None
    task.candidates = [UserTaskCandidate(group_name=group)]
    _note(session, instance, task, "assign", by, {"group": group})
    session.flush()
    return task


def complete(
    session: Session, task_id: UUID, variables: Mapping[str, Any] | None, *, by: Actor
) -> UserTask:
    """Complete a task and run its instance to the next waits.

    `variables` are valid already where the task has a form (`work.completion`). Raises
    UserTaskNotFound, UserTaskClosed, UserTaskClaimed, NotACandidate or InstanceSuspended; nothing
    is changed then.
    """
    task, instance = lock(session, task_id, by=by)
    return complete_locked(session, task, instance, variables, by=by)


def complete_locked(
    session: Session,
    task: UserTask,
    instance: ProcessInstance,
    variables: Mapping[str, Any] | None,
    *,
    grace: Grace | None = None,
    by: Actor,
) -> UserTask:
    """Complete a task of an instance that the caller has locked. Raises as `complete` does.

    With `grace` it can be undone for a while (engine/undo.py).
    """
    task.require_open()
    allow(by, "task.take", task)
    instance.require_running()
    given = progress.require_variables(variables)
    now = clock.now()
    runtime = progress.runtime_of(session, instance)
    before = undo.remember(session, task, instance, runtime) if grace else None
    task.complete(by, at=now)
    projections.forget(instance, task.id)
    runtime.complete(task.token, given, at=now, by=by.name)
    step = progress.record_progress(session, instance, runtime, at=now)
    if before is not None and grace is not None:
        undo.keep(session, task, instance, runtime, before, step, grace, by=by, at=now)
    return task


def _get(
    session: Session, task_id: UUID, values: Sequence[ColumnElement[Any]], by: Actor
) -> tuple[UserTask, Sequence[Any]]:
    """A task, and the values asked for beside it."""
    allow(by, "task.see")
    query = select(UserTask, *values).where(UserTask.id == task_id, user_tasks_seen_by(by))
    query = query.options(joinedload(UserTask.candidates))
    if by.has(Role.TEAM_LEADER):
        query = query.options(undefer(UserTask.is_unmanned))
    # Whoever has locked its instance sees it as it is now.
    query = query.execution_options(populate_existing=True)
    row = session.execute(query).unique(lambda found: found[0].id).one_or_none()
    if row is None:
        raise UserTaskNotFound(task_id=str(task_id))
    task, *beside = row
    return task, beside


def _note(
    session: Session,
    instance: ProcessInstance,
    task: UserTask,
    lifecycle: str,
    by: Actor,
    details: dict[str, Any] | None = None,
) -> None:
    log.note(
        session,
        instance,
        task.kind,
        lifecycle,
        at=clock.now(),
        by=by.name,
        element_id=task.element_id,
        name=task.name,
        token=task.token,
        details=details,
    )


def _seen(by: Asker, *, is_own: bool = False) -> ColumnElement[bool]:
    """What `by` may see; of what is theirs or offered to them, those who work see all."""
    if is_own and by.has(Role.ASSOCIATE, Role.TEAM_LEADER):
        return true()
    return user_tasks_seen_by(by)


@cache
def _counting(by: Alike) -> Select[*tuple[int, ...]]:
    """What `counts` asks: each open desk does at each change, and making it costs more than that.

    There are as many as there are sets of roles.
    """
    now = bindparam("now", type_=UtcDateTime())
    mine, groups = _own(by, mine=True), _own(by, groups=True)
    late = and_(or_(mine, groups), UserTask.due_at < now)
    seen, own = _seen(by), _seen(by, is_own=True)
    awake = and_(own, not_resting(now))
    rests = and_(own, mine, UserTask.follow_up_at > now)
    wanted = (and_(awake, mine), and_(awake, groups), and_(own, late), seen, rests)
    return select(*map(_up_to_most, wanted))


def _up_to_most(condition: ColumnElement[bool]) -> ScalarSelect[int]:
    wanted = select(literal(1)).where(UserTask.state == "open", condition)
    return select(func.count()).select_from(wanted.limit(MOST_COUNTED).subquery()).scalar_subquery()


def _own(by: Asker, *, mine: bool = False, groups: bool = False) -> ColumnElement[bool]:
    is_mine = UserTask.assignee == by.name if mine else false()
    is_offered = and_(UserTask.assignee.is_(None), offered_to(by)) if groups else false()
    return or_(is_mine, is_offered)


def _offered_to_group(group: str) -> ColumnElement[bool]:
    return exists().where(
        UserTaskCandidate.task_id == UserTask.id, UserTaskCandidate.group_name == group
    )


def _has_variable(name: str, value: Any) -> ColumnElement[bool]:
    return exists().where(
        InstanceVariable.instance_id == UserTask.instance_id,
        InstanceVariable.name == name,
        InstanceVariable.value == as_text(value),
    )


def _page(
    session: Session, query: Select[UserTask], order: str, after: UUID | None
) -> Select[UserTask]:
    if order != "due":
        if after is not None:
            query = query.where(UserTask.id > after)
        return query.order_by(UserTask.id)
    if after is not None:
        query = query.where(_due_later(session.get(UserTask, after)))
    return query.order_by(UserTask.due_at.asc().nulls_last(), UserTask.id)


def _due_later(last: UserTask | None) -> ColumnElement[bool]:
    """Tasks behind `last` in the order of due dates, those without one at the end."""
    if last is None:
        return true()
    if last.due_at is None:
        return and_(UserTask.due_at.is_(None), UserTask.id > last.id)
    return or_(
        UserTask.due_at > last.due_at,
        UserTask.due_at.is_(None),
        and_(UserTask.due_at == last.due_at, UserTask.id > last.id),
    )
