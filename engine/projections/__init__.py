"""Rows for what an instance waits for: written in the transaction that moves the instance.

`ProcessInstance.waits` remembers which row stands for which token, so that only what changed is
touched: `{kind, token, what, element, process, name, since, leaf, rows, row}` each. Lists and
searches read the rows, never the instance's state.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from engine.bpmn.errors import ElementFailed
from engine.bpmn.journal import Wait
from engine.bpmn.model import Element
from engine.bpmn.runtime import Runtime
from engine.models import ProcessInstance, ServiceTask, Subscription, Timer, UserTask
from engine.projections.elements import element_of
from engine.projections.events import open_subscription, open_timer
from engine.projections.incidents import close_obsolete, open_incident
from engine.projections.service_tasks import open_service_task
from engine.projections.stalls import close_stalls
from engine.projections.user_tasks import open_user_task
from engine.projections.variables import project_variables

Noted = dict[str, Any]

#: Which rows stand for which kind of wait; what is not here has none.
_Row = UserTask | ServiceTask | Timer | Subscription
_ROWS: dict[str, type[_Row]] = {
    "user_task": UserTask,
    "manual": UserTask,
    "choice": UserTask,
    "service_task": ServiceTask,
    "timer": Timer,
    "message": Subscription,
    "signal": Subscription,
}

#: The kind of incident of a user task that could not be offered to anybody.
ASSIGNMENT = "assignment"

__all__ = ["ASSIGNMENT", "close_all", "forget", "project", "reopen", "rewind"]


def project(session: Session, instance: ProcessInstance, runtime: Runtime, at: datetime) -> None:
    """Bring the rows in line with what the instance waits for now."""
    before = {_identity(each): each for each in instance.waits}
    noted: list[Noted] = []
    waits = runtime.waits()
    for wait in waits:
        known = before.pop((wait.kind, wait.token, _what(wait)), None)
        if known is None:
            known = _note(wait)
            row = _open(session, instance, runtime, wait, at)
            known["row"] = str(row.id) if row is not None else None
        noted.append(known)
    # What else the step changed is written once, by whoever saves.
    with session.no_autoflush:
        _close(session, before.values(), at)
    close_stalls(session, instance, noted)
    names = {wait.token: wait.name for wait in waits}
    for failure in runtime.take_failures():
        open_incident(
            session,
            instance,
            element_id=failure.element_id,
            name=names.get(failure.token),
            token=failure.token,
            kind=failure.kind,
            message=failure.message,
            at=at,
        )
    close_obsolete(session, instance, {wait.token for wait in waits}, at)
    project_variables(session, instance, runtime)
    instance.waits = noted


def forget(instance: ProcessInstance, row_id: UUID) -> None:
    """Say that a row was closed by the caller, so that `project` need not."""
    instance.waits = [each for each in instance.waits if each["row"] != str(row_id)]


def reopen(instance: ProcessInstance, token: str) -> None:
    """Let `project` offer the user task of a token anew."""
    instance.waits = [each for each in instance.waits if each["token"] != token or each["row"]]


def rewind(session: Session, instance: ProcessInstance, before: Sequence[Noted]) -> None:
    """Let `project` go back to what an instance waited for `before`, now that its state has.

    Tasks are open again; timers and subscriptions that are gone it makes anew; what is there now
    and was not, it closes.
    """
    there = {each["row"] for each in instance.waits} | {None}
    gone = [each for each in before if each["row"] not in there]
    closed = [UUID(each["row"]) for each in gone if each["rows"] == UserTask.__tablename__]
    if closed:
        session.execute(
            update(UserTask)
            .where(UserTask.id.in_(closed), UserTask.state == "cancelled")
            .values(state="open", cancelled_at=None)
        )
    kept = [
        each for each in before if each["row"] in there or each["rows"] == UserTask.__tablename__
    ]
    known = set(map(_identity, kept))
    instance.waits = [*kept, *(each for each in instance.waits if _identity(each) not in known)]


def close_all(session: Session, instance: ProcessInstance, at: datetime) -> None:
    """Close every row of an instance that has ended."""
    _close(session, instance.waits, at)
    close_stalls(session, instance, ())
    close_obsolete(session, instance, (), at)
    instance.waits = []


def _open(
    session: Session, instance: ProcessInstance, runtime: Runtime, wait: Wait, at: datetime
) -> _Row | None:
    element = element_of(runtime, wait.process_key, wait.element_id)
    rows = _rows(wait)
    if rows is UserTask:
        return _open_user_task(session, instance, runtime, wait, element, at)
    if rows is ServiceTask:
        return open_service_task(session, instance, runtime, wait, element, at)
    if rows is Timer:
        return open_timer(session, instance, wait, at)
    if rows is Subscription:
        return open_subscription(session, instance, wait, at)
    return None


def _open_user_task(
    session: Session,
    instance: ProcessInstance,
    runtime: Runtime,
    wait: Wait,
    element: Element,
    at: datetime,
) -> UserTask | None:
    """A task whose settings cannot be evaluated is an incident; `reopen` tries again."""
    try:
        return open_user_task(session, instance, runtime, wait, element, at)
    except ElementFailed as failure:
        open_incident(
            session,
            instance,
            element_id=wait.element_id,
            name=wait.name,
            token=wait.token,
            kind=ASSIGNMENT,
            message=str(failure),
            at=at,
        )
        return None


def _close(session: Session, gone: Iterable[Noted], at: datetime) -> None:
    rows: dict[str, list[UUID]] = {}
    for each in gone:
        if each["row"] is not None:
            rows.setdefault(each["rows"], []).append(UUID(each["row"]))
    if "user_task" in rows:
        session.execute(
            update(UserTask)
            .where(UserTask.id.in_(rows["user_task"]), UserTask.state == "open")
            .values(state="cancelled", cancelled_at=at)
        )
    if "service_task" in rows:
        session.execute(
            update(ServiceTask)
            .where(
                ServiceTask.id.in_(rows["service_task"]), ServiceTask.state.in_(("open", "failed"))
            )
            .values(
                state="cancelled", settled_at=at, lease_token=None, lease_until=None, ring_at=None
            )
        )
    if "timer" in rows:
        session.execute(delete(Timer).where(Timer.id.in_(rows["timer"])))
    if "subscription" in rows:
        session.execute(delete(Subscription).where(Subscription.id.in_(rows["subscription"])))


def _note(wait: Wait) -> Noted:
    rows = _rows(wait)
    return {
        "kind": wait.kind,
        "rows": rows.__tablename__ if rows else None,
        "token": wait.token,
        "what": _what(wait),
        "element": wait.element_id,
        "process": wait.process_key,
        "name": wait.name,
        "since": _iso(wait.since),
        "leaf": wait.is_leaf,
        "row": None,
    }


def _rows(wait: Wait) -> type[_Row] | None:
    if wait.kind == "timer" and wait.due_at is None:
        # A timer without a moment, in an unfinished drawing, is completed by hand.
        return UserTask if wait.is_leaf else None
    return _ROWS.get(wait.kind)


def _identity(noted: Noted) -> tuple[str, str, str | None]:
    return noted["kind"], noted["token"], noted["what"]


def _what(wait: Wait) -> str | None:
    """What tells several waits of one token apart: the moment, or the event and its key."""
    if wait.event_name is not None:
        return f"{wait.event_name}\n{wait.correlation_key or ''}"
    return _iso(wait.due_at)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
