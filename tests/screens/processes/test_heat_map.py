"""The page of the heat map: its measures in words, and the way to the cases."""

import pytest

from core import db as database
from core.people import SYSTEM
from engine import user_tasks
from tests.browsing import signed_in
from tests.build import process
from tests.screens import casework

DRAWING = (
    process("claim", name="Claim")
    .user_task("check", name="Check it", due="PT1H", settings='<work:expect cost="12.50 EUR"/>')
    .exclusive_gateway("enough")
    .when("=again")
    .to("check")
    .at("enough")
    .otherwise()
    .end("done")
)


@pytest.fixture
def olga(app):
    return signed_in(app, "olga", "operator")


@pytest.fixture
def played(app, clock_at):
    casework.deploy(DRAWING)
    instance = casework.start("claim", "C-1")
    casework.start("claim", "C-2")
    for hours, again in ((2, True), (4, False)):
        clock_at(hours=hours)
        with database.transaction() as session:
            [task] = user_tasks.find(session, by=SYSTEM, instance_id=instance, state="open")
            user_tasks.complete(session, task.id, {"again": again}, by=SYSTEM)


def words(page):
    return " ".join(page.text.split())


@pytest.mark.parametrize(
    ("measure", "sentence"),
    [
        ("visits", "3 visits in 2 cases"),
        ("median", "half of 2 waits took 2 hours or less"),
        ("p90", "9 of 10 of 2 waits took 2 hours or less"),
        ("rework", "1 of 2 cases came back here"),
        ("cost", "3 visits at 12.50 EUR: 37.50 EUR"),
        ("late", "3 of 3 tasks were late"),
    ],
)
def test_each_measure_is_said_in_words(olga, played, measure, sentence):
    page = words(olga.get(f"/processes/claim/heat-map?measure={measure}"))

    assert sentence in page
    assert 'aria-label="Legend"' in page
    assert '"elementId": "check"' in page


def test_a_team_leader_sees_the_cases_of_the_team(app, clock_at):
    signed_in(app, "cleo", "associate", groups=["credit"])
    drawing = process("claim", name="Claim").user_task("check", due="PT1H", groups="billing").end()
    casework.deploy(drawing)
    casework.deploy(process("other").user_task("check", groups="credit").end())
    casework.start("claim", "C-1")
    casework.start("other", "O-1")
    clock_at(hours=2)
    lea = signed_in(app, "lea", "team_leader", groups=["billing"])

    theirs = words(lea.get("/processes/claim/heat-map?measure=late"))
    others = words(lea.get("/processes/other/heat-map?measure=visits"))

    assert "1 of 1 task" in theirs
    assert '"elementId": "check"' in theirs
    assert '"elementId": "check"' not in others


def test_an_element_leads_to_the_cases_that_were_there(olga, played):
    page = olga.get("/processes/claim/heat-map").text
    assert "/cases?process=claim&amp;element=done&amp;days=30" in page

    done = words(olga.get("/cases?process=claim&element=done&days=30"))
    check = words(olga.get("/cases?process=claim&element=check&days=30&version=1"))

    assert "C-1" in done
    assert "C-2" not in done
    assert "C-2" in check
    assert "Were at “Check it” in the last 30 days" in check
    assert "C-1" not in words(olga.get("/cases?process=claim&element=check&version=2"))


def test_without_history_it_says_so(olga):
    casework.deploy(DRAWING)

    assert "Nothing happened in this period." in words(olga.get("/processes/claim/heat-map"))


@pytest.mark.parametrize("query", ["measure=joy", "days=13", "version=two"])
def test_what_nobody_offers_is_refused(olga, query):
    casework.deploy(DRAWING)

    assert olga.get(f"/processes/claim/heat-map?{query}").status_code == 422
    assert olga.get("/processes/claim/heat-map?version=9").status_code == 404
    assert olga.get("/cases?days=0&element=x").status_code == 422
