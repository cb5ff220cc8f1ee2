from datetime import UTC, datetime, timedelta

import pytest

from core import calendars
from core.calendars import Wanted
from engine import deployments, incidents, instances, schedules, user_tasks
from tests.build import process

#: Monday 5 January 2026, 09:00 UTC, is when the tests' clock stands: the office opens.
OFFICE = calendars.Calendar.of("office", calendars.kept.BUILT_IN, 0)
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


def start(session, by, **settings):
    drawing = process("review").user_task("look", **settings).end()
    deployments.deploy(session, {"review.bpmn": drawing}, by=by)
    instance = instances.start(session, key="review", variables={"days": 3}, by=by)
    return instance, user_tasks.find(session, by=by, instance_id=instance.id)


def test_durations_of_a_calendar_are_business_time(session, root, clock_at):
    schedule = {"calendar": "office", "remind": "PT12H", "followUp": '=duration("P1D")'}

    _, (task,) = start(session, root, due="P5D", schedule=schedule)

    assert task.due_at == datetime(2026, 1, 9, 17, tzinfo=UTC)
    assert task.remind_at == datetime(2026, 1, 6, 13, tzinfo=UTC)
    assert task.follow_up_at == datetime(2026, 1, 5, 17, tzinfo=UTC)
    assert task.calendar == "office"
    assert task.schedule == {"due": "P5D", "remind": "PT12H", "follow_up": "P1DT0S"}


def test_without_a_calendar_time_is_plain(session, root, clock_at):
    _, (task,) = start(session, root, due="P5D")

    assert task.due_at == MONDAY + timedelta(days=5)
    assert (task.calendar, task.schedule) == (None, None)


def test_a_calendar_that_is_not_there_is_an_incident_until_somebody_makes_it(
    session, root, clock_at
):
    instance, tasks = start(session, root, due="P1D", schedule={"calendar": "nowhere"})
    (incident,) = incidents.find(session, by=root, instance_id=instance.id)

    assert tasks == []
    assert "nowhere" in incident.message
    calendars.put(session, "nowhere", Wanted(based_on="office"), by=root)
    incidents.retry(session, incident.id, by=root)
    (task,) = user_tasks.find(session, by=root, instance_id=instance.id)
    assert task.due_at == datetime(2026, 1, 5, 17, tzinfo=UTC)


def test_a_calendar_that_never_opens_is_an_incident(session, root, clock_at):
    calendars.put(session, "never", Wanted(zone="UTC", week=((),) * 7), by=root)

    instance, tasks = start(session, root, due="P1D", schedule={"calendar": "never"})

    assert tasks == []
    assert len(incidents.find(session, by=root, instance_id=instance.id)) == 1


@pytest.mark.parametrize(
    ("promised", "hours"),
    [("P1D", 8), ("PT12H", 28), ("-PT1H", -65), (timedelta(hours=1), 1), ("P1M", 31 * 24)],
)
def test_durations_mean_work_as_written(promised, hours):
    assert schedules.moment(promised, MONDAY, OFFICE) == MONDAY + timedelta(hours=hours)


def test_what_is_no_moment_is_none():
    for nonsense in ("soon", "P", True, 7, [1]):
        assert schedules.moment(nonsense, MONDAY, OFFICE) is None


def test_what_the_model_says_for_the_order_of_work_is_kept(session, root, clock_at):
    _, (task,) = start(
        session,
        root,
        assignment={"affinity": "case", "skills": "gas:2, german"},
        priority={"class": '="gold"', "weight": "=days * 2"},
    )

    assert (task.category, task.weight, task.affinity) == ("gold", 6.0, "case")
    assert task.skills == ["gas:2", "german"]


@pytest.mark.parametrize("weight", ["-1", "0", "=1/0", "much", '="2"'])
def test_only_positive_numbers_are_weights(session, root, clock_at, weight):
    _, (task,) = start(session, root, priority={"weight": weight})

    assert task.weight == (2.0 if weight == '="2"' else None)
