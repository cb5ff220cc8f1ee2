"""The service task row of a token that waits for a machine: what to call, with what, how often."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from core import tracing
from core.db import retries
from core.errors import BackOfficeError
from core.ids import new_id
from core.outbox import ring
from core.values import to_json
from engine import guest_links
from engine.bpmn.errors import ElementFailed
from engine.bpmn.extensions import Connector, Retry
from engine.bpmn.journal import Wait
from engine.bpmn.model import Element
from engine.bpmn.python_script import read_script
from engine.bpmn.runtime import Runtime
from engine.bpmn.timers import Span
from engine.models import ProcessInstance, ServiceTask
from engine.projections import settings
from engine.projections.incidents import open_incident

JOB = "engine.jobs.run_service_task"
#: A row that was rung for and not taken is rung for again after this.
RING_AGAIN = timedelta(seconds=10)

#: What a script task in Python calls.
PYTHON = Connector("python", None, (), ())

#: A connector whose link is made with the call, so that each attempt gives the same.
GUEST_LINK = "guest_link"

DEFAULT_JITTER = 0.2


def open_service_task(
    session: Session,
    instance: ProcessInstance,
    runtime: Runtime,
    wait: Wait,
    element: Element,
    at: datetime,
) -> ServiceTask:
    """Write down a call and ring for a worker. What cannot be called becomes an incident."""
    connector = connector_of(element)
    is_external = connector is not None and connector.type == "external"
    task = ServiceTask(
        id=new_id(),
        attempts=0,
        lost_leases=0,
        held=False,
        instance_id=instance.id,
        key=instance.key,
        process_key=wait.process_key,
        element_id=wait.element_id,
        name=wait.name,
        token=wait.token,
        connector=connector.type if connector else None,
        topic=(connector.topic or wait.element_id) if connector and is_external else None,
        request={},
        retry={},
        not_before=at,
        created_at=at,
        traceparent=tracing.traceparent(),
    )
    session.add(task)
    prepare(session, instance, runtime, task, element, at)
    return task


def prepare(
    session: Session,
    instance: ProcessInstance,
    runtime: Runtime,
    task: ServiceTask,
    element: Element,
    at: datetime,
) -> None:
    """Evaluate the inputs of a call and offer it; a failure closes it with an incident."""
    try:
        task.retry = retry_of(runtime, task.token, element)
        task.request = _request(runtime, task, element)
        if task.connector == GUEST_LINK:
            steps = _with_form(runtime, task.process_key)
            task.request = guest_links.promise(session, instance, task.request, steps)
        task.reopen(at, attempts=0)
        offer(session, task, at)
    except (BackOfficeError, ElementFailed) as error:
        give_up(session, instance, task, str(error), at, kind="input")


def offer(session: Session, task: ServiceTask, at: datetime) -> None:
    """Ring for an open service task, now or when the sweep finds it due."""
    if task.topic is not None or task.held:
        return
    task.ring_at = task.not_before
    if task.not_before <= at:
        task.ring_at = at + RING_AGAIN
        ring(session, JOB, task.id)


def give_up(
    session: Session,
    instance: ProcessInstance,
    task: ServiceTask,
    message: str,
    at: datetime,
    *,
    kind: str = "service_task",
) -> None:
    """Close a service task with an incident: nobody calls again until a person says so."""
    task.settle("failed", at, error=message)
    session.flush()
    open_incident(
        session,
        instance,
        element_id=task.element_id,
        name=task.name,
        token=task.token,
        kind=kind,
        message=message,
        at=at,
        attempts=task.attempts,
        service_task_id=task.id,
        payload=task.request,
    )


def retry_of(runtime: Runtime, token: str, element: Element) -> dict[str, Any]:
    """The retry rules of an element; what it does not say, as the installation says."""
    retry, usual = element.settings.retry or Retry(), retries()
    return {
        "attempts": int(retry.attempts or usual.attempts),
        "delay_seconds": _seconds(runtime, token, retry.delay, usual.delay_seconds),
        "backoff": max(1.0, float(retry.backoff or usual.backoff)),
        "max_seconds": _seconds(runtime, token, retry.max, usual.max_seconds),
        "jitter": float(retry.jitter or DEFAULT_JITTER),
        "promise": retry.promise or "at-least-once",
    }


class NoConnector(BackOfficeError):
    """The model names no connector for this task: finish it by hand, or name one."""


def connector_of(element: Element) -> Connector | None:
    """What an element calls: the connector its model names; for a script the sandbox."""
    return PYTHON if element.kind == "scriptTask" else element.settings.connector


def _with_form(runtime: Runtime, process_key: str) -> frozenset[str]:
    """The user tasks of a process that have a form."""
    elements = runtime.program.models[process_key].elements.values()
    return frozenset(
        each.id for each in elements if each.kind == "userTask" and each.settings.form is not None
    )


def _named(runtime: Runtime, token: str, names: Collection[str]) -> dict[str, Any]:
    found = runtime.token_variables(token)
    return {name: to_json(found[name]) for name in sorted(names) if name in found}


def _request(runtime: Runtime, task: ServiceTask, element: Element) -> dict[str, Any]:
    connector = connector_of(element)
    if connector is None:
        raise NoConnector
    if connector is PYTHON:
        script = read_script(element.script or "")
        return {"script": script.text, "variables": _named(runtime, task.token, script.reads)}
    if task.topic is not None and not connector.inputs:
        return {name: to_json(each) for name, each in runtime.token_variables(task.token).items()}
    return {
        each.name: to_json(settings.value(runtime, task.token, each.value))
        for each in connector.inputs
    }


def _seconds(runtime: Runtime, token: str, text: str | None, default: float) -> float:
    found = settings.value(runtime, token, text)
    try:
        return max(0.0, Span.of(found).rest.total_seconds())
    except (ValueError, AttributeError):
        return default
