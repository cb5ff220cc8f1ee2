"""Cases that wait longer than expected, with the reason and whom to ask."""

from functools import partial
from typing import Any

from apiflask import APIBlueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from api.answers import moment, reads
from api.fields import Identifier, Moment, Name, OneOf, Reference, Shape, String
from api.paging import PageQuery, page, page_of
from core.model import Json
from engine import stalls
from engine.models import Stall
from web.person import current_actor
from web.policies import policy

bp = APIBlueprint("stalls", __name__, tag="Incidents")


class StallsQuery(PageQuery):
    key = Name(load_default=None)
    instance_id = Reference(load_default=None)


class StallShape(Shape):
    id = Identifier()
    instance_id = Identifier()
    key = String()
    business_key = String(allow_none=True)
    element_id = String()
    name = String()
    kind = String()
    since = Moment()
    expected_until = Moment()
    basis = String(validate=OneOf(("model", "history", "default")))
    reason = String()
    owner = String(allow_none=True)
    owner_groups = String(allow_none=True)


@bp.get("/stalls")
@policy("incident.see")
@bp.input(StallsQuery, location="query", unknown=RAISE, arg_name="query")
@bp.output(page_of(StallShape))
@reads
def list_stalls(session: Session, query: dict[str, Any]) -> Json:
    """What waits longer than the model expects, than it usually does, or than is usual."""
    limit, after = query.pop("limit"), query.pop("after")
    find = partial(stalls.find, session, by=current_actor(), **query)
    return page(find, to_json, limit=limit, after=after)


def to_json(stall: Stall) -> Json:
    return {
        "id": str(stall.id),
        "instanceId": str(stall.instance_id),
        "key": stall.key,
        "businessKey": stall.instance.business_key,
        "elementId": stall.element_id,
        "name": stall.name,
        "kind": stall.kind,
        "since": moment(stall.since),
        "expectedUntil": moment(stall.expected_until),
        "basis": stall.basis,
        "reason": stall.reason,
        "owner": stall.owner,
        "ownerGroups": stall.owner_groups,
    }
