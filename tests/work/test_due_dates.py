from datetime import UTC, datetime

import pytest

from core import calendars
from core.calendars import CalendarInUse, Wanted
from engine import deployments, instances, user_tasks
from tests.build import process
from work import due_dates

LATE_SHIFT = Wanted(zone="UTC", week=((("12:00", "20:00"),),) * 5 + ((), ()))


@pytest.fixture
def task(session, root, clock_at):
    """A task that is due after a day of the office's business time."""
    drawing = process("review").user_task("look", due="P1D", schedule={"calendar": "office"}).end()
    deployments.deploy(session, {"review.bpmn": drawing}, by=root)
    instance = instances.start(session, key="review", by=root)
    (task,) = user_tasks.find(session, by=root, instance_id=instance.id)
    return task


def test_due_dates_follow_a_change_of_their_calendar(session, root, task):
    assert not due_dates.has_stale(session)

    calendars.put(session, "office", LATE_SHIFT, by=root)

    assert due_dates.has_stale(session)
    assert due_dates.follow(session) == 1
    assert task.due_at == datetime(2026, 1, 5, 20, tzinfo=UTC)
    assert not due_dates.has_stale(session)
    assert due_dates.follow(session) == 0


def test_due_dates_follow_what_their_calendar_is_based_on(session, root, task):
    calendars.put(session, "site", LATE_SHIFT, by=root)
    calendars.put(session, "office", Wanted(based_on="site"), by=root)
    due_dates.follow(session)

    early = Wanted(zone="UTC", week=((("06:00", "14:00"),),) * 5 + ((), ()))
    calendars.put(session, "site", early, by=root)
    due_dates.follow(session)

    assert task.due_at == datetime(2026, 1, 6, 9, tzinfo=UTC)


def test_closed_tasks_keep_their_dates(session, root, task):
    due_at = task.due_at
    user_tasks.complete(session, task.id, {}, by=root)

    calendars.put(session, "office", LATE_SHIFT, by=root)

    assert not due_dates.has_stale(session)
    assert task.due_at == due_at


def test_a_calendar_in_which_open_tasks_count_stays(session, root, task):
    calendars.put(session, "office", LATE_SHIFT, by=root)

    with pytest.raises(CalendarInUse):
        due_dates.remove_calendar(session, "office", by=root)
    user_tasks.complete(session, task.id, {}, by=root)
    due_dates.remove_calendar(session, "office", by=root)
