"""Before a project is deployed, real cases of its processes are played again on all its drafts."""

from pathlib import Path

import pytest

import forms
from core import db as database
from core.errors import Invalid
from core.people import SYSTEM
from designer import drafts, starters
from designer.projects import deploying, importing, keeping, replaying
from engine import deployments, instances, user_tasks
from tests.browsing import signed_in
from tests.designer.test_deploying import redrawn, titled
from tests.designer.test_pages import Analyst
from tests.designer.test_projects import below
from tests.designer.test_touched import GOOD, ORDER, POOR

LIBRARY = Path(__file__).parents[2] / "processes" / "complaint_handling"
ASKED = {"name": "Anna", "email": "a@mail.example", "topic": "bill", "complaint": "I paid twice"}
BOTH = 'justified = "yes" and refundAsked = "yes"'


def deployed(session, by):
    """The complaint process, deployed from a project, with a refused and a granted complaint."""
    project = keeping.create(session, "Complaints", by=by)
    importing.take(session, below(LIBRARY), project, by=by)
    deploying.deploy(session, project.id, by=by)
    for number, justified in enumerate(["no", "yes"]):
        case = instances.start(
            session,
            key="complaint_handling",
            business_key=f"C-{number}",
            variables=ASKED,
            by=SYSTEM,
        )
        [task] = user_tasks.find(session, by=SYSTEM, instance_id=case.id)
        said = {"justified": justified, "refundAsked": "yes", "answer": "So it is, sadly."}
        user_tasks.complete(session, task.id, said, by=SYSTEM)
    return project


@pytest.fixture
def project(session, grace, clock_at):
    clock_at(hours=1)
    return deployed(session, grace)


def halved(content):
    """Half of the condition under which money is returned is forgotten."""
    assert BOTH in content
    return content.replace(BOTH, 'refundAsked = "yes"')


def told(replayed):
    return [
        (group.difference.kind, [case.business_key for case in group.cases])
        for group in replayed.report.groups
    ]


def test_what_is_as_deployed_replays_nothing(session, project, grace):
    assert list(replaying.of_project(session, project.id, by=grace)) == []


def test_a_changed_condition_is_caught(session, project, grace):
    redrawn(session, "process", "complaint_handling", halved, grace)

    [found] = replaying.of_project(session, project.id, by=grace)

    assert (found.name, found.report.cases, found.report.same) == ("Complaint handling", 2, 1)
    assert told(found) == [("way", ["C-0"])]


def test_a_redrawn_form_is_shown_to_the_cases_of_the_process_bound_to_it(session, project, grace):
    redrawn(session, "form", "complaint_assessment", titled, grace)

    [found] = replaying.of_project(session, project.id, by=grace)

    assert (found.key, told(found)) == ("complaint_handling", [("form", ["C-1", "C-0"])])


@pytest.mark.parametrize(("binding", "replayed"), [("latest", [1, 1]), ("1", [])])
def test_a_redrawn_decision_counts_in_every_process_that_asks_it(
    session, grace, clock_at, binding, replayed
):
    # Two processes ask one decision; each follows its answer.
    clock_at(hours=1)
    flow = '<bpmn:sequenceFlow id="b" sourceRef="judge" targetRef="over"/>'
    ways = (
        '<bpmn:exclusiveGateway id="which" default="c"/><bpmn:endEvent id="bad" name="Bad"/>'
        '<bpmn:sequenceFlow id="b" sourceRef="judge" targetRef="which"/>'
        '<bpmn:sequenceFlow id="c" sourceRef="which" targetRef="over"/>'
        '<bpmn:sequenceFlow id="d" sourceRef="which" targetRef="bad"><bpmn:conditionExpression>'
        'result = "poor"</bpmn:conditionExpression></bpmn:sequenceFlow>'
    )
    asking = ORDER.replace("BINDING", binding).replace(flow, ways)
    twin = asking.replace('id="order"', 'id="offer"')
    grade = {"grade.dmn": GOOD.encode()}
    deployments.deploy(session, grade, by=grace)
    for name, text in {"order": asking, "offer": twin}.items():
        files = {**grade, f"{name}.bpmn": text.encode()}
        deployments.deploy(session, files, by=grace, check_form=forms.check)
        instances.start(session, key=name, business_key=name, variables={"amount": 5}, by=SYSTEM)
    project = keeping.create(session, "Trade", by=grace)
    for kind, key in (("process", "order"), ("process", "offer"), ("decision", "grade")):
        keeping.put(session, kind, key, project.id, by=grace)
    drafts.begin(session, "decision", POOR, by=grace)

    found = list(replaying.of_project(session, project.id, by=grace))

    assert [each.report.different for each in found] == replayed
    assert all(told(each) == [("way", [each.key])] for each in found)


def test_all_processes_together_have_one_limit_of_time(session, project, grace, monkeypatch):
    redrawn(session, "process", "complaint_handling", halved, grace)
    monkeypatch.setattr("designer.projects.replaying.SECONDS", 0.0)

    [found] = replaying.of_project(session, project.id, by=grace)

    assert (found.report.is_partial, found.report.cases) == (True, 0)


def test_so_many_cases_are_played_and_no_senseless_number(session, project, grace):
    redrawn(session, "process", "complaint_handling", halved, grace)

    [found] = replaying.of_project(session, project.id, limit=1, by=grace)

    assert found.report.cases == 1
    with pytest.raises(Invalid):
        list(replaying.of_project(session, project.id, limit=-1, by=grace))


def test_a_process_that_was_never_deployed_has_no_cases(session, project, grace):
    text = starters.get("blank").content("apart", "Apart")
    drafts.begin(session, "process", text, by=grace, project_id=project.id)

    assert list(replaying.of_project(session, project.id, by=grace)) == []


def test_one_that_cannot_be_played_says_why(session, project, grace):
    redrawn(session, "process", "complaint_handling", halved, grace)
    draft = drafts.find(session, "process", "complaint_handling", by=grace)
    draft.content = draft.content.replace("</bpmn:process>", "")

    [found] = replaying.of_project(session, project.id, by=grace)

    assert found.report is None
    assert "cannot be read" in found.obstacle


def test_the_page_asks_for_them_and_gets_each_process(app, grace):
    with app.test_request_context(), database.transaction() as session:
        project = deployed(session, grace)
        place = f"/designer/projects/{project.id}"
        redrawn(session, "process", "complaint_handling", halved, grace)
    analyst = Analyst(app)
    analyst.client = signed_in(app, "grace", "analyst").client

    assert f'data-replay-before="{place}/replays"' in analyst.get(f"{place}/deployment").text
    [process] = analyst.send("POST", f"{place}/replays", {}).json["processes"]

    assert (process["key"], process["problem"]) == ("complaint_handling", None)
    [difference] = process["report"]["differences"]
    assert [case["name"] for case in difference["cases"]] == ["C-0"]
    german = analyst.client.post(
        f"{place}/replays",
        json={},
        headers={"X-CSRFToken": analyst.token(), "Accept-Language": "de"},
    )
    [difference] = german.json["processes"][0]["report"]["differences"]
    assert difference["sentence"].startswith("Er geht zu „Decide on the refund“ statt zu")
    associate = Analyst(app)
    associate.client = signed_in(app, "ada", "associate").client
    assert associate.send("POST", f"{place}/replays", {}).status_code == 403
