"""Deciding by a deployed decision, outside of any process."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.model import Json
from core.people import Actor
from core.permissions import allow
from engine import definitions
from engine.dmn import decisions
from engine.dmn.decisions import Evaluation
from engine.models import Definition


def evaluate(session: Session, key: str, variables: Json, *, by: Actor) -> Evaluation:
    """Decide by the latest version of a decision.

    Raises DefinitionNotFound, DecisionRefused for one that has mistakes, FeelLimitExceeded.
    """
    allow(by, "decide")
    definition = definitions.latest(session, "decision", key)
    return decisions.load(_files(session, definition)).evaluate(key, variables)


def _files(session: Session, definition: Definition) -> dict[str, bytes]:
    """Its file, and the others of its deployment that it may import."""
    together = select(Definition.id, Definition.file).where(
        Definition.kind == "decision", Definition.deployment_id == definition.deployment_id
    )
    ids: dict[str, UUID] = {file: one for one, file in session.execute(together)}
    return {file: definitions.content(session, one) for file, one in ids.items()}
