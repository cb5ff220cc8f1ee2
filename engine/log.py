"""Writing and reading the execution log."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.ids import new_id
from core.values import to_json
from engine.models import LogEntry, ProcessInstance
from engine.past import Past, rebuilt
from engine.webhooks import events

#: Entries that are read at once.
PAGE = 1_000

#: The first and the last of some entries, by id.
Span = tuple[UUID, UUID]


class Numbered(Protocol):
    """What tells which entries were undone: a row of the log, or these columns of one."""

    @property
    def id(self) -> UUID: ...
    @property
    def undoes(self) -> UUID | None: ...


E = TypeVar("E", bound=Numbered)


def entries(
    session: Session, instance_id: UUID, after: UUID | None = None, limit: int = 50
) -> list[LogEntry]:
    """What happened in an instance, oldest first; `after` is the last id of the page before."""
    query = select(LogEntry).where(LogEntry.instance_id == instance_id)
    if after is not None:
        query = query.where(LogEntry.id > after)
    return list(session.scalars(query.order_by(LogEntry.id).limit(limit)))


def rebuild(session: Session, instance: ProcessInstance, at: datetime) -> Past:
    """Where the tokens of an instance stood at a moment, and the variables it had, as JSON.

    The moment counts in: what happened at it has happened. Nothing but the log is read.
    """
    columns = (
        LogEntry.id,
        LogEntry.at,
        LogEntry.element_id,
        LogEntry.name,
        LogEntry.kind,
        LogEntry.lifecycle,
        LogEntry.token,
        LogEntry.process_key,
        LogEntry.loop_index,
        LogEntry.called_by,
        LogEntry.variables,
        LogEntry.local_variables,
    )
    query = select(*columns).where(LogEntry.instance_id == instance.id, LogEntry.at <= at)
    undone = _undone(session, instance.id, at)
    rows = session.execute(query.order_by(LogEntry.id).execution_options(yield_per=PAGE))
    return rebuilt(row for row in rows if not _is_in(row.id, undone))


def without_undone(entries: Sequence[E]) -> Sequence[E]:
    """Entries, oldest first, without those that were undone and without the undoing itself."""
    spans = [(each.undoes, each.id) for each in entries if each.undoes is not None]
    return [each for each in entries if not _is_in(each.id, spans)] if spans else entries


def note(
    session: Session,
    instance: ProcessInstance,
    kind: str,
    lifecycle: str,
    *,
    at: datetime,
    by: str | None,
    element_id: str | None = None,
    name: str | None = None,
    token: str | None = None,
    details: dict[str, Any] | None = None,
    undoes: UUID | None = None,
) -> None:
    """Add one entry about what a person or the platform did to an instance."""
    entry = {
        # Now, so that entries stay in the order of what they tell.
        "id": new_id(),
        "instance_id": instance.id,
        "key": instance.key,
        "version": instance.version,
        "at": at,
        "process_key": instance.key,
        "element_id": element_id,
        "name": name,
        "kind": kind,
        "lifecycle": lifecycle,
        "token": token,
        "previous_element": None,
        "previous_at": None,
        "by": by,
        "variables": None if details is None else to_json(details),
        "undoes": undoes,
    }
    session.add(LogEntry(**entry))
    events.announce(session, instance, [entry])


def _undone(session: Session, instance_id: UUID, at: datetime) -> list[Span]:
    query = select(LogEntry.undoes, LogEntry.id).where(
        LogEntry.instance_id == instance_id, LogEntry.undoes.is_not(None), LogEntry.at <= at
    )
    return [(row.undoes, row.id) for row in session.execute(query)]


def _is_in(entry: UUID, spans: Iterable[Span]) -> bool:
    return any(first <= entry <= last for first, last in spans)
