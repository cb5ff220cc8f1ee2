"""The stall radar: which cases wait longer than expected, for what, and whom to ask.

A sweep looks at open cases, those first that nobody looked at for longest. What is beyond its
expectation gets a row; the step that moves the token takes the row away.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload, undefer

from core import clock
from core.people import Actor
from core.permissions import allow
from engine import definitions, expectations, mending
from engine.bpmn.model import Element
from engine.bpmn.parser import Program
from engine.models import ProcessInstance, ServiceTask, Stall, UserTask
from engine.visibility import instances_seen_by

#: Cases that one sweep looks at. Their rows are locked meanwhile, so they are few.
BATCH = 50
#: A case is looked at again after this at the latest, and this at the earliest.
LATEST, EARLIEST = timedelta(minutes=10), timedelta(seconds=20)
#: A case that has just begun is looked at after this.
FIRST = timedelta(minutes=1)


def find(
    session: Session,
    *,
    by: Actor,
    key: str | None = None,
    instance_id: UUID | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Stall]:
    """Stalls of cases that `by` may see, those noticed first in front."""
    allow(by, "incident.see")
    query = select(Stall).join(ProcessInstance, Stall.instance_id == ProcessInstance.id)
    query = query.where(instances_seen_by(by), ProcessInstance.ended_at.is_(None))
    if key is not None:
        query = query.where(Stall.key == key)
    if instance_id is not None:
        query = query.where(Stall.instance_id == instance_id)
    if after is not None:
        query = query.where(Stall.id > after)
    query = query.options(joinedload(Stall.instance)).order_by(Stall.id).limit(limit)
    return list(session.scalars(query))


def counts(session: Session, *, by: Actor) -> dict[str, int]:
    """How many tokens of each process are stalled."""
    allow(by, "incident.see")
    query = (
        select(Stall.key, func.count())
        .join(ProcessInstance, Stall.instance_id == ProcessInstance.id)
        .where(instances_seen_by(by), ProcessInstance.ended_at.is_(None))
        .group_by(Stall.key)
        .order_by(Stall.key)
    )
    return {key: int(count) for key, count in session.execute(query)}


def check(session: Session, limit: int = BATCH) -> list[UUID]:
    """Look at the cases that nobody looked at for longest; those in doubt, for `mending.mend`."""
    now = clock.now()
    found = _next(session, now, limit)
    keys = {instance.key for instance in found}
    keys |= {key for instance in found for key in instance.called}
    usual = expectations.learned(session, keys) if found else {}
    for instance in found:
        _look(session, instance, usual, now)
    session.flush()
    return mending.in_doubt(session, found)


def _next(session: Session, now: datetime, limit: int) -> Sequence[ProcessInstance]:
    """Those never looked at come first."""
    query = select(ProcessInstance).where(ProcessInstance.ended_at.is_(None))
    query = query.options(undefer(ProcessInstance.waits), undefer(ProcessInstance.called))
    query = query.with_for_update(skip_locked=True)
    found = session.scalars(query.where(ProcessInstance.check_at.is_(None)).limit(limit)).all()
    if len(found) == limit:
        return found
    due = query.where(ProcessInstance.check_at <= now).order_by(ProcessInstance.check_at)
    return [*found, *session.scalars(due.limit(limit - len(found)))]


def _look(
    session: Session,
    instance: ProcessInstance,
    usual: expectations.Learned,
    now: datetime,
) -> None:
    before = {
        (row.token, row.since): row
        for row in session.scalars(select(Stall).where(Stall.instance_id == instance.id))
    }
    again, stalled = now + LATEST, 0
    program = definitions.program_by_id(session, instance.definition_id, instance.called)
    for noted in _resting(instance):
        element = _element(program, instance, noted)
        until = expectations.expected(session, instance, noted, element, usual)
        if until.until > now:
            again = min(again, until.until)
            continue
        stalled += 1
        known = before.pop((noted["token"], datetime.fromisoformat(noted["since"])), None)
        _note(session, instance, program, noted, until, known, now)
    for row in before.values():
        session.delete(row)
    session.flush()
    # Not by the row's object: looking at a case is no change of it, and wins no race.
    session.execute(
        update(ProcessInstance)
        .where(ProcessInstance.id == instance.id)
        .values(check_at=max(again, now + EARLIEST), stalls=stalled)
        .execution_options(synchronize_session=False)
    )


def _resting(instance: ProcessInstance) -> list[Mapping[str, Any]]:
    """What the case waits for; while it is suspended, only for its resume."""
    if instance.is_suspended and instance.suspended_at is not None:
        first = instance.waits[0] if instance.waits else {}
        return [
            {
                "kind": "suspended",
                "token": "",
                "what": None,
                "element": first.get("element", ""),
                "name": first.get("name", ""),
                "since": instance.suspended_at.isoformat(),
            }
        ]
    return [each for each in instance.waits if each["leaf"]]


def _element(
    program: Program, instance: ProcessInstance, noted: Mapping[str, Any]
) -> Element | None:
    model = program.models.get(noted.get("process") or instance.key)
    return model.elements.get(noted["element"]) if model is not None else None


def _note(
    session: Session,
    instance: ProcessInstance,
    program: Program,
    noted: Mapping[str, Any],
    until: expectations.Expected,
    known: Stall | None,
    now: datetime,
) -> None:
    owner, groups, reason = _explained(session, instance, noted)
    element = _element(program, instance, noted)
    said = (element and element.settings.owner) or program.model.settings.owner
    stall = known or Stall(
        instance_id=instance.id,
        key=instance.key,
        element_id=noted["element"],
        name=noted["name"] or noted["element"],
        token=noted["token"],
        since=datetime.fromisoformat(noted["since"]),
        noticed_at=now,
    )
    stall.kind, stall.expected_until, stall.basis = noted["kind"], until.until, until.basis
    stall.reason = reason
    stall.owner = said.person if said else owner
    stall.owner_groups = said.group if said else groups
    session.add(stall)


def _explained(
    session: Session, instance: ProcessInstance, noted: Mapping[str, Any]
) -> tuple[str | None, str | None, str]:
    """Who could do something (a person, groups), and what it waits for, in a sentence."""
    row_id = UUID(noted["row"]) if noted.get("row") else None
    if noted["kind"] == "suspended":
        by = instance.suspended_by
        return by, None, f"{by} suspended the case: {instance.reason}"
    if noted.get("rows") == "user_task" and row_id is not None:
        task = session.get(UserTask, row_id)
        if task is not None:
            return _of_person(task)
    if noted["kind"] == "service_task" and row_id is not None:
        call = session.get(ServiceTask, row_id)
        if call is not None:
            return None, None, _of_call(call)
    return None, None, _of_event(noted)


def _of_person(task: UserTask) -> tuple[str | None, str | None, str]:
    if task.assignee:
        return task.assignee, None, f"{task.assignee} has taken it and not completed it."
    groups = ", ".join(task.groups)
    return None, groups or None, f"Nobody{f' of {groups}' if groups else ''} has taken it."


def _of_call(task: ServiceTask) -> str:
    if task.state == "failed":
        return "The call failed: see the incident."
    if task.lease_until is not None:
        return f"{task.worker} is at attempt {task.attempts}."
    if task.attempts:
        return f"Attempt {task.attempts} failed: {task.error or 'no answer'}"
    if task.topic:
        return f"No worker has taken work of the topic {task.topic}."
    return "Nobody has made the call yet."


def _of_event(noted: Mapping[str, Any]) -> str:
    name, _, correlation_key = (noted["what"] or "").partition("\n")
    about = f"“{name}”" + (f" for {correlation_key}" if correlation_key else "")
    sentences = {
        "message": f"No message {about} has come.",
        "signal": f"No signal {about} has come.",
        "timer": "Its timer was due and has not fired.",
        "join": "The other branches have not come.",
        "gateway": "None of its events has come.",
        "condition": "Its condition has not become true.",
        "failed": "An incident stopped it: nobody has resolved it.",
        "ready": "It should have gone on by itself.",
        "ad_hoc": "Nobody has chosen what comes next.",
    }
    return sentences.get(noted["kind"], "It waits.")
