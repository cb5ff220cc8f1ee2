"""Earlier texts of scenarios: kept when one is replaced, and gone back to."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core import clock
from core.errors import NotFound
from core.people import Actor
from designer.scenario_models import KeptScenario, ScenarioText

#: Of one scenario; the oldest go.
MAX_KEPT = 20


class TextNotFound(NotFound):
    """The scenario has no such earlier text."""


def of_scenario(session: Session, kept: KeptScenario) -> list[ScenarioText]:
    """The earlier texts of a scenario, the newest first."""
    query = select(ScenarioText).where(ScenarioText.scenario_id == kept.id)
    return list(session.scalars(query.order_by(ScenarioText.id.desc()).limit(MAX_KEPT)))


def counts(session: Session, kept: Iterable[KeptScenario]) -> dict[UUID, int]:
    """How many earlier texts scenarios have, by id; those without are left out."""
    ids = [each.id for each in kept]
    query = select(ScenarioText.scenario_id, func.count()).where(ScenarioText.scenario_id.in_(ids))
    return dict(session.execute(query.group_by(ScenarioText.scenario_id)).all())


def replace(session: Session, kept: KeptScenario, content: str, *, by: Actor) -> None:
    """Give a scenario another text; the one it has is kept, and how that went is forgotten."""
    if kept.content != content:
        earlier = ScenarioText(
            scenario_id=kept.id,
            content=kept.content,
            written_at=kept.updated_at,
            written_by=kept.updated_by,
        )
        session.add(earlier)
        session.flush()
        _forget_oldest(session, kept)
        kept.ran_at = kept.passed = kept.failure = kept.failed_at = None
    kept.content, kept.updated_at, kept.updated_by = content, clock.now(), by.name
    session.flush()


def restore(session: Session, kept: KeptScenario, text_id: UUID, *, by: Actor) -> None:
    """Go back to an earlier text; the present one becomes the newest of the earlier ones.

    Raises TextNotFound.
    """
    found = session.get(ScenarioText, text_id)
    if found is None or found.scenario_id != kept.id:
        raise TextNotFound(text_id=str(text_id))
    content = found.content
    session.delete(found)
    replace(session, kept, content, by=by)


def _forget_oldest(session: Session, kept: KeptScenario) -> None:
    ids = [text.id for text in of_scenario(session, kept)]
    if len(ids) == MAX_KEPT:
        older = (ScenarioText.scenario_id == kept.id, ScenarioText.id < ids[-1])
        session.execute(delete(ScenarioText).where(*older))
