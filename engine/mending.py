"""Nothing runs without a reason: each resting token has a row that explains it, or this says so.

A case in doubt is locked, looked at again, and mended: rows that can be made anew are, what cannot
becomes an incident. Doubts come from bugs and from hands in the database; in a healthy
installation there are none.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from core import clock
from core.errors import BackOfficeError
from core.outbox import ring
from engine import progress
from engine.models import (
    Incident,
    ProcessInstance,
    ServiceTask,
    Subscription,
    Timer,
    UserTask,
)
from engine.projections.incidents import open_incident
from engine.projections.service_tasks import offer

log = logging.getLogger(__name__)

Noted = Mapping[str, Any]
_Row = type[UserTask] | type[ServiceTask] | type[Timer] | type[Subscription]

#: Rows that explain a wait, while this holds of them.
_ALIVE: Mapping[str, tuple[_Row, ColumnElement[bool]]] = {
    "user_task": (UserTask, UserTask.state == "open"),
    "service_task": (ServiceTask, ServiceTask.state.in_(("open", "failed"))),
    "timer": (Timer, true()),
    "subscription": (Subscription, true()),
}
#: The kind of incident of a case that nothing explains.
UNEXPLAINED = "unexplained"


@dataclass(frozen=True)
class Doubt:
    """Something that a case waits for and that nothing would bring."""

    #: "no_wait", "no_turn", "no_row", "no_incident", "asleep" or "held".
    what: str
    noted: Noted | None = None


@dataclass(frozen=True)
class _Known:
    """What the rows of some cases say."""

    alive: frozenset[UUID]
    failed: frozenset[UUID]
    asleep: frozenset[UUID]
    held: frozenset[UUID]
    #: Of open incidents: their instance with token, service task or timer.
    incidents: frozenset[tuple[UUID, object]]


def in_doubt(session: Session, instances: Sequence[ProcessInstance]) -> list[UUID]:
    """The cases among these that something does not explain."""
    active = [each for each in instances if each.state == "active"]
    known = _known(session, active)
    return [each.id for each in active if next(iter(_doubts(each, known)), None) is not None]


def doubts(session: Session, instance: ProcessInstance) -> list[Doubt]:
    """What does not explain itself in one case; empty where all is well."""
    return list(_doubts(instance, _known(session, [instance])))


def mend(session: Session, instance_id: UUID) -> list[Doubt]:
    """Mend one case, or make an incident of what cannot be mended; what was doubtful."""
    instance = progress.get_for_update(session, instance_id)
    if instance.state != "active":
        return []
    found = doubts(session, instance)
    for doubt in found:
        log.error(
            "a case was in doubt and is mended",
            extra={"instance_id": str(instance_id), "doubt": doubt.what, "noted": doubt.noted},
        )
        _mend(session, instance, doubt)
    if any(each.what in ("no_row", "no_wait") for each in found):
        _project(session, instance)
    progress.save(session)
    return found


def _known(session: Session, instances: Sequence[ProcessInstance]) -> _Known:
    ids: dict[str, list[UUID]] = {}
    for each in instances:
        for noted in each.waits:
            if noted["row"] is not None:
                ids.setdefault(noted["rows"], []).append(UUID(noted["row"]))
    alive: set[UUID] = set()
    for table, (rows, holds) in _ALIVE.items():
        if table in ids:
            alive |= set(session.scalars(select(rows.id).where(rows.id.in_(ids[table]), holds)))
    calls, timers = ids.get("service_task", []), ids.get("timer", [])
    return _Known(
        alive=frozenset(alive),
        failed=_some(session, ServiceTask, calls, ServiceTask.state == "failed"),
        asleep=_some(session, ServiceTask, calls, _asleep()),
        held=_some(session, Timer, timers, and_(Timer.held))
        | _some(session, ServiceTask, calls, and_(ServiceTask.held, ServiceTask.state == "open")),
        incidents=_incidents(session, instances),
    )


def _some(
    session: Session, rows: _Row, ids: list[UUID], which: ColumnElement[bool]
) -> frozenset[UUID]:
    if not ids:
        return frozenset()
    return frozenset(session.scalars(select(rows.id).where(rows.id.in_(ids), which)))


def _asleep() -> ColumnElement[bool]:
    """Calls that nobody makes and nobody is rung for; those by topic are asked for by workers."""
    return and_(
        ServiceTask.state == "open",
        ServiceTask.topic.is_(None),
        or_(
            and_(ServiceTask.lease_token.is_(None), ServiceTask.ring_at.is_(None)),
            and_(ServiceTask.lease_token.is_not(None), ServiceTask.lease_until.is_(None)),
        ),
        ~ServiceTask.held,
    )


def _incidents(
    session: Session, instances: Sequence[ProcessInstance]
) -> frozenset[tuple[UUID, object]]:
    query = select(
        Incident.instance_id, Incident.token, Incident.service_task_id, Incident.timer_id
    ).where(
        Incident.instance_id.in_([each.id for each in instances]), Incident.resolved_at.is_(None)
    )
    return frozenset(
        (instance_id, what)
        for instance_id, *about in session.execute(query)
        if instance_id is not None
        for what in (*about, "any")
    )


def _doubts(instance: ProcessInstance, known: _Known) -> Iterable[Doubt]:
    goes_on = instance.continue_at is not None
    if not instance.waits and not goes_on and (instance.id, "any") not in known.incidents:
        yield Doubt("no_wait")
    for noted in instance.waits:
        what = _doubt(instance, noted, known)
        if what is not None:
            yield Doubt(what, noted)


def _doubt(instance: ProcessInstance, noted: Noted, known: _Known) -> str | None:
    """What is wrong with one wait."""
    row = UUID(noted["row"]) if noted["row"] else None

    def told(about: object) -> bool:
        return (instance.id, about) in known.incidents

    if noted["kind"] == "ready":
        return None if instance.continue_at is not None or told("any") else "no_turn"
    if noted["kind"] == "failed":
        return None if told(noted["token"]) else "no_incident"
    if noted["rows"] is not None and row not in known.alive:
        return None if told(noted["token"]) else "no_row"
    if row in known.failed:
        return None if told(row) else "no_incident"
    if row in known.asleep:
        return "asleep"
    return "held" if row in known.held and not told(row) else None


def _mend(session: Session, instance: ProcessInstance, doubt: Doubt) -> None:
    now, noted = clock.now(), doubt.noted
    if doubt.what == "no_turn":
        instance.continue_at = now
        ring(session, "engine.jobs.advance", instance.id)
    elif noted is None:
        return
    elif doubt.what == "no_row" and noted["rows"] != "service_task":
        # What made it explains nothing any more: `project` makes it anew.
        _without_row(instance, noted, is_noted=False)
    elif doubt.what == "no_row":
        # Made anew it would have another key, and might be done twice: a person decides.
        _without_row(instance, noted, is_noted=True)
        _tell(session, instance, noted, "The call that it waits for is not there any more.")
    elif doubt.what == "no_incident":
        task_id = UUID(noted["row"]) if noted["row"] else None
        text = "It failed, and its incident was lost."
        _tell(session, instance, noted, text, service_task_id=task_id)
    elif noted["rows"] == "timer":
        session.get_one(Timer, UUID(noted["row"])).held = False
    else:
        task = session.get_one(ServiceTask, UUID(noted["row"]))
        task.held = False
        task.reopen(now)
        offer(session, task, now)


def _without_row(instance: ProcessInstance, noted: Noted, *, is_noted: bool) -> None:
    others = [each for each in instance.waits if each != noted]
    instance.waits = [*others, {**noted, "row": None}] if is_noted else others


def _tell(
    session: Session,
    instance: ProcessInstance,
    noted: Noted | None,
    message: str,
    service_task_id: UUID | None = None,
) -> None:
    open_incident(
        session,
        instance,
        element_id=noted["element"] if noted else None,
        name=noted["name"] if noted else None,
        token=noted["token"] if noted else None,
        kind=UNEXPLAINED,
        message=message,
        at=clock.now(),
        service_task_id=service_task_id,
    )


def _project(session: Session, instance: ProcessInstance) -> None:
    """Go on as far as possible and write all rows anew; a case that cannot is an incident."""
    try:
        with session.begin_nested():
            runtime = progress.runtime_of(session, instance)
            progress.record_progress(session, instance, runtime, at=clock.now())
    except BackOfficeError as error:
        _tell(session, instance, None, f"The case cannot be read: {error}")
        return
    if instance.state == "active" and not instance.waits and instance.continue_at is None:
        _tell(session, instance, None, "The case runs, and nothing says what it waits for.")
