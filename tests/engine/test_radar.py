"""The stall radar's rounds: a page at a time, shared by schedulers, no write for nothing."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from core.db import reading
from core.people import SYSTEM
from engine import instances, jobs, radar, service_tasks, stalls, user_tasks
from engine.models import RadarRound, ServiceTask, Stall
from tests.build import process
from tests.conftest import engine_for
from tests.radar import look

QUICK = '<work:expect wait="PT1H"/>'
DRAWING = process("p").user_task("x", settings=QUICK).end()


@contextmanager
def statements(session):
    """The statements that are sent meanwhile."""
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement.split()[0].upper())

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_a_round_goes_through_all_open_cases_a_page_at_a_time(session, start, clock_at):
    ids = [start(DRAWING).id for _ in range(5)]
    instances.cancel(session, ids[1], "enough", by=SYSTEM)
    pages = []
    for seconds in range(3):
        clock_at(seconds=seconds)
        pages.append(radar.next_cases(session, limit=2))

    assert pages == [[ids[0], ids[2]], [ids[3], ids[4]], []]
    assert session.get_one(RadarRound, RadarRound.ONLY).took_seconds == 2


def test_the_next_round_begins_a_while_later_also_when_the_clock_was_set_back(
    session, start, clock_at
):
    one = start(DRAWING).id
    first = radar.next_cases(session)
    clock_at(seconds=19)
    early = radar.is_time(session), radar.next_cases(session)
    clock_at(hours=-1)
    back = radar.is_time(session), radar.next_cases(session)
    clock_at(hours=-1, seconds=21)

    assert (first, early, back) == ([one], (False, []), (True, [one]))
    assert radar.next_cases(session) == [one]


def test_cases_that_wait_as_they_should_cost_reads_only_and_those_together(
    session, start, clock_at
):
    few = [start(DRAWING).id for _ in range(2)]
    many = few + [start(DRAWING).id for _ in range(20)]
    session.commit()
    session.expunge_all()
    radar.look(session, few)
    session.expunge_all()

    with statements(session) as for_few:
        radar.look(session, few)
    session.expunge_all()
    with statements(session) as for_many:
        looked = radar.look(session, many)

    assert looked == radar.Looked((), ())
    assert len(for_many) == len(for_few) <= 8
    assert set(for_many) == {"SELECT"}


def test_what_is_known_already_is_not_written_again(session, start, clock_at):
    ids = [start(DRAWING).id]
    clock_at(hours=2)
    look(session)

    assert radar.look(session, ids).findings == ()


def test_a_reason_that_changes_is_told_anew_in_the_same_row(session, start, clock_at):
    settings = '<work:expect wait="PT1M"/>'
    drawing = process("p").service_task(
        "x", connector="http", inputs={"url": "a"}, settings=settings
    )
    instance = start(drawing.end())
    clock_at(minutes=2)
    look(session)
    before = session.query(Stall).one()
    reason, noticed_at = before.reason, before.noticed_at

    task = session.query(ServiceTask).one()
    service_tasks.take(session, task.id, worker="worker@a")
    clock_at(minutes=2, seconds=21)
    look(session)

    session.expire_all()
    [after] = session.query(Stall).filter_by(instance_id=instance.id)
    assert (reason, after.reason) == ("Nobody has made the call yet.", "worker@a is at attempt 1.")
    assert (after.id, after.noticed_at) == (before.id, noticed_at)


def test_a_case_that_was_moved_meanwhile_is_left_alone(session, start, clock_at, ada):
    instance = start(process("p").user_task("x", settings=QUICK).user_task("y").end())
    clock_at(hours=2)
    looked = radar.look(session, [instance.id])
    [task] = user_tasks.find(session, by=ada)
    user_tasks.complete(session, task.id, {}, by=ada)

    radar.note(session, looked.findings)

    assert len(looked.findings) == 1
    assert session.query(Stall).count() == 0
    assert instance.stalls == 0


def test_the_scheduler_shares_rounds_and_stores_what_it_found(session, start, clock_at, edge, olga):
    for _ in range(3):
        start(DRAWING)
    session.commit()
    clock_at(hours=2)

    jobs.look_at_cases()
    jobs.look_at_cases()

    session.expire_all()
    assert len(stalls.find(session, by=olga)) == 3
    with reading() as other:
        assert other.get_one(RadarRound, RadarRound.ONLY).took_seconds == 0


def test_a_page_that_another_scheduler_has_is_skipped(session, start, database_url):
    if database_url.startswith("sqlite"):
        pytest.skip("one writer at a time needs no lock")
    start(DRAWING)
    session.commit()
    radar.next_cases(session)
    session.commit()
    engine = engine_for(database_url)
    with engine.connect() as other:
        other.exec_driver_sql("SELECT * FROM radar_round FOR UPDATE")

        assert radar.next_cases(session) == []

        other.rollback()
    engine.dispose()


def test_two_that_begin_at_once_make_one_row(session, start, database_url, monkeypatch):
    start(DRAWING)
    session.commit()
    radar.next_cases(session)
    session.commit()
    session.expunge_all()
    monkeypatch.setattr(session, "get", lambda *_: None)

    assert radar.next_cases(session) == []
