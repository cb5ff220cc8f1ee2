"""Heat maps: what the execution log says about each element, on SQLite and PostgreSQL."""

import pytest

from core import clock
from core.errors import Forbidden
from core.people import SYSTEM, Actor
from engine import deployments, instances, user_tasks
from engine.models import ProcessGrant
from insights import heat
from insights.heat import HeatInvalid, heat_map
from tests.build import each, process

DRAWING = (
    process("claim", name="Claim")
    .user_task("check", due="PT2H")
    .exclusive_gateway("enough")
    .when("=again")
    .to("check")
    .at("enough")
    .otherwise()
    .end("done")
)


def deploy(session, drawing=DRAWING):
    return deployments.deploy(session, {"claim.bpmn": bytes(drawing)}, by=SYSTEM).definitions[0]


def finish(session, instance, *, again, by):
    [task] = user_tasks.find(session, by=by, instance_id=instance.id, state="open")
    user_tasks.complete(session, task.id, {"again": again}, by=by)


@pytest.fixture
def played(session, clock_at, root):
    """Three cases: waits of 1, 3 and 5 hours at the check; the last one came back for an hour."""
    deploy(session)
    found = [instances.start(session, key="claim", by=root) for _ in range(3)]
    for hours, instance in zip((1, 3, 5), found, strict=True):
        clock_at(hours=hours)
        finish(session, instance, again=hours == 5, by=root)
    clock_at(hours=6)
    finish(session, found[2], again=False, by=root)
    return found


def test_visits_waits_rework_and_lateness_are_counted(session, played, root, clock_at):
    clock_at(hours=7)

    found = heat_map(session, "claim", days=1, by=root)

    check, start = found.elements["check"], found.elements["start"]
    assert found.cases == 3
    assert (check.visits, check.cases, check.repeated, check.finished) == (4, 3, 1, 4)
    assert check.wait_seconds_p50 == pytest.approx(3600, abs=0.01)
    assert check.wait_seconds_p90 == pytest.approx(5 * 3600, abs=0.01)
    assert (check.due, check.late, check.late_share) == (4, 2, 0.5)
    assert check.rework_share == pytest.approx(1 / 3)
    assert (start.visits, start.wait_seconds_p50, start.late_share) == (3, None, None)
    assert found.elements["enough"].visits == 4
    assert sorted(found.flows.values()) == [1, 3, 3, 4]
    assert not found.is_cut


def test_only_the_period_counts_and_a_wait_is_whole_though_it_began_before(
    session, played, root, clock_at
):
    clock_at(hours=24 + 2)

    found = heat_map(session, "claim", days=1, by=root)

    check = found.elements["check"]
    assert (found.cases, check.visits, check.finished) == (2, 1, 3)
    assert check.wait_seconds_p90 == pytest.approx(5 * 3600, abs=0.01)


def test_one_version_may_be_asked_for(session, played, root):
    deploy(session, process("claim").user_task("check").end())
    instances.start(session, key="claim", by=root)

    assert heat_map(session, "claim", days=1, version=2, by=root).cases == 1
    assert heat_map(session, "claim", days=1, version=1, by=root).cases == 3
    assert heat_map(session, "claim", days=1, by=root).cases == 4


def test_items_of_a_repeated_task_are_one_visit_and_no_rework(session, root, clock_at):
    deploy(session, process("claim").user_task("check", loop=each("=[1, 2]")).end())
    instance = instances.start(session, key="claim", by=root)
    clock_at(hours=1)
    for task in user_tasks.find(session, by=root, instance_id=instance.id, state="open"):
        user_tasks.complete(session, task.id, {}, by=root)

    check = heat_map(session, "claim", days=1, by=root).elements["check"]

    assert (check.visits, check.cases, check.repeated, check.finished) == (1, 1, 0, 2)


def test_a_person_sees_what_their_cases_did(session, played, root):
    grace = Actor("grace", frozenset({"analyst"}), frozenset(), "person")

    assert heat_map(session, "claim", days=1, by=grace).elements == {}

    session.add(ProcessGrant(key="claim", actor="grace", granted_at=clock.now(), granted_by="olga"))
    session.flush()
    assert heat_map(session, "claim", days=1, by=grace).cases == 3


def test_nobody_without_a_role_sees_any(session):
    with pytest.raises(Forbidden):
        heat_map(session, "claim", days=1, by=Actor("eve", frozenset(), frozenset(), "person"))


@pytest.mark.parametrize("days", [0, 367])
def test_a_period_has_limits(session, root, days):
    with pytest.raises(HeatInvalid):
        heat_map(session, "claim", days=days, by=root)


def test_of_very_much_history_the_newest_counts(session, played, root, monkeypatch):
    monkeypatch.setattr(heat, "MAX_ENTRIES", 8)

    found = heat_map(session, "claim", days=1, by=root)

    assert found.is_cut
    assert found.elements["check"].finished == 2
