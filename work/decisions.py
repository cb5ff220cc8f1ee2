"""Deciding by a deployed decision, outside of any process."""

from sqlalchemy.orm import Session

from core.model import Json
from core.people import Actor
from core.permissions import allow
from engine import deciding, definitions
from engine.dmn import decisions
from engine.dmn.decisions import Evaluation


def evaluate(session: Session, key: str, variables: Json, *, by: Actor) -> Evaluation:
    """Decide by the latest version of a decision.

    Raises DefinitionNotFound, DecisionRefused for one that has mistakes, FeelLimitExceeded.
    """
    allow(by, "decide")
    definition = definitions.latest(session, "decision", key)
    return decisions.load(deciding.files_of(session, definition)).evaluate(key, variables)
