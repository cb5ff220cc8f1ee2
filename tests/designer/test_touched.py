"""What deploying a form or decision would do to the scenarios of the processes that use it."""

import json
from pathlib import Path

import pytest

import forms
from core import db as database
from designer import drafts, scenarios, starters
from designer.projects import deploying, importing, keeping, running
from engine import deployments
from tests.browsing import signed_in
from tests.designer.test_pages import Analyst, config_of
from tests.designer.test_projects import below

LIBRARY = Path(__file__).parents[2] / "processes"
TABLE = starters.get("blank_table").content("grade", "Grade")
ANSWER = '<outputEntry id="grade_answer">\n          <text></text>'
GOOD = TABLE.replace(ANSWER, ANSWER.replace("<text>", '<text>"good"'))
POOR = TABLE.replace(ANSWER, ANSWER.replace("<text>", '<text>"poor"'))
TASK = (
    '<bpmn:businessRuleTask id="judge"><bpmn:incoming>a</bpmn:incoming>'
    "<bpmn:outgoing>b</bpmn:outgoing><bpmn:extensionElements>"
    '<work:decision key="grade" binding="BINDING" result="result"/></bpmn:extensionElements>'
    '</bpmn:businessRuleTask><bpmn:endEvent id="over"/>'
    '<bpmn:sequenceFlow id="a" sourceRef="begin" targetRef="judge"/>'
    '<bpmn:sequenceFlow id="b" sourceRef="judge" targetRef="over"/>'
)
ORDER = (
    starters.get("blank")
    .content("order", "Order")
    .replace("</bpmn:process>", f"{TASK}</bpmn:process>")
)
SCENARIO = {
    "scenario": "A good order",
    "start": {"variables": {"amount": 5}},
    "steps": [{"expect": {"ended": True, "variables": {"result": "good"}}}],
}


@pytest.fixture
def complaints(session, grace, clock_at):
    """The complaint process, deployed and in a project with its scenarios."""
    project = keeping.create(session, "Complaints", by=grace)
    brought = below(LIBRARY / "complaint_handling")
    importing.take(session, brought, project, by=grace)
    files = {name: data for name, data in brought.files.items() if "/" not in name}
    files.pop("README.md")
    deployments.deploy(session, files, by=grace, check_form=forms.check)
    return project


def outcomes(ready):
    runs, _ = running.run(ready)
    return {run.scenario.name: run.outcome.failure for run in runs}


def test_a_form_must_take_the_answers_of_the_scenarios(session, complaints, grace):
    draft = drafts.find(session, "form", "complaint_assessment", by=grace)
    (ready,) = running.touched(session, draft, by=grace)
    assert set(outcomes(ready).values()) == {None}

    schema = json.loads(draft.content)
    asked = {"type": "number", "id": "new_one", "key": "hours", "label": "Hours"}
    schema["components"].append({**asked, "validate": {"required": True}})
    drafts.save(session, draft.id, json.dumps(schema), draft.revision, by=grace)

    (ready,) = running.touched(session, draft, by=grace)
    failures = set(outcomes(ready).values())

    assert ready.name == "Complaint handling"
    assert any("the form does not accept hours." in str(failure) for failure in failures)


def test_a_form_that_nobody_shows_touches_nothing(session, complaints, grace):
    content = starters.get("blank_form").content("lonely", "Lonely")

    assert (
        running.touched(session, drafts.begin(session, "form", content, by=grace), by=grace) == []
    )


@pytest.mark.parametrize(
    ("binding", "fails"), [("deployment", True), ("latest", True), ("1", False)]
)
def test_a_decision_is_played_in_the_processes_that_ask_it(
    session, grace, clock_at, binding, fails
):
    files = {"grade.dmn": GOOD.encode()}
    deployments.deploy(session, files, by=grace)
    process = ORDER.replace("BINDING", binding)
    deployments.deploy(session, {**files, "order.bpmn": process.encode()}, by=grace)
    scenarios.keep(session, "order", SCENARIO, by=grace)
    draft = drafts.begin(session, "decision", GOOD, by=grace)
    (ready,) = running.touched(session, draft, by=grace)
    assert outcomes(ready) == {"A good order": None}

    drafts.save(session, draft.id, POOR, draft.revision, by=grace)
    (ready,) = running.touched(session, draft, by=grace)

    assert (outcomes(ready)["A good order"] is not None) == fails


def test_the_dialog_of_a_form_asks_for_scenarios_and_changes(app, grace):
    with app.test_request_context(), database.transaction() as session:
        project = keeping.create(session, "Complaints", by=grace)
        brought = below(LIBRARY / "complaint_handling")
        importing.take(session, brought, project, by=grace)
        draft_id = drafts.find(session, "form", "refund", by=grace).id
    analyst = Analyst(app)
    analyst.client = signed_in(app, "grace", "analyst").client

    urls = config_of(analyst.get(f"/designer/drafts/{draft_id}"))["urls"]
    ran = analyst.send("POST", urls["release_scenarios"], {}).json
    release = analyst.send("GET", urls["release"]).json

    assert "replays" not in urls
    assert [each["name"] for each in ran["processes"]] == ["Complaint handling"]
    assert all(run["passed"] for run in ran["processes"][0]["runs"])
    assert release == {"latest": None, "changes": [], "running": []}


def test_scenarios_may_answer_less_than_a_form_asks_for(session, grace, clock_at):
    project = keeping.create(session, "Onboarding", by=grace)
    importing.take(session, below(LIBRARY / "customer_onboarding"), project, by=grace)
    (first,) = running.of_project(session, project.id, by=grace)
    deploying.deploy(session, project.id, by=grace)
    draft = drafts.find(session, "form", "clarify_address", by=grace)
    schema = json.loads(draft.content)
    schema["components"].append({"type": "text", "id": "thanks", "text": "Thank you."})
    drafts.save(session, draft.id, json.dumps(schema), draft.revision, by=grace)
    (second,) = running.of_project(session, project.id, by=grace)

    assert [form.key for form in (*first.forms, *second.forms)] == ["clarify_address"]
    assert set(outcomes(second).values()) == {None}
