"""The user task row of a token that waits for a person."""

import math
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core.ids import new_id
from engine import schedules
from engine.bpmn.extensions import Assignment, Priority, Schedule
from engine.bpmn.journal import Wait
from engine.bpmn.model import Element
from engine.bpmn.runtime import Runtime
from engine.models import ProcessInstance, UserTask, UserTaskCandidate
from engine.projections import settings

MAX_CATEGORY = 100


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
        **_moments(session, runtime, wait, element, at),
        **_order(runtime, wait, element),
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


def _lists(runtime: Runtime, wait: Wait, element: Element) -> dict[str, list[str] | None]:
    assignment = element.settings.assignment or Assignment()
    return {
        "excluded": settings.names(runtime, wait.token, assignment.exclude),
        "skills": settings.names(runtime, wait.token, assignment.skills),
        "sites": settings.names(runtime, wait.token, assignment.site) or None,
    }


def _order(runtime: Runtime, wait: Wait, element: Element) -> dict[str, Any]:
    """What the queue's rules may use; a weight is a number above zero."""
    priority = element.settings.priority or Priority()
    category = settings.value(runtime, wait.token, priority.category)
    weight = settings.number(runtime, wait.token, priority.weight)
    return {
        "category": None if category is None else str(category)[:MAX_CATEGORY],
        "weight": weight if weight is not None and 0 < weight < math.inf else None,
        "affinity": (element.settings.assignment or Assignment()).affinity,
    }


def _moments(
    session: Session, runtime: Runtime, wait: Wait, element: Element, at: datetime
) -> dict[str, Any]:
    schedule = element.settings.schedule or Schedule()
    name = settings.value(runtime, wait.token, schedule.calendar)
    calendar = schedules.calendar_of(session, name)
    promised = {
        field: settings.value(runtime, wait.token, getattr(schedule, text))
        for field, text in schedules.MOMENTS.items()
    }
    moments: dict[str, Any] = {
        field: schedules.moment(value, at, calendar) for field, value in promised.items()
    }
    if calendar is not None:
        durations = (
            (schedules.MOMENTS[field], schedules.kept(value)) for field, value in promised.items()
        )
        moments["calendar"], moments["calendar_version"] = calendar.name, calendar.version
        moments["schedule"] = {name: text for name, text in durations if text is not None}
    return moments
