"""Before and after a version: what changed, what runs, cases replayed, and the way back."""

import pytest

from core.db import transaction
from core.people import SYSTEM
from designer import compare, rollback, starters
from engine import definitions, deployments, instances
from tests.browsing import signed_in
from tests.designer.test_pages import Analyst, config_of

FIRST = starters.get("approval").content("claim", "Claim")
RENAMED = FIRST.replace('name="Decide', 'name="Weigh').replace("P2D", "P3D")


@pytest.fixture
def analyst(app):
    browser = Analyst(app)
    browser.client = signed_in(app, "grace", "analyst").client
    return browser


def deployed(session, *texts):
    for text in texts:
        deployments.deploy(session, {"claim.bpmn": text.encode()}, by=SYSTEM)
    return definitions.find(session, key="claim")


def test_changes_are_told_in_words_and_places_do_not_count():
    moved = FIRST.replace('<dc:Bounds x="', '<dc:Bounds x="1')

    assert compare.changes(FIRST, moved) == []
    assert [change.sentence for change in compare.changes(FIRST, RENAMED)] != []
    assert all(change.kind == "changed" for change in compare.changes(FIRST, RENAMED))


def test_what_is_new_and_what_is_gone_is_named():
    text = FIRST.replace('id="decide"', 'id="judge"').replace('"decide"', '"judge"')
    text = text.replace(">decide<", ">judge<")

    kinds = {(change.kind, change.element_id) for change in compare.changes(FIRST, text)}
    assert {("removed", "decide"), ("added", "judge")} <= kinds


def test_an_earlier_version_becomes_the_next_one(session, grace, clock_at):
    second, first = deployed(session, FIRST, RENAMED)
    assert (second.version, first.version) == (2, 1)

    third = rollback.roll_back(session, first.id, by=grace)

    assert third.version == 3
    assert definitions.content(session, third.id) == FIRST.encode()
    with pytest.raises(rollback.AlreadyLatest):
        rollback.roll_back(session, third.id, by=grace)


def test_running_cases_are_counted_by_version(session, clock_at):
    for text in (FIRST, RENAMED):
        deployments.deploy(session, {"claim.bpmn": text.encode()}, by=SYSTEM)
        instances.start(session, key="claim", by=SYSTEM)
    instances.start(session, key="claim", by=SYSTEM)

    assert rollback.running(session, "claim") == [(2, 2), (1, 1)]


def test_the_dialog_is_told_what_changes_runs_and_would_go_another_way(analyst):
    with transaction() as session:
        deployed(session, FIRST)
        instances.start(session, key="claim", business_key="C-1", by=SYSTEM)
    draft = analyst.post("/designer/drafts", name="Other", starter="approval").location
    urls = config_of(analyst.get(draft))["urls"]
    text = FIRST.replace('"decide"', '"judge"').replace(">decide<", ">judge<")
    analyst.send("PUT", urls["draft"], {"content": text, "revision": 1})

    release = analyst.send("GET", urls["release"]).json
    report = analyst.send("POST", urls["replays"]).json

    assert (release["latest"], release["running"]) == (1, [{"version": 1, "cases": 1}])
    assert "added" in {change["kind"] for change in release["changes"]}
    assert (report["cases"], report["different"]) == (1, 1)
    assert report["differences"][0]["cases"][0]["name"] == "C-1"


def test_the_way_back_is_a_button_beside_an_earlier_version(analyst):
    with transaction() as session:
        latest, first = (each.id for each in deployed(session, FIRST, RENAMED))
    assert "Go back to this version" not in analyst.get(f"/designer/versions/{latest}").text
    assert "Go back to this version" in analyst.get(f"/designer/versions/{first}").text

    answer = analyst.post(f"/designer/versions/{first}/rollback")

    assert answer.status_code == 303
    assert "Claim: version 3 is the latest now." in analyst.get(answer.location).text
