"""What happened in one process instance."""

from functools import partial
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from api.answers import moment, reads
from api.fields import Identifier, List, Moment, Shape, String, Variables
from api.paging import PageQuery, page, page_of
from core.model import Json
from core.values import to_json as value_to_json
from engine import instances, log
from engine.models import LogEntry
from web.person import current_actor
from web.policies import policy

bp = APIBlueprint(
    "execution_log", __name__, url_prefix="/process-instances", tag="Process instances"
)


class LogEntryShape(Shape):
    id = Identifier()
    at = Moment()
    element_id = String(allow_none=True)
    name = String(allow_none=True)
    kind = String()
    lifecycle = String()
    previous_element = String(allow_none=True)
    previous_at = Moment(allow_none=True)
    by = String(allow_none=True)
    variables = Variables(allow_none=True)
    contested = List(
        String(),
        allow_none=True,
        metadata={"description": "Variables that another side of an open fork wrote, too."},
    )
    #: All entries from this one on, to here, count as undone.
    undoes = Identifier(allow_none=True)
    decision = Variables(
        allow_none=True,
        metadata={"description": "Of a decision: inputs, outputs and the rules that matched."},
    )


@bp.get("/<uuid:instance_id>/log")
@policy("instance.see")
@bp.input(PageQuery, location="query", unknown=RAISE, arg_name="query")
@bp.output(page_of(LogEntryShape))
@reads
def list_log(session: Session, instance_id: UUID, query: dict[str, Any]) -> Json:
    """The execution log of the instance, oldest first."""
    instance = instances.get(session, instance_id, by=current_actor())
    find = partial(log.entries, session, instance.id)
    return page(find, to_json, limit=query["limit"], after=query["after"])


def to_json(entry: LogEntry) -> Json:
    return {
        "id": str(entry.id),
        "at": moment(entry.at),
        "elementId": entry.element_id,
        "name": entry.name,
        "kind": entry.kind,
        "lifecycle": entry.lifecycle,
        "previousElement": entry.previous_element,
        "previousAt": moment(entry.previous_at),
        "by": entry.by,
        "variables": value_to_json(entry.variables),
        "contested": entry.contested,
        "undoes": entry.undoes and str(entry.undoes),
        "decision": entry.decision,
    }
