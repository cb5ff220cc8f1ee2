"""Process instances: start, see where they stand, change, suspend, cancel."""

from functools import partial
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from marshmallow import RAISE, ValidationError, validates_schema
from sqlalchemy.orm import Session

from api import variables
from api.answers import moment, reads, writes
from api.fields import (
    MAX_TEXT,
    Identifier,
    Integer,
    Length,
    Moment,
    Name,
    OneOf,
    Reference,
    Shape,
    String,
    VariableFilters,
    Variables,
)
from api.incidents import NO_REASON
from api.paging import PageQuery, page, page_of
from core.model import Json
from engine import instances
from engine.models import ProcessInstance
from web.person import current_actor
from web.policies import policy

bp = APIBlueprint(
    "process_instances", __name__, url_prefix="/process-instances", tag="Process instances"
)

STATES = ("active", "suspended", "completed", "cancelled")


SAY_WHY = "Say why: the log keeps it."


def require_words(text: str) -> None:
    """Refuse a text of nothing but blanks."""
    if not text.strip():
        raise ValidationError(SAY_WHY)


class NewInstance(Shape):
    key = Name(allow_none=True)
    definition_id = Reference(allow_none=True)
    business_key = Name(allow_none=True)
    variables = Variables(load_default=dict)
    start_element = Name(allow_none=True)

    @validates_schema
    def require_one_process(self, data: dict[str, Any], **_: Any) -> None:
        if (data.get("key") is None) == (data.get("definition_id") is None):
            raise ValidationError("Name the process by either its key or a definitionId.", "key")


class InstanceSummary(Shape):
    id = Identifier()
    key = String()
    version = Integer()
    definition_id = Identifier()
    business_key = String(allow_none=True)
    state = String(validate=OneOf(STATES))
    incidents = Integer()
    started_at = Moment()
    started_by = String()
    ended_at = Moment(allow_none=True)


class InstanceShape(InstanceSummary):
    variables = Variables()


class InstancesQuery(PageQuery):
    key = Name(load_default=None)
    state = String(validate=OneOf(STATES), load_default=None)
    business_key = Name(load_default=None)
    started_after = Moment(load_default=None)
    started_before = Moment(load_default=None)
    variable = VariableFilters()


class TokenShape(Shape):
    element_id = String()
    name = String(allow_none=True)
    kind = String()
    since = Moment()


class Reason(Shape):
    reason = String(load_default=NO_REASON, validate=Length(max=MAX_TEXT))


class Suspension(Shape):
    reason = String(
        required=True,
        validate=[require_words, Length(max=MAX_TEXT)],
        error_messages={"required": SAY_WHY, "null": SAY_WHY},
    )


@bp.post("")
@policy("instance.start")
@bp.input(NewInstance, arg_name="body")
@bp.output(InstanceShape, 201)
@writes
def create_instance(session: Session, body: dict[str, Any]) -> tuple[Json, int]:
    """Start an instance of the latest version of a process, or of one version."""
    instance = instances.start(
        session,
        key=body.get("key"),
        definition_id=body.get("definition_id"),
        business_key=body.get("business_key"),
        variables=body["variables"],
        element=body.get("start_element"),
        by=current_actor(),
    )
    return to_json(session, instance), 201


@bp.get("")
@policy("instance.see")
@bp.input(InstancesQuery, location="query", unknown=RAISE, arg_name="query")
@bp.output(page_of(InstanceSummary))
@reads
def list_instances(session: Session, query: dict[str, Any]) -> Json:
    """The instances that the caller may see, oldest first, without their variables."""
    find = partial(instances.find, session, by=current_actor())
    return page(find, summary_to_json, **query)


@bp.get("/<uuid:instance_id>")
@policy("instance.see")
@bp.output(InstanceShape)
@reads
def get_instance(session: Session, instance_id: UUID) -> Json:
    """One instance with its variables."""
    return to_json(session, instances.get(session, instance_id, by=current_actor()))


@bp.delete("/<uuid:instance_id>")
@policy("instance.cancel")
@bp.input(Reason, arg_name="body")
@bp.output({}, 204)
@writes
def delete_instance(session: Session, instance_id: UUID, body: dict[str, Any]) -> tuple[None, int]:
    """Cancel an instance."""
    instances.cancel(session, instance_id, body["reason"], by=current_actor())
    return None, 204


@bp.get("/<uuid:instance_id>/tokens")
@policy("instance.see")
@bp.output(TokenShape(many=True))
@reads
def list_tokens(session: Session, instance_id: UUID) -> list[Json]:
    """Where the instance waits now."""
    instance = instances.get(session, instance_id, by=current_actor())
    return [token_to_json(token) for token in instances.tokens(session, instance)]


@bp.put("/<uuid:instance_id>/suspension")
@policy("instance.suspend")
@bp.input(Suspension, arg_name="body")
@bp.output(InstanceShape)
@writes
def put_suspension(session: Session, instance_id: UUID, body: dict[str, Any]) -> Json:
    """Let nothing proceed until the suspension is deleted; messages are kept."""
    instance = instances.suspend(session, instance_id, body["reason"], by=current_actor())
    return to_json(session, instance)


@bp.delete("/<uuid:instance_id>/suspension")
@policy("instance.suspend")
@bp.input(Reason, arg_name="body")
@bp.output({}, 204)
@writes
def delete_suspension(
    session: Session, instance_id: UUID, body: dict[str, Any]
) -> tuple[None, int]:
    """Go on, and apply the messages that came meanwhile."""
    instances.resume(session, instance_id, body["reason"], by=current_actor())
    return None, 204


def to_json(session: Session, instance: ProcessInstance) -> Json:
    return {**summary_to_json(instance), "variables": variables.to_json(session, instance)}


def summary_to_json(instance: ProcessInstance) -> Json:
    return {
        "id": str(instance.id),
        "key": instance.key,
        "version": instance.version,
        "definitionId": str(instance.definition_id),
        "businessKey": instance.business_key,
        "state": instance.state,
        "incidents": instance.incidents,
        "startedAt": moment(instance.started_at),
        "startedBy": instance.started_by,
        "endedAt": moment(instance.ended_at),
    }


def token_to_json(token: Any) -> Json:
    return {
        "elementId": token.element_id,
        "name": token.name,
        "kind": token.kind,
        "since": moment(token.since),
    }
