"""What happened at the elements of a process in a period: the figures that the heat map draws."""

from typing import Any

from apiflask import APIBlueprint
from marshmallow import RAISE, Schema, fields
from sqlalchemy.orm import Session

from api.answers import moment, reads
from api.fields import Boolean, Integer, List, Moment, Name, Nested, Range, Shape, String
from core.model import Json
from insights.heat import MAX_DAYS, Figures, heat_map
from web.person import current_actor
from web.policies import policy

bp = APIBlueprint("heat_maps", __name__, tag="Process definitions")


class HeatQuery(Schema):
    key = Name(required=True)
    days = Integer(load_default=30, validate=Range(1, MAX_DAYS))
    version = Integer(load_default=None, validate=Range(1, 1_000_000))


class HeatElement(Shape):
    element_id = String()
    visits = Integer()
    cases = Integer()
    repeated_cases = Integer()
    waits = Integer()
    wait_seconds_p50 = fields.Float(allow_none=True)
    wait_seconds_p90 = fields.Float(allow_none=True)
    due_tasks = Integer()
    late_tasks = Integer()


class HeatFlow(Shape):
    flow_id = String()
    count = Integer()


class HeatShape(Shape):
    key = String()
    version = Integer(allow_none=True)
    since = Moment()
    until = Moment()
    is_cut = Boolean()
    cases = Integer()
    elements = List(Nested(HeatElement))
    flows = List(Nested(HeatFlow))


@bp.get("/heat-maps")
@policy("instance.see")
@bp.input(HeatQuery, location="query", unknown=RAISE, arg_name="query")
@bp.output(HeatShape)
@reads
def get_heat_map(session: Session, query: dict[str, Any]) -> Json:
    """Visits, waits, rework and lateness of each element of a process, in cases one may see.

    Of a period with very much history the newest part counts: `isCut` is true then, `since` later.
    """
    found = heat_map(
        session, query["key"], days=query["days"], version=query["version"], by=current_actor()
    )
    return {
        "key": found.key,
        "version": found.version,
        "since": moment(found.since),
        "until": moment(found.until),
        "isCut": found.is_cut,
        "cases": found.cases,
        "elements": [_element(key, found.elements[key]) for key in sorted(found.elements)],
        "flows": [{"flowId": key, "count": found.flows[key]} for key in sorted(found.flows)],
    }


def _element(element_id: str, figures: Figures) -> Json:
    return {
        "elementId": element_id,
        "visits": figures.visits,
        "cases": figures.cases,
        "repeatedCases": figures.repeated,
        "waits": figures.finished,
        "waitSecondsP50": figures.wait_seconds_p50,
        "waitSecondsP90": figures.wait_seconds_p90,
        "dueTasks": figures.due,
        "lateTasks": figures.late,
    }
