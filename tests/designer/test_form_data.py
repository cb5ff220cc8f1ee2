"""What a form is drawn with: names of variables, and a case's data without what is personal."""

import json

import pytest

from core.people import SYSTEM, Actor, Role
from designer import drafts, form_data, scenarios
from engine import deployments, instances, user_tasks
from tests.build import process
from tests.screens.casework import form

EVE = Actor("eve", frozenset({Role.ANALYST}), frozenset(), "person")
CLAIM = (
    process("claim", name="Claim")
    .user_task("ask", form="request")
    .user_task("check", form="verdict")
    .end()
)


def field(key, **more):
    return {"type": "textfield", "id": f"f_{key}", "key": key, "label": key, **more}


@pytest.fixture
def drawn(app, session, grace, clock_at):
    """Draft of the form that the second task of a deployed process shows; one case came to it."""
    clock_at()
    deployments.deploy(
        session,
        {
            "claim.bpmn": bytes(CLAIM),
            "request.form": form("request", [field("amount"), field("reason")]),
            "verdict.form": form("verdict", [field("verdict")]),
        },
        by=grace,
    )
    schema = json.loads(form("verdict", [field("name", properties={"class": "personal"})]))
    draft = drafts.begin(session, "form", json.dumps(schema), by=grace)
    case = instances.start(
        session,
        key="claim",
        business_key="C-1",
        variables={"name": "Ann Smith", "amount": 700, "long": "x" * 5_000},
        by=SYSTEM,
    )
    return draft, case


def test_variables_of_other_forms_are_offered_and_without_a_visit_no_data(
    app, session, grace, drawn
):
    with app.test_request_context():
        found = form_data.of_form(session, drawn[0], by=grace)

    assert found == {"variables": ["amount", "reason"], "sample": None}


def test_a_case_that_came_there_fills_the_form_without_telling_who_it_is(
    app, session, grace, drawn
):
    [task] = user_tasks.find(session, by=SYSTEM, instance_id=drawn[1].id, state="open")
    user_tasks.complete(session, task.id, {"reason": "late"}, by=SYSTEM)

    with app.test_request_context():
        found = form_data.of_form(session, drawn[0], by=grace)
        strange = form_data.of_form(session, drawn[0], by=EVE)

    assert found["sample"] == {
        "case": "C-1",
        "variables": {"name": "masked", "amount": 700, "reason": "late"},
    }
    assert found["variables"] == ["amount", "name", "reason"]
    assert strange["sample"] is None


def test_without_a_case_a_scenario_fills_the_form_with_what_it_says_before(
    app, session, grace, drawn
):
    steps = [{"complete": "ask", "with": {"amount": 5}}, {"complete": "check", "with": {"b": 1}}]
    short = {"scenario": "A first one", "steps": steps[:1]}
    told = {"scenario": "Checked", "start": {"variables": {"name": "Bo"}}, "steps": steps}
    for written in (short, told):
        scenarios.keep(session, "claim", written, by=grace)

    with app.test_request_context():
        found = form_data.of_form(session, drawn[0], by=grace)

    sample = {"scenario": "Checked", "variables": {"name": "Bo", "amount": 5}}
    assert found == {"variables": ["amount", "name", "reason"], "sample": sample}
