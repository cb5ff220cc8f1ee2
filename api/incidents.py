"""Failures that people look at: retry, skip, or turn into a business error."""

from functools import partial
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from marshmallow import RAISE, ValidationError, validates_schema
from marshmallow.fields import Nested
from sqlalchemy.orm import Session

from api.answers import moment, reads, writes
from api.fields import (
    MAX_TEXT,
    Identifier,
    Integer,
    Length,
    List,
    Moment,
    Name,
    Reference,
    Shape,
    String,
    Variables,
)
from api.paging import PageQuery, page, page_of
from core.model import Json
from engine import incidents
from engine.models import Incident
from web.person import current_actor
from web.policies import policy

bp = APIBlueprint("incidents", __name__, tag="Incidents")


#: What the log says where a caller says nothing.
NO_REASON = "asked over the API, without a reason"


class IncidentsQuery(PageQuery):
    instance_id = Reference(load_default=None)
    key = Name(load_default=None)
    cause = Name(load_default=None)


class IncidentShape(Shape):
    id = Identifier()
    #: None: a start timer that could start no case.
    instance_id = Identifier(allow_none=True)
    key = String()
    element_id = String(allow_none=True)
    name = String(allow_none=True)
    kind = String()
    message = String()
    cause = String()
    attempts = Integer()
    payload = Variables(allow_none=True)
    created_at = Moment()
    resolved_at = Moment(allow_none=True)
    resolved_by = String(allow_none=True)
    resolution = String(allow_none=True)
    reason = String(allow_none=True)


class CauseShape(Shape):
    cause = String()
    count = Integer()
    key = String()
    element_id = String(allow_none=True)
    name = String(allow_none=True)
    kind = String()
    message = String()
    first_at = Moment()


class Causes(Shape):
    items = List(Nested(CauseShape))
    next = String(allow_none=True)


class Resolution(Shape):
    variables = Variables()
    error_code = Name()
    reason = String(required=True, validate=Length(1, MAX_TEXT))

    @validates_schema
    def require_one_way(self, data: dict[str, Any], **_: Any) -> None:
        if "variables" in data and "error_code" in data:
            raise ValidationError(
                "Skip with variables or throw an errorCode, not both.", "errorCode"
            )


class Retry(Shape):
    reason = String(
        load_default=None,
        allow_none=True,
        validate=Length(1, MAX_TEXT),
        metadata={"description": "Why; without one the log says that it was asked over the API."},
    )


class Retried(Shape):
    retried = List(Identifier())


@bp.get("/incidents")
@policy("incident.see")
@bp.input(IncidentsQuery, location="query", unknown=RAISE, arg_name="query")
@bp.output(page_of(IncidentShape))
@reads
def list_incidents(session: Session, query: dict[str, Any]) -> Json:
    """The open incidents, oldest first."""
    find = partial(incidents.find, session, by=current_actor())
    return page(find, to_json, **query)


@bp.post("/incidents/<uuid:incident_id>/retries")
@policy("incident.resolve")
@bp.input(Retry, arg_name="body")
@bp.output(IncidentShape, 201)
@writes
def create_retry(session: Session, incident_id: UUID, body: dict[str, Any]) -> tuple[Json, int]:
    """Try again what failed."""
    why = body["reason"] or NO_REASON
    incident = incidents.retry(session, incident_id, by=current_actor(), reason=why)
    return to_json(incident), 201


@bp.get("/incident-causes")
@policy("incident.see")
@bp.output(Causes)
@reads
def list_causes(session: Session) -> Json:
    """The open incidents by cause, the most frequent first: at most 50 causes, on one page."""
    found = incidents.causes(session, by=current_actor())
    return {"items": [cause_to_json(each) for each in found], "next": None}


@bp.post("/incident-causes/<cause>/retries")
@policy("incident.resolve")
@bp.input(Retry, arg_name="body")
@bp.output(Retried, 201)
@writes
def create_cause_retry(session: Session, cause: str, body: dict[str, Any]) -> tuple[Json, int]:
    """Try again everything that failed for one cause."""
    by, reason = current_actor(), body["reason"] or NO_REASON
    retried = incidents.retry_cause(session, cause, by=by, reason=reason)
    return {"retried": [str(incident.id) for incident in retried]}, 201


@bp.post("/incidents/<uuid:incident_id>/resolution")
@policy("incident.resolve")
@bp.input(Resolution, arg_name="body")
@bp.output(IncidentShape, 201)
@writes
def create_resolution(
    session: Session, incident_id: UUID, body: dict[str, Any]
) -> tuple[Json, int]:
    """Skip what failed with the variables it should have had, or throw a BPMN error there."""
    incident = incidents.resolve(
        session,
        incident_id,
        variables=body.get("variables"),
        error_code=body.get("error_code"),
        reason=body["reason"],
        by=current_actor(),
    )
    return to_json(incident), 201


def cause_to_json(cause: incidents.Cause) -> Json:
    example = cause.example
    return {
        "cause": cause.cause,
        "count": cause.count,
        "key": example.key,
        "elementId": example.element_id,
        "name": example.name or example.element_id,
        "kind": example.kind,
        "message": example.message,
        "firstAt": moment(cause.first_at),
    }


def to_json(incident: Incident) -> Json:
    return {
        "id": str(incident.id),
        "instanceId": str(incident.instance_id) if incident.instance_id else None,
        "key": incident.key,
        "elementId": incident.element_id,
        "name": incident.name or incident.element_id,
        "kind": incident.kind,
        "message": incident.message,
        "cause": incident.cause,
        "attempts": incident.attempts,
        "payload": incident.payload,
        "createdAt": moment(incident.created_at),
        "resolvedAt": moment(incident.resolved_at),
        "resolvedBy": incident.resolved_by,
        "resolution": incident.resolution,
        "reason": incident.reason,
    }
