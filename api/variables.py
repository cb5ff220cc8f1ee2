"""The process variables of one instance."""

from uuid import UUID

from apiflask import APIBlueprint
from sqlalchemy.orm import Session

from api.answers import reads, writes
from api.fields import AnyVariables
from core.model import Json
from core.values import to_json as value_to_json
from engine import instances
from engine.models import ProcessInstance
from web.person import current_actor
from web.policies import policy

bp = APIBlueprint("variables", __name__, url_prefix="/process-instances", tag="Process instances")


@bp.get("/<uuid:instance_id>/variables")
@policy("instance.see")
@bp.output(AnyVariables)
@reads
def get_variables(session: Session, instance_id: UUID) -> Json:
    """The process variables of the instance."""
    instance = instances.get(session, instance_id, by=current_actor())
    return to_json(session, instance)


@bp.patch("/<uuid:instance_id>/variables")
@policy("variables.change")
@bp.input(AnyVariables, arg_name="patch")
@bp.output(AnyVariables)
@writes
def patch_variables(session: Session, instance_id: UUID, patch: Json) -> Json:
    """Change process variables by JSON merge patch: null removes one."""
    instance = instances.set_variables(session, instance_id, patch, by=current_actor())
    return to_json(session, instance)


def to_json(session: Session, instance: ProcessInstance) -> Json:
    variables: Json = value_to_json(instances.variables(session, instance))
    return variables
