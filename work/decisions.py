"""Deciding by a deployed decision, outside of any process."""

import logging
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.model import Json
from core.people import Actor
from core.permissions import allow, may
from engine import deciding, definitions
from engine.dmn import decisions
from engine.dmn.decisions import Evaluation
from engine.models.log import DecisionEvaluation

log = logging.getLogger(__name__)


def evaluate(
    session: Session, key: str, variables: Json, *, by: Actor, version: int | None = None
) -> Evaluation:
    """Decide by a version of a decision, without one by the latest. What went in and came out is
    kept in the database; the server's own log tells ids only.

    Raises DefinitionNotFound, DecisionRefused for one that has mistakes, FeelLimitExceeded.
    """
    allow(by, "decide")
    definition = definitions.numbered(session, "decision", key, version)
    model = decisions.load(deciding.files_of(session, definition))
    evaluation = model.evaluate(key, variables, reads_texts=True)
    about = {"key": key, "definition": str(definition.id), "version": definition.version}
    kept = DecisionEvaluation(
        definition_id=definition.id,
        key=key,
        version=definition.version,
        at=clock.now(),
        by=by.name,
        decision=deciding.details(evaluation, **about),
    )
    session.add(kept)
    session.flush()
    log.info("decided %s", key, extra={**about, "evaluation": str(kept.id)})
    return evaluation


def find(
    session: Session, key: str, *, by: Actor, after: UUID | None = None, limit: int = 50
) -> list[DecisionEvaluation]:
    """Evaluations of a decision, newest first; who may decide sees their own, who deploys all."""
    allow(by, "decide")
    query = select(DecisionEvaluation).where(DecisionEvaluation.key == key)
    if not may(by, "deploy"):
        query = query.where(DecisionEvaluation.by == by.name)
    if after is not None:
        query = query.where(DecisionEvaluation.id < after)
    return list(session.scalars(query.order_by(DecisionEvaluation.id.desc()).limit(limit)))
