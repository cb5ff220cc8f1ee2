"""Aids while drawing: firings by the engine's arithmetic, values of expressions in real cases."""

from datetime import timedelta

import pytest

from core import db as database
from core.people import SYSTEM, Actor, Role
from engine import deployments, instances, user_tasks
from tests.browsing import signed_in
from tests.build import process

GRACE = Actor("grace", frozenset({Role.ANALYST}), frozenset(), "person")
DRAWING = (
    process("claim")
    .user_task("check")
    .exclusive_gateway("enough")
    .when("=amount > 500")
    .to("check")
    .at("enough")
    .otherwise()
    .end("done")
)


@pytest.fixture
def grace(app):
    return signed_in(app, "grace", "analyst")


@pytest.fixture
def case(app, clock_at):
    """A case whose amount was 900 when it first came to the gateway, and 100 the last time."""
    with database.transaction() as session:
        deployments.deploy(session, {"claim.bpmn": bytes(DRAWING)}, by=GRACE)
        found = instances.start(
            session, key="claim", business_key="C-1", variables={"amount": 700}, by=SYSTEM
        ).id
    for hours, amount in ((1, 900), (2, 100)):
        clock_at(hours=hours)
        with database.transaction() as session:
            [task] = user_tasks.find(session, by=SYSTEM, instance_id=found, state="open")
            user_tasks.complete(session, task.id, {"amount": amount}, by=SYSTEM)
    return str(found)


def ask(browser, path, **body):
    return browser.client.post(
        f"/designer/{path}", json=body, headers={"X-CSRFToken": browser.token()}
    )


@pytest.mark.parametrize(
    ("kind", "text", "hours"),
    [
        ("duration", "PT4H", [4]),
        ("cycle", "R3/PT2H", [2, 4, 6]),
        ("cycle", "R/P1D", [24, 48, 72, 96, 120]),
        ("cycle", "0 9 * * 1-5", [24, 48, 72, 96, 168]),
    ],
)
def test_the_next_firings_are_those_of_the_engine(grace, clock_at, kind, text, hours):
    now = clock_at()

    answer = ask(grace, "firings", kind=kind, text=text).json

    assert [each["at"] for each in answer["firings"]] == [
        (now + timedelta(hours=each)).isoformat() for each in hours
    ]
    assert answer["problem"] is None


def test_a_promise_counts_in_the_hours_of_its_calendar(grace, clock_at):
    clock_at()

    plain = ask(grace, "firings", kind="schedule", text="P1D", calendar="").json
    unknown = ask(grace, "firings", kind="schedule", text="P1D", calendar="moon").json

    assert plain["firings"][0]["words"] == "Tue, Jan 6, 2026, 09:00"
    assert "moon" in unknown["problem"]


def test_a_timer_that_cannot_be_read_says_so(grace):
    answer = ask(grace, "firings", kind="duration", text="P1").json
    assert answer["firings"] == [] or answer["problem"]
    assert ask(grace, "firings", kind="joy", text="P1D").status_code == 422
    assert ask(grace, "firings", kind="schedule", text="soon", calendar="").json["problem"]


def test_an_expression_is_tried_with_what_the_case_knew_there(grace, case):
    assert [each["name"] for each in grace.get("/designer/cases?key=claim").json["cases"]] == [
        "C-1"
    ]

    at_gateway = ask(grace, "previews", case=case, element="enough", text="=amount > 500").json
    elsewhere = ask(grace, "previews", case=case, element="nowhere", text="=amount * 2").json
    wrong = ask(grace, "previews", case=case, element="enough", text="=amount >").json
    strange = ask(grace, "previews", case=case, element="enough", text="=missing + 1").json

    assert (at_gateway["value"], at_gateway["isThere"]) == ("false", True)
    assert (elsewhere["value"], elsewhere["isThere"]) == ("200", False)
    assert wrong["value"] is None
    assert wrong["problem"]
    assert strange["value"] == "null"


def test_a_timer_that_depends_on_the_case_is_reckoned_in_it(grace, case, clock_at):
    clock_at(hours=3)
    text = 'duration("PT" + string(amount) + "H")'

    alone = ask(grace, "firings", kind="duration", text=text).json
    inside = ask(grace, "firings", kind="duration", text=text, case=case, element="enough").json

    assert alone == {"firings": [], "problem": None}
    assert len(inside["firings"]) == 1


def test_who_may_not_see_a_case_gets_none_of_its_values(app, case):
    eve = signed_in(app, "eve", "analyst")

    assert eve.get("/designer/cases?key=claim").json["cases"] == []
    assert ask(eve, "previews", case=case, element="enough", text="=amount").status_code == 404
    ada = signed_in(app, "ada", "associate")
    assert ask(ada, "previews", case=case, element="enough", text="=amount").status_code == 403


@pytest.mark.parametrize("body", [{}, {"case": "x", "element": "a", "text": "=1"}])
def test_a_request_that_lacks_something_is_refused(grace, body):
    assert ask(grace, "previews", **body).status_code == 422
