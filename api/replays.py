"""Replaying real cases on files that are not deployed yet: a check for pipelines."""

from typing import Any

from apiflask import APIBlueprint
from apiflask.fields import Boolean, Float
from marshmallow.validate import Length, Range
from sqlalchemy.orm import Session

from api.answers import reads
from api.bodies import sent_files
from api.deployments import Files
from api.fields import Identifier, Integer, List, Nested, Shape, String
from core.model import Json
from web.person import current_actor
from web.policies import policy
from work.replay import Group, Report, replay
from work.replay.cases import DEFAULT_CASES, DEFAULT_DAYS, MAX_CASES, MAX_DAYS

bp = APIBlueprint("replays", __name__, tag="Deployments")


class ReplayQuery(Shape):
    key = String(required=True, validate=Length(1, 200), metadata={"description": "A process."})
    cases = Integer(load_default=DEFAULT_CASES, validate=Range(1, MAX_CASES))
    days = Integer(load_default=DEFAULT_DAYS, validate=Range(1, MAX_DAYS))


class ReplayedCase(Shape):
    id = Identifier()
    business_key = String(allow_none=True)


class DifferenceShape(Shape):
    kind = String(metadata={"description": "`fails`, `way` or `form`."})
    element_id = String()
    message = String()
    count = Integer()
    cases = List(Nested(ReplayedCase), metadata={"description": "The first 20 of them."})


class ReplayShape(Shape):
    key = String()
    cases = Integer()
    same = Integer()
    different = Integer()
    unclear = Integer(
        metadata={"description": "Cases that not even the version they ran on repeats."}
    )
    is_partial = Boolean(metadata={"description": "Whether time was up before all were played."})
    seconds = Float()
    differences = List(Nested(DifferenceShape))


@bp.post("/replays")
@policy("validate")
@bp.input(Files, location="files", validation=False)
@bp.input(ReplayQuery, location="query", arg_name="query")
@bp.output(ReplayShape)
@reads
def create_replay(session: Session, query: dict[str, Any], **_: Any) -> Json:
    """Play the newest cases again on the files, and say what would be otherwise. Stores nothing."""
    report = replay(
        session,
        query["key"],
        sent_files(),
        limit=query["cases"],
        days=query["days"],
        by=current_actor(),
    )
    return to_json(report)


def to_json(report: Report) -> Json:
    return {
        "key": report.key,
        "cases": report.cases,
        "same": report.same,
        "different": report.different,
        "unclear": report.unclear,
        "isPartial": report.is_partial,
        "seconds": report.seconds,
        "differences": [_difference(group) for group in report.groups],
    }


def _difference(group: Group) -> Json:
    return {
        "kind": group.difference.kind,
        "elementId": group.difference.element_id,
        "message": group.difference.sentence,
        "count": group.count,
        "cases": [{"id": str(case.id), "businessKey": case.business_key} for case in group.cases],
    }
