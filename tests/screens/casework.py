"""Processes, cases and tasks for the tests of the screens, made through the engine's services."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core import db as database
from core.errors import BackOfficeError, Unavailable
from core.people import SYSTEM
from engine import deployments, instances, service_tasks, timers
from engine.models import Incident, ProcessInstance, ServiceTask, Timer, UserTask
from engine.service_tasks import Answer


def deploy(*drawings: bytes, **forms: list[dict[str, Any]]) -> UUID:
    """Deploy drawings with forms by key; the id of the first definition."""
    files = {f"{number}.bpmn": bytes(each) for number, each in enumerate(drawings)}
    files |= {f"{key}.form": form(key, components) for key, components in forms.items()}
    with database.transaction() as session:
        return deployments.deploy(session, files, by=SYSTEM).definitions[0].id


def form(key: str, components: list[dict[str, Any]]) -> bytes:
    """The file of a form."""
    schema = {"id": key, "type": "default", "schemaVersion": 18, "components": components}
    return json.dumps(schema).encode()


def start(key: str = "process", business_key: str | None = None, **variables: Any) -> UUID:
    """Start a case of the newest version."""
    with database.transaction() as session:
        instance = instances.start(
            session, key=key, business_key=business_key, variables=variables, by=SYSTEM
        )
        return instance.id


def tasks(instance_id: UUID | None = None) -> list[UserTask]:
    """All user tasks, or those of one case, in the order of their making."""
    query = select(UserTask).order_by(UserTask.id)
    if instance_id is not None:
        query = query.where(UserTask.instance_id == instance_id)
    with database.reading() as session:
        found = list(session.scalars(query))
        session.expunge_all()
        return found


def case(instance_id: UUID) -> ProcessInstance:
    """A case as it is now."""
    with database.reading() as session:
        found = session.get_one(ProcessInstance, instance_id)
        session.expunge_all()
        return found


def variables(instance_id: UUID) -> dict[str, Any]:
    """The variables of a case as they are now."""
    with database.reading() as session:
        return instances.variables(session, session.get_one(ProcessInstance, instance_id))


def incidents() -> list[Incident]:
    """All incidents, oldest first."""
    with database.reading() as session:
        found = list(session.scalars(select(Incident).order_by(Incident.id)))
        session.expunge_all()
        return found


def call(result: Answer | BackOfficeError) -> None:
    """Let every open call of a service task end like that."""
    with database.transaction() as session:
        waiting = select(ServiceTask.id).where(ServiceTask.state == "open")
        for task_id in session.scalars(waiting).all():
            taken = service_tasks.take(session, task_id)
            assert taken is not None
            service_tasks.settle(session, taken, result)


def break_calls(sentence: str = "The partner is down.") -> None:
    """Let every open call fail; with one attempt allowed, each becomes an incident."""
    call(Unavailable(sentence))


def break_starts(sentence: str) -> None:
    """Let every start timer fail."""
    with database.transaction() as session:
        for timer_id in session.scalars(select(Timer.id).where(Timer.instance_id.is_(None))).all():
            timers.give_up(session, timer_id, sentence)
