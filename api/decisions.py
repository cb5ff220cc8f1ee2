"""Deciding by a deployed decision table."""

from functools import partial
from typing import Any

from apiflask import APIBlueprint
from marshmallow.fields import Raw
from sqlalchemy.orm import Session

from api.answers import moment, reads, writes
from api.fields import Identifier, Integer, List, Moment, Nested, Range, Shape, String, Variables
from api.paging import PageQuery, page, page_of
from core.model import Json
from core.values import to_json as value_to_json
from engine.dmn.decisions import Evaluation
from engine.models.log import DecisionEvaluation
from web.person import current_actor
from web.policies import policy
from work import decisions

bp = APIBlueprint("decisions", __name__, url_prefix="/decisions", tag="Decisions")

#: No decision has more versions; a larger number is no number that a database could look for.
MAX_VERSION = 1_000_000


class Question(Shape):
    variables = Variables(load_default=dict)
    version = Integer(
        load_default=None,
        allow_none=True,
        validate=Range(1, MAX_VERSION),
        metadata={"description": "Without it the latest."},
    )


class MatchedRule(Shape):
    id = String()
    index = Integer(metadata={"description": "From 1, in the order of the table."})


class EvaluationShape(Shape):
    outputs = Raw(metadata={"description": "An object: the value of each output by its name."})
    rules = List(Nested(MatchedRule))
    warnings = List(String())


class LoggedEvaluation(EvaluationShape):
    id = Identifier()
    version = Integer()
    at = Moment()
    by = String()
    inputs = Raw(metadata={"description": "The values of the input columns by their labels."})


@bp.post("/<key>/evaluations")
@policy("decide")
@bp.input(Question, arg_name="body")
@bp.output(EvaluationShape)
@writes
def create_evaluation(session: Session, key: str, body: dict[str, Any]) -> Json:
    """Decide by the latest version of a decision, or by `version`. It is logged."""
    by, version = current_actor(), body["version"]
    return to_json(decisions.evaluate(session, key, body["variables"], by=by, version=version))


@bp.get("/<key>/evaluations")
@policy("decide")
@bp.input(PageQuery, location="query", arg_name="query")
@bp.output(page_of(LoggedEvaluation))
@reads
def list_evaluations(session: Session, key: str, query: dict[str, Any]) -> Json:
    """What was decided outside of processes, newest first: one's own, for who deploys all."""
    return page(partial(decisions.find, session, key, by=current_actor()), logged, **query)


def logged(row: DecisionEvaluation) -> Json:
    return {
        "id": str(row.id),
        "version": row.version,
        "at": moment(row.at),
        "by": row.by,
        "inputs": row.decision["inputs"],
        "outputs": row.decision["outputs"],
        "rules": [{"id": rule, "index": index} for rule, index in row.decision["rules"]],
        "warnings": row.decision["warnings"],
    }


def to_json(evaluation: Evaluation) -> Json:
    return {
        "outputs": value_to_json(evaluation.named),
        "rules": [{"id": rule, "index": index} for rule, index in evaluation.rules],
        "warnings": list(evaluation.warnings),
    }
