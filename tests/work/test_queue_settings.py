from datetime import timedelta

import pytest

from core.calendars import CalendarNotFound
from core.permissions import NotAllowed
from engine import deployments, incidents, user_tasks
from engine.errors import DefinitionNotFound
from tests.work.desk import arrive, deploy
from work import queue_settings, queues, sorting
from work.errors import QueueInvalid
from work.models import WorkClass
from work.queue_settings import Settings

GROUP = "customer_service"


OUTPUTS = ("weight", "target", "handling", "skills")


def table(*rules: tuple[str, ...], outputs: tuple[str, ...] = OUTPUTS) -> bytes:
    """A decision `order` that reads `class` and gives weight, target, handling and skills."""
    rows = "".join(
        f'<rule id="r{n}"><inputEntry id="i{n}"><text>{rule[0]}</text></inputEntry>'
        + "".join(
            f'<outputEntry id="o{n}_{i}"><text>{text}</text></outputEntry>'
            for i, text in enumerate(rule[1:])
        )
        + "</rule>"
        for n, rule in enumerate(rules)
    )
    columns = "".join(f'<output id="{name}" name="{name}"/>' for name in outputs)
    return f"""<?xml version="1.0"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
  namespace="urn:test"><decision id="order" name="order"><decisionTable id="t" hitPolicy="FIRST">
  <input id="in"><inputExpression id="ie"><text>class</text></inputExpression></input>
  {columns}{rows}
  </decisionTable></decision></definitions>""".encode()


RULES = table(
    ('"gold"', "10", 'duration("PT2H")', '"PT30M"', '"gas:2"'),
    ("-", "1", "null", "null", "null"),
)


@pytest.fixture
def claims(session, clock_at):
    deploy(session)


@pytest.fixture
def ruled(session, claims, lea, root):
    """A queue whose rules say more of gold."""
    deployments.deploy(session, {"order.dmn": RULES}, by=root)
    return queue_settings.put(session, GROUP, Settings(rules="order"), by=lea)


def classes(session):
    return {each.category: each for each in session.query(WorkClass)}


def test_rules_set_weight_target_handling_time_and_skills_per_class(session, ruled, ada):
    gold, plain = arrive(session, tier="gold"), arrive(session)

    sorting.take_in(session)

    found = classes(session)["gold"]
    assert (found.weight, found.target_seconds, found.handle_seconds) == (10, 7200, 1800)
    assert found.skills == ["gas:2"]
    assert gold.rank_at == gold.created_at + timedelta(hours=2)
    assert queues.give_next(session, by=ada).task is plain
    assert queues.give_next(session, by=ada) is None


def test_a_new_version_of_the_rules_holds_for_what_waits(session, ruled, root):
    gold = arrive(session, tier="gold")
    sorting.take_in(session)
    newer = table(("-", "2", 'duration("PT4H")', "null", "null"))

    deployments.deploy(session, {"order.dmn": newer}, by=root)
    queue_settings.rule_all(session)
    sorting.take_in(session)

    found = classes(session)["gold"]
    assert (found.weight, found.skills, found.is_handle_ruled) == (2, [], False)
    assert gold.rank_at == gold.created_at + timedelta(hours=4)


@pytest.mark.parametrize("weight", ["-1", '"heavy"', "1 / 0 = 1"])
def test_rules_that_fail_leave_the_defaults_and_an_incident(session, ruled, root, ada, weight):
    task = arrive(session)
    sorting.take_in(session)
    deployments.deploy(
        session, {"order.dmn": table(("-", weight, '"soon"', "null", "null"))}, by=root
    )

    queue_settings.rule_all(session)
    queue_settings.rule_all(session)

    (incident,) = incidents.find(session, by=root)
    assert (incident.kind, incident.instance_id) == ("rules", task.instance_id)
    assert "order" in incident.message
    assert ruled.rules_problem
    assert classes(session)[None].weight == 1
    assert queues.give_next(session, by=ada).task is task


def test_mended_rules_hold_again(session, ruled, root):
    arrive(session, tier="gold")
    sorting.take_in(session)
    broken = table(("-", "-1", "null", "null", "null"))
    deployments.deploy(session, {"order.dmn": broken}, by=root)
    queue_settings.rule_all(session)

    deployments.deploy(session, {"order.dmn": RULES}, by=root)
    queue_settings.rule_all(session)

    assert ruled.rules_problem is None
    assert classes(session)["gold"].weight == 10


def test_another_target_moves_what_waits(session, claims, lea):
    task = arrive(session)
    sorting.take_in(session)

    queue_settings.put(session, GROUP, Settings(target_seconds=3600), by=lea)
    sorting.take_in(session)

    assert task.rank_at == task.created_at + timedelta(hours=1)


def test_classes_learn_how_long_their_work_takes(session, claims, ada, clock_at):
    for minutes in range(1, 13):
        clock_at(minutes=60 * (minutes % 6))
        task = arrive(session)
        given = queues.give_next(session, by=ada)
        clock_at(minutes=60 * (minutes % 6) + 6)
        user_tasks.complete(session, given.task.id, {}, by=ada)
        assert given.task is task

    queue_settings.learn(session)

    assert classes(session)[None].handle_seconds == 360


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        (Settings(mode="round_robin"), QueueInvalid),
        (Settings(offer_seconds=1), QueueInvalid),
        (Settings(shared_limit=0), QueueInvalid),
        (Settings(in_hand_limit=0), QueueInvalid),
        (Settings(target_seconds=1), QueueInvalid),
        (Settings(calendar="nowhere"), CalendarNotFound),
        (Settings(rules="nothing"), DefinitionNotFound),
    ],
)
def test_wrong_settings_are_refused(session, lea, settings, error):
    with pytest.raises(error):
        queue_settings.put(session, GROUP, settings, by=lea)


def test_associates_leave_queues_alone(session, claims, ada, lea):
    arrive(session)
    sorting.take_in(session)

    assert [each.group_name for each in queue_settings.find(session, by=lea)] == [GROUP]
    assert queue_settings.get(session, GROUP, by=ada).mode == "open"
    with pytest.raises(NotAllowed):
        queue_settings.put(session, GROUP, Settings(), by=ada)
