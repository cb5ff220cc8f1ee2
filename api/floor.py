"""The floor: what came, is open and is late right now, for wall boards and reports."""

from typing import Any

from apiflask import APIBlueprint
from marshmallow import RAISE
from marshmallow.fields import Float
from sqlalchemy.orm import Session

from api.answers import moment, reads
from api.fields import Boolean, Integer, List, Moment, Nested, Range, Shape, String
from core.model import Json
from web.person import current_actor
from web.policies import policy
from work.floor import board
from work.floor.board import Row
from work.floor.measures import BANDS
from work.floor.plan import Line, Plan
from work.floor.snapshot import Count
from work.floor.supply import Need
from work.models.queue import EVERYBODY

bp = APIBlueprint("floor", __name__, tag="Floor")

#: How the API names the queue and the team of tasks that every associate may do.
ALL = "everybody"
MAX_ROWS = 200
#: The ages of open tasks, in days: from, and to; the last has no end.
AGES = ((0, 0), (1, 2), (3, 7), (8, None))


class FloorQuery(Shape):
    limit = Integer(
        load_default=MAX_ROWS,
        validate=Range(1, MAX_ROWS),
        metadata={"description": "Queues and teams that are told of, the most pressing ones."},
    )


class AgeShape(Shape):
    from_days = Integer(metadata={"description": "0 is today."})
    to_days = Integer(allow_none=True)
    open = Integer()
    at_risk = Integer()
    late = Integer()


class CountShape(Shape):
    arrived = Integer(metadata={"description": "Since midnight, as `done`."})
    done = Integer()
    open = Integer(metadata={"description": "`waiting`, `inHand` and `resting` together."})
    waiting = Integer()
    in_hand = Integer()
    resting = Integer()
    at_risk = Integer()
    late = Integer(metadata={"description": "Holds what is `breached`."})
    breached = Integer()
    due_today = Integer()
    ages = List(Nested(AgeShape))


class RowShape(CountShape):
    name = String()


class LineShape(Shape):
    so_far = Integer()
    usual_by_now = Float(allow_none=True)
    usual_all_day = Float(allow_none=True)
    expected_all_day = Integer(allow_none=True)


class PlanShape(Shape):
    days = List(String(), metadata={"description": "Those that today is compared with."})
    is_thin = Boolean(metadata={"description": "Whether they are too few to rely on."})
    arrived = Nested(LineShape)
    done = Nested(LineShape)
    open_tonight = Integer(allow_none=True)


class SkillShape(Shape):
    skill = String(metadata={"description": "Empty: all work together."})
    level = Integer()
    due_today = Integer()
    needed_seconds = Integer(metadata={"description": "Work that is due today."})
    people = Integer()
    available_seconds = Integer(metadata={"description": "Working time that is left today."})
    spare_seconds = Integer(metadata={"description": "Negative where it is missing."})


class FloorShape(Shape):
    computed_at = Moment()
    day = String()
    zone = String()
    totals = Nested(CountShape)
    queues = List(Nested(RowShape))
    teams = List(Nested(RowShape))
    is_cut = Boolean(metadata={"description": "Whether there are more queues or teams."})
    plan = Nested(PlanShape)
    skills = List(Nested(SkillShape))


@bp.get("/floor")
@policy("floor.see")
@bp.input(FloorQuery, location="query", unknown=RAISE, arg_name="query")
@bp.output(FloorShape)
@reads
def get_floor(session: Session, query: dict[str, Any]) -> Json:
    """The numbers of your teams, at most two seconds old; operators see all."""
    found, limit = board.look(session, by=current_actor()), query["limit"]
    return {
        "computedAt": moment(found.at),
        "day": found.day.date.isoformat(),
        "zone": found.day.zone.key,
        "totals": _count(found.totals),
        "queues": [_row(row) for row in found.queues[:limit]],
        "teams": [_row(row) for row in found.teams[:limit]],
        "isCut": max(len(found.queues), len(found.teams)) > limit,
        "plan": _plan(found.plan),
        "skills": [_skill(need) for need in found.needs],
    }


def _row(row: Row) -> Json:
    return {"name": ALL if row.name == EVERYBODY else row.name, **_count(row.count)}


def _count(count: Count) -> Json:
    assert len(AGES) == BANDS
    return {
        "arrived": count.arrived,
        "done": count.done,
        "open": count.open,
        "waiting": count.waiting,
        "inHand": count.in_hand,
        "resting": count.resting,
        "atRisk": count.at_risk,
        "late": count.late,
        "breached": count.breached,
        "dueToday": count.due_today,
        "ages": [
            {
                "fromDays": first,
                "toDays": last,
                "open": band.open,
                "atRisk": band.at_risk,
                "late": band.late,
            }
            for (first, last), band in zip(AGES, count.bands, strict=True)
        ],
    }


def _plan(plan: Plan) -> Json:
    return {
        "days": [day.isoformat() for day in plan.days],
        "isThin": plan.is_thin,
        "arrived": _line(plan.arrived),
        "done": _line(plan.done),
        "openTonight": plan.open_tonight,
    }


def _line(line: Line) -> Json:
    return {
        "soFar": line.so_far,
        "usualByNow": line.usual_by_now,
        "usualAllDay": line.usual_all_day,
        "expectedAllDay": line.forecast,
    }


def _skill(need: Need) -> Json:
    return {
        "skill": need.skill,
        "level": need.level,
        "dueToday": need.tasks,
        "neededSeconds": need.needed_seconds,
        "people": need.people,
        "availableSeconds": need.has_seconds,
        "spareSeconds": need.spare_seconds,
    }
