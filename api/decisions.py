"""Deciding by a deployed decision table."""

from typing import Any

from apiflask import APIBlueprint
from marshmallow.fields import Raw
from sqlalchemy.orm import Session

from api.answers import reads
from api.fields import Integer, List, Nested, Shape, String, Variables
from core.model import Json
from core.values import to_json as value_to_json
from engine.dmn.decisions import Evaluation
from web.person import current_actor
from web.policies import policy
from work import decisions

bp = APIBlueprint("decisions", __name__, url_prefix="/decisions", tag="Decisions")


class Question(Shape):
    variables = Variables(load_default=dict)


class MatchedRule(Shape):
    id = String()
    index = Integer(metadata={"description": "From 1, in the order of the table."})


class EvaluationShape(Shape):
    outputs = Raw(metadata={"description": "An object: the value of each output by its name."})
    rules = List(Nested(MatchedRule))
    warnings = List(String())


@bp.post("/<key>/evaluations")
@policy("decide")
@bp.input(Question, arg_name="body")
@bp.output(EvaluationShape)
@reads
def create_evaluation(session: Session, key: str, body: dict[str, Any]) -> Json:
    """Decide by the latest version of a decision. Stores nothing."""
    return to_json(decisions.evaluate(session, key, body["variables"], by=current_actor()))


def to_json(evaluation: Evaluation) -> Json:
    return {
        "outputs": value_to_json(evaluation.named),
        "rules": [{"id": rule, "index": index} for rule, index in evaluation.rules],
        "warnings": list(evaluation.warnings),
    }
