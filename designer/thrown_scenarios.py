"""Scenarios that were thrown away: kept with their earlier texts until they are brought back."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock
from core.people import Actor
from designer import scenarios
from designer.scenario_models import KeptScenario

#: Of one process; those thrown away longest ago go for good.
MAX_THROWN = 50


def of_process(session: Session, process_key: str) -> list[KeptScenario]:
    """What was thrown away of a process, the last first."""
    query = select(KeptScenario).where(*_thrown(process_key))
    order = (KeptScenario.thrown_at.desc(), KeptScenario.id.desc())
    return list(session.scalars(query.order_by(*order)))


def count(session: Session, process_key: str) -> int:
    """How many scenarios of a process can be brought back."""
    query = select(func.count()).select_from(KeptScenario).where(*_thrown(process_key))
    return session.scalar(query) or 0


def throw_away(session: Session, scenario_id: UUID, *, by: Actor) -> KeptScenario:
    """Take a scenario from its process; it can be brought back. Raises ScenarioNotFound."""
    kept = scenarios.get(session, scenario_id)
    kept.thrown_at, kept.thrown_by = clock.now(), by.name
    # The process may change meanwhile: how it went then would say nothing any more.
    kept.ran_at = kept.passed = kept.failure = kept.failed_at = None
    session.flush()
    _forget(session, of_process(session, kept.process_key)[MAX_THROWN:])
    return kept


def bring_back(session: Session, scenario_id: UUID, *, by: Actor) -> KeptScenario:
    """Give a scenario back to its process as it was thrown away, with its earlier texts.

    Raises ScenarioNotFound, also for one that lies there no more, and TooManyScenarios.
    """
    kept = session.get(KeptScenario, scenario_id)
    if kept is None or kept.thrown_at is None:
        raise scenarios.ScenarioNotFound(scenario_id=str(scenario_id))
    scenarios.require_room(session, kept.process_key)
    kept.thrown_at = kept.thrown_by = None
    session.flush()
    return kept


def _thrown(process_key: str) -> tuple[object, object]:
    return KeptScenario.process_key == process_key, KeptScenario.thrown_at.is_not(None)


def _forget(session: Session, oldest: Iterable[KeptScenario]) -> None:
    for each in oldest:
        session.delete(each)
    session.flush()
