"""SLA clocks of cases, stages and tasks: how much business time is left, and how it goes."""

from functools import partial
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from api.answers import moment, reads
from api.fields import (
    Boolean,
    Identifier,
    Integer,
    List,
    Moment,
    Name,
    Nested,
    OneOf,
    Reference,
    Shape,
    String,
)
from api.paging import PageQuery, page, page_of
from core.model import Json
from engine import instances
from web.person import current_actor
from web.policies import policy
from work import prediction
from work.models.sla import LEVELS, STATES
from work.sla import finding
from work.sla.finding import FILTERS, Reading

bp = APIBlueprint("sla_clocks", __name__, tag="SLA clocks")

_WORDS = ("on_track", "at_risk", "breached", "paused", "met", "missed", "cancelled")


class ClocksQuery(PageQuery):
    state = String(load_default=None, validate=OneOf(("open", *STATES)))
    goes = String(
        load_default=None,
        validate=OneOf(FILTERS),
        data_key="goes",
        metadata={"description": "How open clocks go."},
    )
    level = String(load_default=None, validate=OneOf(LEVELS))
    key = Name(load_default=None)
    instance_id = Reference(load_default=None)
    due_before = Moment(load_default=None)


class PointShape(Shape):
    kind = String(validate=OneOf(("reminder", "atRisk", "breach")))
    at = String(metadata={"description": "A part of the target, or a duration before it."})
    moment = Moment(allow_none=True)
    fired_at = Moment(allow_none=True)


class PredictionShape(Shape):
    late = Integer(metadata={"description": "Chance to be late, in percent."})
    expected_at = Moment(allow_none=True)
    sentence = String()
    as_of = Moment()


class ClockShape(Shape):
    id = Identifier()
    instance_id = Identifier()
    key = String()
    business_key = String(allow_none=True)
    level = String(validate=OneOf(LEVELS))
    element_id = String()
    user_task_id = Identifier(allow_none=True)
    name = String()
    state = String(validate=OneOf(STATES))
    goes = String(validate=OneOf(_WORDS))
    calendar = String()
    target = String()
    target_seconds = Integer(metadata={"description": "Seconds of business time."})
    basis = String(validate=OneOf(("model", "decision", "default")))
    problem = String(allow_none=True)
    left_seconds = Integer(metadata={"description": "Business time; negative when late."})
    is_likely_late = Boolean()
    started_at = Moment()
    paused_at = Moment(allow_none=True)
    stopped_at = Moment(allow_none=True)
    due_at = Moment(allow_none=True)
    points = List(Nested(PointShape))
    prediction = Nested(PredictionShape, allow_none=True)


class ClockList(Shape):
    items = List(Nested(ClockShape), required=True)
    next = String(allow_none=True, required=True)


@bp.get("/sla-clocks")
@policy("instance.see")
@bp.input(ClocksQuery, location="query", unknown=RAISE, arg_name="query")
@bp.output(page_of(ClockShape))
@reads
def list_sla_clocks(session: Session, query: dict[str, Any]) -> Json:
    """SLA clocks of cases that you may see, oldest first."""
    limit, after = query.pop("limit"), query.pop("after")
    word = query.pop("goes")
    find = partial(finding.find, session, by=current_actor(), word=word, **query)

    def shown(found: Any) -> Json:
        return to_json(finding.readings(session, [found])[0])

    return page(find, shown, limit=limit, after=after)


@bp.get("/sla-clocks/<uuid:clock_id>")
@policy("instance.see")
@bp.output(ClockShape)
@reads
def get_sla_clock(session: Session, clock_id: UUID) -> Json:
    """One SLA clock."""
    found = finding.get(session, clock_id, by=current_actor())
    return to_json(finding.readings(session, [found])[0])


@bp.get("/process-instances/<uuid:instance_id>/sla-clocks")
@policy("instance.see")
@bp.output(ClockList)
@reads
def list_sla_clocks_of_case(session: Session, instance_id: UUID) -> Json:
    """The SLA clocks of one case, open and urgent ones first."""
    instance = instances.get(session, instance_id, by=current_actor())
    found = finding.of_case(session, instance.id, limit=200)
    return {"items": [to_json(each) for each in found], "next": None}


def to_json(reading: Reading) -> Json:
    clock = reading.clock
    return {
        "id": str(clock.id),
        "instanceId": str(clock.instance_id),
        "key": clock.key,
        "businessKey": clock.business_key,
        "level": clock.level,
        "elementId": clock.element_id,
        "userTaskId": str(clock.task_id) if clock.task_id else None,
        "name": clock.name,
        "state": clock.state,
        "goes": reading.word,
        "calendar": clock.calendar,
        "target": clock.target,
        "targetSeconds": clock.target_seconds,
        "basis": clock.basis,
        "problem": clock.problem,
        "leftSeconds": reading.left_seconds,
        "isLikelyLate": reading.is_likely_late,
        "startedAt": moment(clock.started_at),
        "pausedAt": moment(clock.paused_at),
        "stoppedAt": moment(clock.stopped_at),
        "dueAt": moment(clock.due_at),
        "points": [
            {
                "kind": each["kind"],
                "at": each["at"],
                "moment": each["moment"],
                "firedAt": each["fired_at"],
            }
            for each in clock.points
        ],
        "prediction": _prediction(reading),
    }


def _prediction(reading: Reading) -> Json | None:
    clock = reading.clock
    if clock.late_probability is None or not clock.is_open:
        return None
    late, left = clock.late_probability, reading.left_seconds
    return {
        "late": round(100 * late),
        "expectedAt": moment(clock.expected_at),
        "sentence": prediction.sentence(late, clock.expected_at, left),
        "asOf": moment(clock.predicted_at),
    }
