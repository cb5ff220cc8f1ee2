"""Deciding by a deployed decision, outside of any process."""

import logging

from sqlalchemy.orm import Session

from core.model import Json
from core.people import Actor
from core.permissions import allow
from engine import deciding, definitions
from engine.dmn import decisions
from engine.dmn.decisions import Evaluation

log = logging.getLogger(__name__)


def evaluate(session: Session, key: str, variables: Json, *, by: Actor) -> Evaluation:
    """Decide by the latest version of a decision. It is written to the log of the server.

    Raises DefinitionNotFound, DecisionRefused for one that has mistakes, FeelLimitExceeded.
    """
    allow(by, "decide")
    definition = definitions.latest(session, "decision", key)
    evaluation = decisions.load(deciding.files_of(session, definition)).evaluate(key, variables)
    about = {"key": key, "definition": str(definition.id), "version": definition.version}
    log.info("decided %s for %s", key, by.name, extra=deciding.details(evaluation, **about))
    return evaluation
