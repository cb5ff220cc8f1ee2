"""A whole project deployed at once: what goes along, what is told, and what refuses all of it."""

import json
import re
from pathlib import Path

import pytest

from core import db as database
from designer import drafts, releases
from designer.projects import deploying, importing, keeping
from engine import definitions
from engine.errors import ModelRefused
from tests.browsing import signed_in
from tests.conftest import Role, actor
from tests.designer.test_pages import Analyst
from tests.designer.test_projects import below

LIBRARY = Path(__file__).parents[2] / "processes" / "complaint_handling"
KEYS = {"complaint_handling", "complaint", "complaint_assessment", "refund"}


@pytest.fixture
def project(session, grace, clock_at):
    """The complaint process, drawn and never deployed."""
    found = keeping.create(session, "Complaints", by=grace)
    importing.take(session, below(LIBRARY), found, by=grace)
    return found


def redrawn(session, kind, key, change, by):
    """Draw on somebody's draft."""
    draft = drafts.find(session, kind, key, by=by)
    drafts.save(session, draft.id, change(draft.content), draft.revision, by=by)
    return draft


def titled(content):
    schema = json.loads(content)
    schema["components"].append({"type": "text", "id": "thanks", "text": "Thank you."})
    return json.dumps(schema)


def test_all_that_changed_becomes_versions_of_one_deployment(session, project, grace):
    plan = deploying.plan(session, project.id, by=grace)
    deployed = deploying.deploy(session, project.id, "To begin with", stamp=plan.stamp, by=grace)

    assert {piece.part.key for piece in plan.changed} == {each.key for each in deployed} == KEYS
    assert len({each.deployment_id for each in deployed}) == 1
    said = releases.notes(session, deployed)
    assert {note.message for note in said.values()} == {"To begin with"}
    assert deploying.plan(session, project.id, by=grace).pieces == []
    with pytest.raises(deploying.NothingChanged):
        deploying.deploy(session, project.id, by=grace)


def test_a_changed_form_takes_the_process_that_is_bound_to_it_along(session, project, grace):
    deploying.deploy(session, project.id, by=grace)
    redrawn(session, "form", "refund", titled, grace)

    plan = deploying.plan(session, project.id, by=grace)
    deploying.deploy(session, project.id, "Thanks", by=grace)

    found = {piece.part.key: (piece.reason, piece.next_version) for piece in plan.pieces}
    assert found == {"refund": ("changed", 2), "complaint_handling": ("bound", 2)}
    assert [change.kind for change in plan.changed[0].changes] == ["added"]
    process = definitions.latest(session, "process", "complaint_handling")
    form = definitions.form_of(session, process, "decide_refund")
    assert (process.version, form.version) == (2, 2)
    assert drafts.find(session, "process", process.key, by=grace).base_definition_id == process.id
    assert set(releases.notes(session, [process, form])) == {form.id}


def test_one_wrong_file_refuses_all_and_is_named(session, project, grace):
    broken = redrawn(
        session, "form", "refund", lambda text: text.replace('"key": "refund"', '"key": ""'), grace
    )

    plan = deploying.plan(session, project.id, by=grace)

    refused = {piece.part.file: piece.problems for piece in plan.pieces if piece.is_refused}
    assert plan.is_refused
    assert {problem.rule for problem in refused["refund.form"]} == {"form_key"}
    with pytest.raises(ModelRefused):
        deploying.deploy(session, project.id, by=grace)
    session.expire_all()
    assert definitions.find_latest(session, "form", "complaint") is None
    assert drafts.get(session, broken.id, by=grace).base_definition_id is None


def test_what_was_drawn_since_one_looked_is_not_deployed_unseen(session, project, grace):
    stamp = deploying.plan(session, project.id, by=grace).stamp
    redrawn(session, "form", "refund", titled, grace)

    with pytest.raises(deploying.DrawnOnSince, match="Refund"):
        deploying.deploy(session, project.id, stamp=stamp, by=grace)


def test_a_version_deployed_since_the_draft_began_is_told(session, project, grace):
    deploying.deploy(session, project.id, by=grace)
    hedy = actor("hedy", Role.ANALYST)
    latest = definitions.latest(session, "form", "refund")
    other = drafts.open_version(session, latest, by=hedy)
    drafts.save(session, other.id, titled(other.content), other.revision, by=hedy)
    redrawn(session, "form", "refund", lambda text: titled(text).replace("Thank", "Hear"), grace)
    releases.deploy(session, other.id, "", by=hedy)

    plan = deploying.plan(session, project.id, by=grace)

    assert [piece.part.key for piece in plan.pieces if piece.is_behind] == ["refund"]


def test_the_page_tells_deploys_and_refuses(app, grace):
    with app.test_request_context(), database.transaction() as session:
        found = keeping.create(session, "Complaints", by=grace)
        importing.take(session, below(LIBRARY), found, by=grace)
        place, draft_id = f"/designer/projects/{found.id}", None
    analyst = Analyst(app)
    analyst.client = signed_in(app, "grace", "analyst").client

    assert "Deploy 4 changes" in analyst.get(place).text
    page = analyst.get(f"{place}/deployment").text
    stamp = re.search(r'name="stamp"\s+value="(.*?)"', page)[1]
    assert page.count("data-piece=") == 4
    assert "not run yet" in page
    with app.test_request_context(), database.transaction() as session:
        draft_id = redrawn(session, "form", "refund", lambda text: "{" + text, grace).id
    refused = analyst.post(f"{place}/deployment", stamp=stamp)
    assert (refused.status_code, "data-refused" in refused.text) == (422, True)
    assert f"/designer/drafts/{draft_id}#problems" in refused.text
    with app.test_request_context(), database.transaction() as session:
        redrawn(session, "form", "refund", lambda text: text[1:], grace)
    stamp = re.search(r'name="stamp"\s+value="(.*?)"', analyst.get(f"{place}/deployment").text)[1]

    done = analyst.post(f"{place}/deployment", stamp=stamp, message="First")

    assert done.location.endswith(place)
    assert "Deployed together: " in analyst.page(place)
    assert "Nothing to deploy" in analyst.get(f"{place}/deployment").text
