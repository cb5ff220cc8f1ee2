"""Decisions being drawn: checked with what they need, tried, listed, bound to their processes."""

import io
import re
from pathlib import Path

import pytest

from designer import (
    checks,
    contents,
    decisions,
    drafts,
    listing,
    packages,
    releases,
    starters,
    users,
)
from engine import definitions
from engine.dmn.errors import DecisionRefused
from tests.browsing import signed_in

ROOT = Path(__file__).parents[2]
TABLES = starters.get("two_tables").content("approval", "Approval")
FORMULA = starters.get("blank_formula").content("price", "Price")
PROCESS = starters.get("blank").content("refund", "Refund")
TASK = (
    '<bpmn:businessRuleTask id="judge" name="Judge"><bpmn:extensionElements>'
    '<work:decision key="approval" result="level"/></bpmn:extensionElements>'
    "</bpmn:businessRuleTask>"
)
ASKING = PROCESS.replace("</bpmn:process>", f"{TASK}</bpmn:process>")


def test_a_file_is_for_the_decision_that_no_other_needs():
    assert contents.decision_keys(TABLES) == ["approval", "approval_size"]
    assert contents.identify("decision", TABLES).name == "Approval"


def test_a_file_without_decision_is_no_draft():
    empty = FORMULA[: FORMULA.index("<decision ")] + "</definitions>"

    with pytest.raises(contents.WithoutDecision):
        contents.identify("decision", empty)


def test_a_check_tells_what_each_decision_needs(session, grace):
    found = checks.check(session, "decision", TABLES, by=grace)

    assert (found["verdict"], found["problems"]) == ("runs", [])
    assert [each["key"] for each in found["decisions"]] == ["approval", "approval_size"]
    assert found["decisions"][1]["inputs"] == [{"name": "amount", "type": "number", "choices": []}]


def test_a_draft_is_tried_with_values_written_in_feel(session, grace):
    found = decisions.try_out(
        session, TABLES, "approval", {"amount": "2 * 450", "known customer": "true"}, by=grace
    )

    assert found["outputs"] == [{"name": "approved by", "value": "associate"}]
    assert [(rule["decision"], rule["index"]) for rule in found["rules"]] == [
        ("size", 2),
        ("Approval", 2),
    ]


def test_a_value_that_is_no_feel_is_named(session, grace):
    with pytest.raises(decisions.ValueUnreadable, match="amount"):
        decisions.try_out(session, TABLES, "approval", {"amount": "9 +"}, by=grace)


def test_a_draft_with_mistakes_is_not_tried(session, grace):
    broken = FORMULA.replace("1.19", "1.19 +")

    with pytest.raises(DecisionRefused):
        decisions.try_out(session, broken, "price", {"amount": "1"}, by=grace)
    assert checks.check(session, "decision", broken, by=grace)["verdict"] == "refused"


def test_the_list_shows_a_file_once_and_goes_on_from_any_of_its_decisions(session, grace, clock_at):
    draft = drafts.begin(session, "decision", TABLES, by=grace)
    releases.deploy(session, draft.id, "", by=grace)
    session.flush()

    (row,) = listing.rows(session, "decision", "", by=grace)
    inner = definitions.latest(session, "decision", "approval_size")

    assert (row.key, row.latest.version) == ("approval", 1)
    assert drafts.open_version(session, inner, by=grace).id == draft.id


def test_a_process_takes_the_draft_of_its_decision_along_and_is_named_as_its_user(
    session, grace, app, clock_at
):
    drafts.begin(session, "decision", TABLES, by=grace)
    process = drafts.begin(session, "process", ASKING, by=grace)

    parts = packages.assemble(session, "process", ASKING, by=grace)
    with app.test_request_context():
        (user,) = users.of_decisions(session, TABLES, by=grace)

    assert [(part.file, part.origin) for part in parts] == [
        ("refund.bpmn", "main"),
        ("approval.dmn", "draft"),
    ]
    assert (user["name"], str(process.id) in user["url"]) == ("Refund", True)


def test_an_imported_file_goes_along(session, grace, clock_at):
    drafts.begin(session, "decision", FORMULA, by=grace)
    importing = TABLES.replace(
        "<inputData",
        '<import name="prices" namespace="urn:back-office:price" '
        'importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/><inputData',
        1,
    )

    parts = packages.assemble(session, "decision", importing, by=grace)

    assert [part.key for part in parts] == ["approval", "price"]
    assert checks.check(session, "decision", importing, by=grace)["verdict"] == "runs"


@pytest.fixture
def analyst(app):
    return signed_in(app, "hopper", "analyst")


def send(analyst, path, body):
    headers = {"X-CSRFToken": analyst.token(), "Accept": "application/json"}
    return analyst.client.post(path, json=body, headers=headers)


def test_a_decision_file_is_imported_listed_tried_and_its_version_shown(analyst):
    file = (io.BytesIO(TABLES.encode()), "approval.dmn")

    draft = analyst.post("/designer/drafts", file=file).location.removesuffix("#problems")
    inputs = {"amount": "900", "known customer": "false"}
    body = {"content": TABLES, "decision": "approval", "inputs": inputs}
    tried = send(analyst, "/designer/decisions/tries", body)
    deployed = send(analyst, f"{draft}/deployment", {"message": "First"})
    listed = analyst.page("/designer?kind=decision")
    version = re.search(r'"(/designer/versions/[^"]+)"', listed)[1]

    assert "data-decision-editor" in analyst.page(draft)
    assert tried.json["outputs"] == [{"name": "approved by", "value": "team leader"}]
    assert deployed.json["version"] == 1
    assert listed.count("data-row=") == 1
    assert "[500..5000)" in analyst.page(version)


def test_a_version_shows_labels_and_what_explains_its_rules(analyst):
    path = ROOT / "processes/billing_order/billing_order.dmn"
    draft = analyst.post(
        "/designer/drafts", file=(io.BytesIO(path.read_bytes()), path.name)
    ).location.removesuffix("#problems")
    send(analyst, f"{draft}/deployment", {"message": "First"})
    version = re.search(r'"(/designer/versions/[^"]+)"', analyst.page("/designer?kind=decision"))[1]

    page = analyst.page(version)

    assert "Target in working time</th>" in page
    assert page.count("Annotation</th>") == 1
    assert "A right first bill is promised to new customers.</td>" in page


def test_a_try_that_lacks_something_or_asks_for_nothing_is_refused(analyst):
    path = "/designer/decisions/tries"

    lacking = send(analyst, path, {"content": TABLES, "decision": "approval", "inputs": [1]})
    unknown = send(analyst, path, {"content": TABLES, "decision": "other", "inputs": {}})

    assert (lacking.status_code, lacking.json["error"]) == (422, "FieldMissing")
    assert unknown.status_code == 404
