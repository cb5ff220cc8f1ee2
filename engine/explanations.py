"""What a case waits for, in a sentence, and who could do something about it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.models import ProcessInstance, ServiceTask, UserTask

#: Rows that stand for waits, by id.
Rows = Mapping[UUID, UserTask | ServiceTask]


def rows_of(session: Session, waits: Sequence[Mapping[str, Any]]) -> Rows:
    """The user and service tasks of some waits (entries of `ProcessInstance.waits`)."""
    found: dict[UUID, UserTask | ServiceTask] = {}
    tasks, calls = _ids(waits, "user_task"), _ids(waits, "service_task")
    if tasks:
        query = select(UserTask).where(UserTask.id.in_(tasks))
        found |= {task.id: task for task in session.scalars(query)}
    if calls:
        calling = select(ServiceTask).where(ServiceTask.id.in_(calls))
        found |= {call.id: call for call in session.scalars(calling)}
    return found


def explained(
    instance: ProcessInstance, noted: Mapping[str, Any], rows: Rows
) -> tuple[str | None, str | None, str]:
    """Who could do something (a person, groups), and what it waits for, in a sentence."""
    if noted["kind"] == "suspended":
        by = instance.suspended_by
        return by, None, f"{by} suspended the case: {instance.reason}"
    row = rows.get(UUID(noted["row"])) if noted.get("row") else None
    if isinstance(row, UserTask):
        return _of_person(row)
    if isinstance(row, ServiceTask):
        return None, None, _of_call(row)
    return None, None, _of_event(noted)


def _ids(waits: Sequence[Mapping[str, Any]], table: str) -> list[UUID]:
    return [UUID(each["row"]) for each in waits if each.get("rows") == table and each["row"]]


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
