"""SLA clocks on the case page, the task page and in the list of tasks."""

import pytest

from core.db import transaction
from tests.browsing import signed_in
from tests.screens import casework
from tests.work.sla.claims import claims, point, sla, turn


@pytest.fixture
def case(app, clock_at):
    promise = sla(point("breach", priority="high"), name="Settle", target="PT4H")
    casework.deploy(claims(promise))
    found = casework.start("claims", "C-7", no="7")
    keep()
    return found


def keep():
    with transaction() as session:
        turn(session)


def test_the_case_and_its_task_say_how_much_working_time_is_left(app, case, clock_at):
    clock_at(hours=1)
    browser = signed_in(app, "lea", "team_leader", groups=["claims"])

    page = browser.get(f"/cases/{case}").text
    assert "Service levels" in page
    assert "On track" in page
    assert "3 h of working time left" in page
    assert "4 h, calendar office" in page

    (task,) = casework.tasks(case)
    assert "3 h of working time left" in browser.get(f"/user-tasks/{task.id}").text


def test_what_is_breached_never_has_time_left(app, case, clock_at):
    # Its last minute is that of the breach: the office closes, or it stands still from then on.
    clock_at(hours=4)
    keep()

    page = signed_in(app, "lea", "team_leader", groups=["claims"]).get(f"/cases/{case}").text

    assert "Breached" in page
    assert "late by 1 min of working time" in page


def test_the_list_is_filtered_by_how_clocks_go(app, case, clock_at):
    browser = signed_in(app, "ada", "associate", groups=["claims"])
    late = "/work?view=groups&clock=breached"
    assert "C-7" not in browser.get(late).text

    clock_at(hours=5)
    keep()

    browser = signed_in(app, "bob", "associate", groups=["claims"])
    page = browser.get(late).text
    assert "C-7" in page
    assert "Breached" in page
    assert "late by 1 h of working time" in page
    assert browser.get("/work?clock=soon").status_code == 422


def test_the_story_tells_what_the_clock_did(app, case, clock_at):
    clock_at(hours=5)
    keep()

    page = signed_in(app, "lea", "team_leader", groups=["claims"]).get(f"/cases/{case}").text

    assert "<strong>Settle</strong> is at risk" in page
    assert "<strong>Settle</strong> is late" in page
    assert "raised the priority" in page
