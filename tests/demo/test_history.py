"""The past of the demo: told by the engine itself, the same every time."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from core import clock
from core.ids import first_id
from core.people import get_person
from demo import history, past, past_note
from demo.company import ZONE
from demo.diaries import Diaries
from demo.seed import seed
from engine import log
from engine.models import Incident, ProcessInstance, ServiceTask, UserTask
from tests.work.desk import associate
from work.days import days_of_team, own_days
from work.floor import board, snapshot
from work.models import Comment, Mail, SlaClock

#: A Thursday at noon in winter.
NOON = datetime(2026, 11, 19, 11, tzinfo=UTC)
DAYS = 8


def test_the_same_past_is_told_every_time():
    first, second = (list(past.cases(NOON, DAYS)) for _ in range(2))

    assert first == second
    assert len({(case.key, case.business_key) for case in first}) == len(first) > 60
    assert {case.key for case in first} == set(past.USUALLY)
    assert all(NOON - timedelta(days=DAYS + 1) < case.at < NOON for case in first)


def test_the_past_is_told_whole_and_the_screens_have_something_to_show(session, tmp_path):
    with clock.stopped_at(NOON):
        seed(session, tmp_path, DAYS)
        assert past_note.asked(tmp_path) == past_note.Asked(NOON, DAYS)
        diaries = Diaries(session)
        for case in past.cases(NOON, DAYS):
            history.tell(session, case, diaries, NOON)
        past_note.done(tmp_path)
        assert past_note.asked(tmp_path) is None

        assert_nothing_is_left_to_do(session)
        assert_people_worked_one_thing_after_the_other(session)
        assert_the_screens_have_something_to_show(session)

        # Whoever was interrupted goes on where they were.
        count = select(func.count()).select_from(ProcessInstance)
        before = session.scalar(count)
        for case in past.cases(NOON, DAYS):
            history.tell(session, case, diaries, NOON)
        assert session.scalar(count) == before


def assert_nothing_is_left_to_do(session):
    cases = session.scalars(select(ProcessInstance).where(ProcessInstance.started_at < NOON)).all()
    ids = [case.id for case in cases]

    states = [case.state for case in cases]
    assert states.count("completed") > len(states) / 2
    assert session.scalar(select(func.count()).select_from(Incident)) == 0
    overdue = select(func.count()).where(
        ServiceTask.instance_id.in_(ids),
        ServiceTask.state == "open",
        ServiceTask.not_before < NOON - timedelta(minutes=10),
    )
    assert session.scalar(overdue) == 0
    assert session.scalar(select(func.count()).where(Mail.state == "waiting")) == 0
    unfollowed = ProcessInstance.id.in_(ids), ProcessInstance.clocks_at.is_not(None)
    assert session.scalar(select(func.count()).where(*unfollowed)) == 0
    for case in cases[:20]:
        assert first_id(case.started_at) <= case.id < first_id(case.started_at + timedelta(hours=1))
        entries = log.entries(session, case.id, limit=200)
        moments = [entry.at for entry in entries if entry.kind != "sla"]
        assert moments == sorted(moments)


def assert_people_worked_one_thing_after_the_other(session):
    query = select(UserTask).where(UserTask.state == "completed").order_by(UserTask.claimed_at)
    ada = session.scalars(query.where(UserTask.assignee == "ada")).all()

    assert len(ada) > 3
    assert all(one.completed_at <= other.claimed_at for one, other in pairwise(ada))
    hours = [task.claimed_at.astimezone(ZoneInfo(ZONE)).hour for task in ada]
    assert all(7 <= hour < 20 for hour in hours)
    assert all(task.class_id is not None for task in ada)


def assert_the_screens_have_something_to_show(session):
    zone, lea = ZoneInfo(ZONE), get_person(session, "lea").as_actor()

    assert {"met", "missed", "paused", "running"} <= set(session.scalars(select(SlaClock.state)))
    assert set(session.scalars(select(SlaClock.level))) == {"case", "stage", "task"}
    assert len(days_of_team(session, "customer_service", zone, by=lea).before) >= DAYS - 1
    assert own_days(session, zone, by=associate("ada")).usual_done
    floor = board.of(snapshot.take(session), lea)
    assert {row.name for row in floor.queues} == {"customer_service", "credit", "billing"}
    assert floor.totals.in_hand
    assert session.scalar(select(func.count()).select_from(Comment))
    assert floor.plan.days


@pytest.mark.parametrize("text", ["-1", "many", "121", ""])
def test_days_that_cannot_be_are_refused(text):
    with pytest.raises(history.DaysInvalid):
        history.days_of(text)


def test_none_is_a_number_of_days():
    assert history.days_of("0") == 0
