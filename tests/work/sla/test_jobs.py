"""The scheduler's turns: what is broken holds nothing else up, and work survives restarts."""

from typing import Any

import pytest
from sqlalchemy import select, update

from core.db import reading, transaction
from core.outbox import take_rings
from core.people import SYSTEM
from engine import deployments, instances
from engine.models import Incident, ProcessInstance
from tests.work.sla.claims import claims, sla
from work.models import LearnedPath, SlaCase, SlaClock
from work.sla import jobs


@pytest.fixture
def cases(app: Any, clock_at: Any) -> list[Any]:
    """Two cases with a clock of four hours."""
    with transaction() as session:
        drawing = claims(sla(name="Settle", target="PT4H", pause="none"))
        deployments.deploy(session, {"claims.bpmn": drawing}, by=SYSTEM)
        found = [
            instances.start(session, key="claims", variables={"no": number}, by=SYSTEM).id
            for number in ("1", "2")
        ]
    jobs.keep()
    return found


def clocks() -> list[SlaClock]:
    with reading() as session:
        return list(session.scalars(select(SlaClock).order_by(SlaClock.id)))


def test_a_turn_follows_and_fires_what_is_due(cases: Any, clock_at: Any) -> None:
    assert [each.condition for each in clocks()] == ["on_track", "on_track"]
    clock_at(hours=5)

    jobs.keep()
    jobs.keep()

    assert [each.condition for each in clocks()] == ["breached", "breached"]
    with reading() as session:
        marked = select(ProcessInstance).where(ProcessInstance.clocks_at.is_not(None))
        assert session.scalars(marked).all() == []


def test_a_clock_that_cannot_be_fired_holds_up_no_other(cases: Any, clock_at: Any) -> None:
    with transaction() as session:
        wrong = update(SlaClock).where(SlaClock.instance_id == cases[0]).values(position=9)
        session.execute(wrong)
    clock_at(hours=5)

    jobs.keep()
    jobs.keep()

    first, second = clocks()
    assert (first.condition, first.next_at) == ("on_track", None)
    assert second.condition == "breached"
    with reading() as session:
        (incident,) = session.scalars(select(Incident))
        assert (incident.kind, incident.instance_id) == ("service_level", cases[0])


def test_a_case_that_cannot_be_followed_holds_up_no_other(cases: Any, clock_at: Any) -> None:
    with transaction() as session:
        broken = {"7": ["check"]}
        session.execute(
            update(SlaCase).where(SlaCase.instance_id == cases[0]).values(standing=broken)
        )
        for each in cases:
            instances.set_variables(session, each, {"no": "9"}, by=SYSTEM)

    jobs.keep()

    with reading() as session:
        (incident,) = session.scalars(select(Incident))
        assert incident.instance_id == cases[0]
        marked = select(ProcessInstance).where(ProcessInstance.clocks_at.is_not(None))
        assert session.scalars(marked).all() == []


def test_processes_with_clocks_are_learned_by_workers(cases: Any, clock_at: Any) -> None:
    with transaction() as session:
        for each in cases:
            instances.cancel(session, each, "no more", by=SYSTEM)
        take_rings(session)
    jobs.learn_paths()
    jobs.learn_path("claims")
    jobs.predict()
    jobs.follow_calendars()

    with reading() as session:
        assert session.scalars(select(LearnedPath)).all() == []
