"""From a draft to a version: what goes along, what is said, and what is refused."""

import json

import pytest

from designer import checks, drafts, packages, releases, starters
from engine import definitions
from engine.errors import ModelRefused

APPROVAL = starters.get("approval").content("claim", "Claim")
WITH_FORM = APPROVAL.replace(
    '<work:schedule due="P2D" />', '<work:form key="decision" /><work:schedule due="P2D" />'
)
FORM = starters.get("decision_form").content("decision", "Decision")
BROKEN = APPROVAL.replace('sourceRef="requested"', 'sourceRef="nowhere"')


@pytest.fixture
def draft(session, grace, clock_at):
    return drafts.begin(session, "process", WITH_FORM, by=grace)


@pytest.fixture
def form(session, grace, clock_at):
    return drafts.begin(session, "form", FORM, by=grace)


def test_a_process_takes_the_persons_own_draft_of_its_form_along(session, draft, form, grace):
    parts = packages.assemble(session, "process", draft.content, by=grace)

    assert [(part.file, part.origin) for part in parts] == [
        ("claim.bpmn", "main"),
        ("decision.form", "draft"),
    ]


def test_both_become_versions_and_both_drafts_stand_on_them(session, draft, form, grace):
    deployed = releases.deploy(session, draft.id, "For claims up to 500", by=grace)

    assert (deployed.key, deployed.version) == ("claim", 1)
    bound = definitions.form_of(session, deployed, "decide")
    assert bound.id == form.base_definition_id
    assert draft.base_definition_id == deployed.id
    assert releases.notes(session, [deployed])[deployed.id].message == "For claims up to 500"


def test_without_a_draft_of_ones_own_the_deployed_form_goes_along(session, draft, form, grace):
    releases.deploy(session, draft.id, "", by=grace)
    drafts.discard(session, form.id, by=grace)
    session.flush()

    parts = packages.assemble(session, "process", draft.content, by=grace)

    assert [part.origin for part in parts] == ["main", "deployed"]


def test_a_form_that_nobody_has_is_named_as_unfinished(session, draft, grace):
    found = checks.check(session, "process", draft.content, by=grace)

    assert found["verdict"] == "drawing"
    assert [problem["element"] for problem in found["problems"]] == ["decide"]
    assert "decision" in found["problems"][0]["message"]


def test_problems_of_a_form_that_goes_along_say_where_they_are(session, draft, form, grace):
    schema = json.loads(FORM)
    schema["components"].append({"type": "textfield", "id": "a"})
    drafts.save(session, form.id, json.dumps(schema), 1, by=grace)

    found = checks.check(session, "process", draft.content, by=grace)

    assert [p["message"].split(":")[0] for p in found["problems"]] == ["decision.form"]
    assert found["problems"][0]["element"] is None


def test_a_wrong_model_is_refused_and_nothing_is_deployed(session, grace, clock_at):
    draft = drafts.begin(session, "process", BROKEN, by=grace)

    with pytest.raises(ModelRefused):
        releases.deploy(session, draft.id, "", by=grace)

    assert definitions.find_latest(session, "process", "claim") is None


def test_what_cannot_be_read_is_one_problem(session, grace):
    found = checks.check(session, "process", "<bpmn", by=grace)

    assert found["verdict"] == "refused"
    assert [problem["severity"] for problem in found["problems"]] == ["error"]


def test_the_plan_tells_what_changes(session, draft, form, grace):
    first = releases.plan(session, draft, by=grace)
    releases.deploy(session, draft.id, "", by=grace)
    second = releases.plan(session, draft, by=grace)

    assert (first.next_version, first.is_changed, first.is_behind) == (1, True, False)
    assert (second.next_version, second.is_changed, second.is_behind) == (2, False, False)


def test_the_plan_tells_that_somebody_was_faster(session, draft, form, grace, root):
    releases.deploy(session, draft.id, "", by=grace)
    other = drafts.begin(session, "process", WITH_FORM.replace("Chased", "Rung"), by=root)
    releases.deploy(session, other.id, "", by=root)

    found = releases.plan(session, draft, by=grace)

    assert found.is_behind
    assert found.latest.created_by == "root"


def test_a_message_has_a_limit(session, draft, grace):
    with pytest.raises(releases.MessageTooLong):
        releases.deploy(session, draft.id, "x" * 501, by=grace)
