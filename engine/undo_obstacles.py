"""What followed a completion, so that it can no longer be undone: the first thing that is found."""

from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import BackOfficeError
from core.people import Person
from engine.errors import (
    CalledSince,
    CannotUndo,
    ChangedSince,
    CompletedSince,
    HeardWithIt,
    IncidentClosedWithIt,
    InstanceEnded,
    InstanceSuspended,
    SentWithIt,
    TakenSince,
    ToldOfEnd,
    WentOnSince,
    WithdrawnWithIt,
)
from engine.models import (
    CompletionUndo,
    Incident,
    LogEntry,
    ProcessInstance,
    ServiceTask,
    UserTask,
)

#: Entries that are looked at to say what a case did since.
MOST_TOLD = 50
_BY_PEOPLE = frozenset({"userTask", "manualTask"})
_CALLS = frozenset({"serviceTask", "sendTask", "businessRuleTask", "scriptTask"})


def find(
    session: Session,
    kept: CompletionUndo,
    instance: ProcessInstance,
    *,
    is_locked: bool = False,
) -> BackOfficeError | None:
    """The error that tells why a completion cannot be undone, None when it can.

    With `is_locked` the case is locked, and the calls that it made are locked by this: no worker
    takes one of them until the transaction ends.
    """
    if instance.is_suspended:
        return InstanceSuspended(instance_id=str(instance.id), reason=instance.reason)
    if instance.state == "cancelled":
        ended_at = instance.ended_at and instance.ended_at.isoformat()
        return InstanceEnded(instance_id=str(instance.id), state="cancelled", ended_at=ended_at)
    if sha256(instance.runtime_state).digest() != kept.after:
        return _went_on(session, kept)
    return (
        _with_the_step(session, kept, instance)
        or _called(session, kept, is_locked=is_locked)
        or _taken(session, kept)
    )


def _with_the_step(
    session: Session, kept: CompletionUndo, instance: ProcessInstance
) -> CannotUndo | None:
    """What the step itself did that nobody takes back."""
    if kept.sent:
        return SentWithIt(name=kept.sent[0])
    if kept.heard:
        return HeardWithIt(name=kept.heard[0])
    if kept.told_end:
        return ToldOfEnd()
    rows = {each["row"] for each in instance.waits}
    for each in kept.waits:
        if each["rows"] == ServiceTask.__tablename__ and each["row"] and each["row"] not in rows:
            return WithdrawnWithIt(name=each["name"] or each["element"])
    closed = select(Incident.name).where(
        Incident.instance_id == kept.instance_id,
        Incident.resolution == "obsolete",
        Incident.resolved_at == kept.at,
    )
    row = session.execute(closed.limit(1)).one_or_none()
    return None if row is None else IncidentClosedWithIt(name=row.name or "")


def _called(session: Session, kept: CompletionUndo, *, is_locked: bool) -> CannotUndo | None:
    """A call of the step that somebody has taken; those that wait are locked."""
    query = select(ServiceTask).where(
        ServiceTask.instance_id == kept.instance_id,
        ServiceTask.id.between(kept.since, kept.id),
    )
    if is_locked:
        query = query.with_for_update()
    query = query.order_by(ServiceTask.id).execution_options(populate_existing=True)
    for task in session.scalars(query):
        if task.attempts or task.lease_token is not None:
            return CalledSince(name=task.name or task.element_id)
    return None


def _taken(session: Session, kept: CompletionUndo) -> CannotUndo | None:
    """A task that the step opened and that somebody else has in hand."""
    query = select(UserTask.name, UserTask.assignee).where(
        UserTask.instance_id == kept.instance_id,
        UserTask.id.between(kept.since, kept.id),
        UserTask.claimed_by.is_not(None),
        UserTask.assignee.is_not(None),
        UserTask.assignee != kept.by,
    )
    row = session.execute(query.limit(1)).one_or_none()
    if row is None:
        return None
    return TakenSince(name=row.name, person=_shown(session, row.assignee))


def _went_on(session: Session, kept: CompletionUndo) -> CannotUndo:
    """What the case did since, as its log tells."""
    query = select(LogEntry).where(
        LogEntry.instance_id == kept.instance_id,
        LogEntry.id > kept.id,
        LogEntry.kind.not_in(("sla", "incident")),
    )
    entries = list(session.scalars(query.order_by(LogEntry.id).limit(MOST_TOLD)))
    for each in entries:
        found = _told(session, each)
        if found is not None:
            return found
    names = (each.name or each.element_id for each in entries if each.element_id)
    return WentOnSince(name=next(names, ""))


def _told(session: Session, entry: LogEntry) -> CannotUndo | None:
    name = entry.name or entry.element_id or ""
    person = _shown(session, entry.by)
    if entry.kind == "process" and entry.lifecycle == "variables":
        return ChangedSince(person=person)
    if entry.lifecycle != "complete":
        return None
    if entry.kind in _BY_PEOPLE and entry.by:
        return CompletedSince(name=name, person=person)
    return CalledSince(name=name) if entry.kind in _CALLS else None


def _shown(session: Session, name: str | None) -> str:
    """A person as people call them."""
    shown: Any = session.scalar(select(Person.display_name).where(Person.name == name))
    return str(shown or name or "")
