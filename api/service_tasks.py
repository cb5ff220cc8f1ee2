"""Work for machines in any language: lease tasks of a topic, then say how they ended.

What is leased goes by the id of the lease: a worker that comes too late cannot answer for another.
"""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from sqlalchemy.orm import Session

from api.answers import moment, writes
from api.fields import (
    MAX_TEXT,
    Boolean,
    Duration,
    Identifier,
    Integer,
    Length,
    List,
    Moment,
    Name,
    Range,
    Shape,
    String,
    Variables,
)
from core.model import Json
from core.values import to_json as value_to_json
from engine import service_tasks
from engine.models import ServiceTask
from web.person import current_actor
from web.policies import policy

bp = APIBlueprint("service_tasks", __name__, tag="Service tasks")


class NewLeases(Shape):
    topics = List(Name(), required=True, validate=Length(1, service_tasks.MAX_TOPICS))
    max = Integer(load_default=1, validate=Range(1, service_tasks.MAX_LEASED))
    lease_seconds = Integer(load_default=60, validate=Range(1, service_tasks.MAX_LEASE_SECONDS))
    worker = Name(required=True)


class LeaseShape(Shape):
    id = Identifier()
    topic = String()
    instance_id = Identifier()
    element_id = String()
    variables = Variables()
    attempt = Integer()
    idempotency_key = String()
    lease_until = Moment()


class Extension(Shape):
    lease_seconds = Integer(load_default=60, validate=Range(1, service_tasks.MAX_LEASE_SECONDS))


class Completion(Shape):
    variables = Variables(load_default=dict)


class Failure(Shape):
    message = String(required=True, validate=Length(1, MAX_TEXT))
    retry_in = Duration(
        load_default=None, allow_none=True, metadata={"type": "string", "format": "duration"}
    )
    #: It may have taken effect: where it must not happen twice, nobody tries again.
    unsure = Boolean(load_default=False)


class BpmnError(Shape):
    code = Name(required=True)
    message = String(load_default="", validate=Length(max=MAX_TEXT))
    variables = Variables(load_default=dict)


class Extended(Shape):
    id = Identifier()
    lease_until = Moment()


class ServiceTaskShape(Shape):
    id = Identifier()
    state = String()


@bp.post("/service-task-leases")
@policy("service_task.lease")
@bp.input(NewLeases, arg_name="body")
@bp.output(LeaseShape(many=True))
@writes
def create_leases(session: Session, body: dict[str, Any]) -> list[Json]:
    """Take service tasks of some topics for a while."""
    leases = service_tasks.lease(
        session,
        body["topics"],
        body["max"],
        body["lease_seconds"],
        body["worker"],
        by=current_actor(),
    )
    return [lease_to_json(lease) for lease in leases]


@bp.put("/service-tasks/<uuid:lease_id>/lease")
@policy("service_task.lease")
@bp.input(Extension, arg_name="body")
@bp.output(Extended)
@writes
def put_lease(session: Session, lease_id: UUID, body: dict[str, Any]) -> Json:
    """Keep a task for longer, counted from now."""
    seconds = body["lease_seconds"]
    until = service_tasks.extend(session, lease_id, seconds, by=current_actor())
    return {"id": str(lease_id), "leaseUntil": moment(until)}


@bp.post("/service-tasks/<uuid:lease_id>/completion")
@policy("service_task.lease")
@bp.input(Completion, arg_name="body")
@bp.output(ServiceTaskShape, 201)
@writes
def create_completion(session: Session, lease_id: UUID, body: dict[str, Any]) -> tuple[Json, int]:
    """Say that a task is done."""
    task = service_tasks.complete(session, lease_id, body["variables"], by=current_actor())
    return to_json(lease_id, task), 201


@bp.post("/service-tasks/<uuid:lease_id>/failure")
@policy("service_task.lease")
@bp.input(Failure, arg_name="body")
@bp.output(ServiceTaskShape, 201)
@writes
def create_failure(session: Session, lease_id: UUID, body: dict[str, Any]) -> tuple[Json, int]:
    """Say that a task failed; it is tried again, or becomes an incident."""
    task = service_tasks.fail(
        session,
        lease_id,
        body["message"],
        body["retry_in"],
        is_unsure=body["unsure"],
        by=current_actor(),
    )
    return to_json(lease_id, task), 201


@bp.post("/service-tasks/<uuid:lease_id>/error")
@policy("service_task.lease")
@bp.input(BpmnError, arg_name="body")
@bp.output(ServiceTaskShape, 201)
@writes
def create_error(session: Session, lease_id: UUID, body: dict[str, Any]) -> tuple[Json, int]:
    """Throw a BPMN error at a task, for the model to catch."""
    task = service_tasks.throw(
        session,
        lease_id,
        body["code"],
        body["message"],
        body["variables"],
        by=current_actor(),
    )
    return to_json(lease_id, task), 201


def to_json(lease_id: UUID, task: ServiceTask) -> Json:
    return {"id": str(lease_id), "state": task.state}


def lease_to_json(lease: service_tasks.Lease) -> Json:
    return {
        "id": str(lease.id),
        "topic": lease.topic,
        "instanceId": str(lease.instance_id),
        "elementId": lease.element_id,
        "variables": value_to_json(lease.variables),
        "attempt": lease.attempt,
        "idempotencyKey": lease.idempotency_key,
        "leaseUntil": moment(lease.lease_until),
    }
