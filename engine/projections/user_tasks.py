"""The user task row of a token that waits for a person."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core.ids import new_id
from engine.bpmn.extensions import Assignment, Schedule
from engine.bpmn.journal import Wait
from engine.bpmn.model import Element
from engine.bpmn.runtime import Runtime
from engine.models import ProcessInstance, UserTask, UserTaskCandidate
from engine.projections import settings


def open_user_task(
    session: Session,
    instance: ProcessInstance,
    runtime: Runtime,
    wait: Wait,
    element: Element,
    at: datetime,
) -> UserTask:
    """Offer a task to its lane, its groups or its assignee; without any of them, to everybody."""
    groups = _groups(runtime, wait, element)
    assignee = _assignee(runtime, wait, element)
    task = UserTask(
        id=new_id(),
        instance_id=instance.id,
        definition_id=_definition_id(instance, wait),
        key=instance.key,
        business_key=instance.business_key,
        element_id=wait.element_id,
        name=wait.name or wait.element_id,
        token=wait.token,
        loop_index=wait.loop_index,
        kind=element.kind,
        lane=element.lane,
        is_for_all=not groups and assignee is None,
        assignee=assignee,
        created_at=at,
        candidates=[UserTaskCandidate(group_name=group) for group in groups],
        **_lists(runtime, wait, element),
        **_moments(runtime, wait, element, at),
    )
    session.add(task)
    return task


def _definition_id(instance: ProcessInstance, wait: Wait) -> UUID:
    """The version that holds the element, and with it the form's binding."""
    called = instance.called.get(wait.process_key)
    return UUID(called) if called else instance.definition_id


def _groups(runtime: Runtime, wait: Wait, element: Element) -> list[str]:
    assignment = element.settings.assignment or Assignment()
    named = settings.names(runtime, wait.token, assignment.groups)
    return named or ([element.lane] if element.lane else [])


def _assignee(runtime: Runtime, wait: Wait, element: Element) -> str | None:
    assignment = element.settings.assignment or Assignment()
    named = settings.names(runtime, wait.token, assignment.assignee)
    return named[0] if named else None


def _lists(runtime: Runtime, wait: Wait, element: Element) -> dict[str, list[str]]:
    assignment = element.settings.assignment or Assignment()
    return {
        "excluded": settings.names(runtime, wait.token, assignment.exclude),
        "skills": settings.names(runtime, wait.token, assignment.skills),
    }


def _moments(runtime: Runtime, wait: Wait, element: Element, at: datetime) -> dict[str, Any]:
    schedule = element.settings.schedule or Schedule()
    return {
        "due_at": settings.moment(runtime, wait.token, schedule.due, at),
        "remind_at": settings.moment(runtime, wait.token, schedule.remind, at),
        "follow_up_at": settings.moment(runtime, wait.token, schedule.follow_up, at),
    }
