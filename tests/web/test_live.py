import json
import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from core.db import transaction
from core.people import SYSTEM
from engine import user_tasks
from tests.browsing import signed_in
from tests.build import process
from tests.conftest import actor
from tests.screens import casework
from web import live
from web.live import Broadcaster, DesksFull
from work.changes import Change

ADA = actor("ada", groups=("billing",))
BOB = actor("bob", groups=("people",))
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def change(*groups, **options):
    from core.ids import new_id

    return Change(new_id(), uuid4(), uuid4(), frozenset(groups), **options)


@pytest.fixture
def broadcaster():
    """One that finds what the test puts into `found`."""
    found: list[Change] = []
    made = Broadcaster(lambda: list(found), limit=3)
    made.found = found
    yield made
    made.close()
    for each in list(made._open):
        made.unsubscribe(each)
    for thread in threading.enumerate():
        if thread.name == "live":
            thread.join(5)


def test_a_desk_hears_of_what_concerns_it_once(broadcaster):
    desk, other = broadcaster.subscribe(ADA, LONG_AGO), broadcaster.subscribe(BOB, LONG_AGO)
    one = change("billing")

    broadcaster.found.append(one)

    assert desk.wait(5) == [one]
    assert desk.wait(1.2) == []
    assert other.wait(0) == []


def test_what_happened_before_the_page_was_made_is_known(broadcaster):
    broadcaster.found.append(change("billing"))

    desk = broadcaster.subscribe(ADA, datetime.now(UTC) + timedelta(seconds=10))

    assert desk.wait(1.2) == []


def test_what_happened_since_the_page_was_made_is_told_at_once(broadcaster):
    first = broadcaster.subscribe(ADA, LONG_AGO)
    one = change("billing")
    broadcaster.found.append(one)
    assert first.wait(5) == [one]

    assert broadcaster.subscribe(ADA, LONG_AGO).wait(0) == [one]


def test_the_thread_ends_with_the_last_desk(broadcaster):
    desk = broadcaster.subscribe(ADA, LONG_AGO)
    (thread,) = [each for each in threading.enumerate() if each.name == "live"]

    broadcaster.unsubscribe(desk)

    thread.join(5)
    assert not thread.is_alive()


def test_there_is_a_limit_and_a_reload_does_not_use_it_up(broadcaster, monkeypatch):
    monkeypatch.setattr(live, "STREAMS_A_PERSON", 2)
    first = broadcaster.subscribe(ADA, LONG_AGO)
    broadcaster.subscribe(ADA, LONG_AGO)
    broadcaster.subscribe(ADA, LONG_AGO)
    assert first.is_closed

    broadcaster.subscribe(BOB, LONG_AGO)
    with pytest.raises(DesksFull):
        broadcaster.subscribe(actor("eve"), LONG_AGO)


def test_a_database_that_is_away_for_a_moment_ends_no_stream(caplog):
    found = [change("billing")]
    answers = iter([OSError("gone"), found])

    def look():
        answer = next(answers, found)
        if isinstance(answer, Exception):
            raise answer
        return answer

    broadcaster = Broadcaster(look, limit=3)
    desk = broadcaster.subscribe(ADA, LONG_AGO)
    assert desk.wait(5) == found
    broadcaster.unsubscribe(desk)


def test_a_message_names_tasks_unless_they_are_too_many():
    one = change("billing")
    body = json.loads(live.message([one]).splitlines()[1].removeprefix("data: "))
    assert body["tasks"] == [str(one.task_id)]
    assert body["list"]
    assert not body["many"]

    many = [change("billing") for _ in range(live.MAX_TASKS + 1)]
    body = json.loads(live.message(many).splitlines()[1].removeprefix("data: "))
    assert body["tasks"] == []
    assert body["many"]


def test_an_open_desk_hears_of_a_new_task_and_holds_no_session(app):
    ada = signed_in(app, "ada", "associate", groups=["billing"])
    casework.deploy(process("invoice").user_task("approve", groups="billing").end())
    answer = ada.client.get("/live", buffered=False)
    events = iter(answer.response)
    assert answer.mimetype == "text/event-stream"
    assert next(events).startswith(b"retry:")

    casework.start("invoice", "INV-1")
    (task,) = casework.tasks()

    heard = next(events).decode()
    assert heard.startswith("event: change")
    assert str(task.id) in heard
    with transaction() as session:
        user_tasks.claim(session, task.id, by=SYSTEM)
    assert str(task.id) in next(events).decode()
    app.extensions["live"].close()
    assert list(events) in ([], [b": still here\n\n"])
    answer.close()
    assert app.extensions["live"].open_desks == 0
    for thread in threading.enumerate():
        if thread.name == "live":
            thread.join(5)


def test_without_streams_the_desk_is_told_to_ask_later(app):
    ada = signed_in(app, "ada", "associate")
    app.extensions["live"]._limit = 0

    answer = ada.client.get("/live", headers={"Accept": "text/event-stream"})

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "30"
