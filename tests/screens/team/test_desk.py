import re

import pytest

from core.db import transaction
from core.people import SYSTEM
from engine import user_tasks
from tests.browsing import signed_in
from tests.work.desk import LANE, arrive, deploy
from work import queue_settings
from work.models.team import Handing
from work.queue_settings import Settings
from work.team import jobs

FRIDAY = "2026-01-09"


@pytest.fixture
def ada(app, clock_at):
    with transaction() as session:
        deploy(session)
    return signed_in(app, "ada", "associate", groups=[LANE])


@pytest.fixture
def bob(app, ada):
    return signed_in(app, "bob", "associate", groups=[LANE])


def comes(assignee=None):
    with transaction() as session:
        task = arrive(session)
        if assignee:
            user_tasks.hand_over(session, task.id, assignee, by=SYSTEM)
        return task.id


def test_where_nothing_is_offered_the_desk_is_quiet(ada):
    assert "team/desk" in ada.page("/work").replace("%2F", "/")
    assert "Offered work" not in ada.post("/team/desk").text


def test_work_is_offered_accepted_and_rejected(ada):
    with transaction() as session:
        queue_settings.put(session, LANE, Settings(mode="push"), by=SYSTEM)
    assert "You are here." in ada.post("/team/desk").text
    first, second = comes(), comes()
    jobs.offer()

    offered = ada.post("/team/desk").text
    assert "For you: look" in offered
    [address] = set(re.findall(r'action="(/team/desk/offers/[^"]+)"', offered))
    ada.post(address, reason="Not mine")
    jobs.offer()
    [other] = set(re.findall(r'action="(/team/desk/offers/[^"]+)"', ada.post("/team/desk").text))

    accepted = ada.post(other, accept="on")
    assert accepted.headers["Location"] in {f"/user-tasks/{each}" for each in (first, second)}
    assert (
        "The offer is rejected already"
        in ada.client.post(
            address,
            data={"csrf_token": ada.token(), "accept": "on"},
            follow_redirects=True,
        ).text
    )
    ada.post("/team/desk/away", away="on")
    assert "You are away" in ada.post("/team/desk").text
    ada.post("/team/desk/away")
    assert "You are here." in ada.post("/team/desk").text


def test_a_task_is_passed_on_with_a_note_and_handed_back(ada, bob):
    task_id = comes("ada")

    ada.post(f"/user-tasks/{task_id}/assignee", person="bob", note="Check the meter")

    page = bob.page(f"/user-tasks/{task_id}")
    assert "passed it on to" in page
    assert "“Check the meter”" in page
    assert "Hand back to ada" in page
    assert bob.post(f"/team/desk/user-tasks/{task_id}/return", note="Done").status_code == 303
    assert "“Done”" in ada.page(f"/user-tasks/{task_id}")


def test_a_task_rests_until_a_day(ada):
    task_id = comes("ada")
    address = f"/team/desk/user-tasks/{task_id}/follow-up"

    assert ada.post(address, day=FRIDAY).status_code == 303
    assert "Rests, back" in ada.page(f"/user-tasks/{task_id}")
    ada.post(address, end="on")
    assert "Rests, back" not in ada.page(f"/user-tasks/{task_id}")
    ada.post(address, day="2025-01-01")
    assert "A follow-up date lies in the future" in ada.page(f"/user-tasks/{task_id}")


def test_what_a_bot_found_is_shown_with_the_task(ada):
    task_id = comes("ada")
    with transaction() as session:
        session.add(
            Handing(
                task_id=task_id,
                kind="given_up",
                giver="robot",
                at=user_tasks.get(session, task_id, by=SYSTEM).created_at,
                by="robot",
                note="Cannot read page 2",
                findings={"customer": "K-1"},
            )
        )

    page = ada.page(f"/user-tasks/{task_id}")

    assert "The bot robot left it to a person" in page
    assert "<dt>customer</dt>" in page
    assert "K-1" in page
