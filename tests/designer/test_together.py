"""Several people at one draft: who is there, whose text counts, and what can be come back to."""

import pytest

from designer import drafts, milestones, presence, starters
from designer.models import DraftMoved
from engine import deployments
from tests.browsing import signed_in
from tests.conftest import Role, actor
from tests.designer.test_pages import Analyst, config_of

BLANK = starters.get("blank").content("move_in", "Move in")
MINE = BLANK.replace('name="Move in"', 'name="Moving in"')
THEIRS = BLANK.replace('name="Move in"', 'name="Move"')


@pytest.fixture
def hedy():
    return actor("hedy", Role.ANALYST)


@pytest.fixture
def draft(session, grace, clock_at):
    return drafts.begin(session, "process", BLANK, by=grace)


def at_it(session, draft, window, by):
    found = presence.beat(session, draft.id, window, by=by)
    return [(each.person, each.is_editing) for each in found]


def test_who_opens_a_draft_hears_who_edits_it(session, draft, grace, hedy, clock_at):
    assert at_it(session, draft, "a", grace) == []
    presence.drew(session, draft.id, by=grace)

    assert at_it(session, draft, "b", hedy) == [("grace", True)]
    clock_at(seconds=30)
    at_it(session, draft, "a", grace)
    clock_at(seconds=60)
    at_it(session, draft, "a", grace)
    clock_at(minutes=2, seconds=5)
    assert at_it(session, draft, "b", hedy) == []
    assert at_it(session, draft, "a", grace) == [("hedy", False)]


def test_a_closed_window_is_gone_at_once_and_a_lost_one_soon(session, draft, grace, hedy, clock_at):
    at_it(session, draft, "a", grace)
    at_it(session, draft, "b", grace)
    presence.leave(session, draft.id, "a", by=hedy)
    presence.leave(session, draft.id, "b", by=grace)

    assert at_it(session, draft, "c", hedy) == [("grace", False)]
    clock_at(seconds=41)
    assert at_it(session, draft, "c", hedy) == []


@pytest.mark.parametrize("window", ["", "w" * 65])
def test_a_window_has_a_short_name(session, draft, grace, window):
    with pytest.raises(presence.WindowUnnamed):
        presence.beat(session, draft.id, window, by=grace)


def test_a_second_person_draws_on_the_same_draft_but_never_over_newer_text(
    session, draft, grace, hedy
):
    drafts.save(session, draft.id, THEIRS, 1, by=hedy)

    with pytest.raises(DraftMoved):
        drafts.save(session, draft.id, MINE, 1, by=grace)

    assert (draft.content, draft.drawn_by, draft.owner) == (THEIRS, "hedy", "grace")


def test_taking_over_keeps_what_the_other_drew(session, draft, grace, hedy):
    drafts.save(session, draft.id, THEIRS, 1, by=hedy)

    milestones.take_over(session, draft.id, MINE, by=grace)

    (kept,) = milestones.of_draft(session, draft)
    assert (draft.content, draft.revision, draft.drawn_by) == (MINE, 3, "grace")
    assert (kept.content, kept.created_by) == (THEIRS, "hedy")


def test_going_back_to_a_milestone_loses_nothing(session, draft, grace, hedy):
    first = milestones.keep(session, draft, BLANK, " Before the workshop ", by="grace")
    drafts.save(session, draft.id, MINE, 1, by=hedy)

    milestones.restore(session, draft.id, first.id, by=grace)

    newest, oldest = milestones.of_draft(session, draft)
    assert draft.content == BLANK
    assert (newest.content, newest.created_by) == (MINE, "hedy")
    assert newest.message == "Before going back to “Before the workshop”"
    assert oldest.message == "Before the workshop"


def test_a_version_is_restored_into_the_draft(session, draft, grace):
    outcome = deployments.deploy(session, {"move_in.bpmn": BLANK.encode()}, by=grace)
    drafts.save(session, draft.id, MINE, 1, by=grace)

    milestones.restore_version(session, draft.id, outcome.definitions[0].id, by=grace)

    assert draft.content == BLANK
    assert [each.content for each in milestones.of_draft(session, draft)] == [MINE]


def test_what_is_something_else_is_not_restored(session, draft, grace, hedy):
    other = BLANK.replace("move_in", "move_out")
    outcome = deployments.deploy(session, {"move_out.bpmn": other.encode()}, by=grace)
    elsewhere = drafts.begin(session, "process", BLANK, by=hedy)
    kept = milestones.keep(session, elsewhere, MINE, "Mine", by="hedy")

    with pytest.raises(milestones.OtherKind):
        milestones.restore_version(session, draft.id, outcome.definitions[0].id, by=grace)
    with pytest.raises(milestones.MilestoneNotFound):
        milestones.restore(session, draft.id, kept.id, by=grace)


@pytest.mark.parametrize("message", ["", "  ", "m" * 501])
def test_a_milestone_says_what_it_is(session, draft, message):
    with pytest.raises(milestones.MilestoneUnnamed):
        milestones.keep(session, draft, BLANK, message, by="grace")


def test_the_oldest_milestones_go(session, draft):
    for number in range(milestones.MAX_KEPT + 3):
        milestones.keep(session, draft, BLANK, f"No. {number}", by="grace")

    kept = milestones.of_draft(session, draft)
    assert len(kept) == milestones.MAX_KEPT
    assert kept[-1].message == "No. 3"


def test_only_its_owner_throws_a_draft_away(session, draft, grace, hedy):
    at_it(session, draft, "a", grace)
    milestones.keep(session, draft, BLANK, "First", by="grace")

    with pytest.raises(drafts.DraftOfAnother, match="Only grace"):
        drafts.discard(session, draft.id, by=hedy)
    drafts.discard(session, draft.id, by=grace)
    session.flush()


def test_who_does_not_draw_sees_no_draft(session, draft, ada):
    with pytest.raises(drafts.DraftNotFound):
        drafts.get(session, draft.id, by=ada)


@pytest.fixture
def analysts(app):
    """Grace and Hedy, each at a browser."""
    pair = Analyst(app), Analyst(app)
    for browser, name in zip(pair, ("grace", "hedy"), strict=True):
        browser.client = signed_in(app, name, "analyst").client
    return pair


def test_the_editors_learn_of_each_other_and_merge(analysts):
    grace, hedy = analysts
    page = grace.begin()
    config = config_of(grace.get(page))
    urls, base = config["urls"], config["draft"]["content"]
    judged = base.replace('name="Decide"', 'name="Judge"')
    chased = base.replace('name="Chase the decision"', 'name="Chase"')

    alone = grace.send("POST", urls["presence"], {"window": "a"}).json
    second = hedy.send("POST", urls["presence"], {"window": "b"}).json
    hedy.send("PUT", urls["draft"], {"content": chased, "revision": 1})
    third = grace.send("POST", urls["presence"], {"window": "a"}).json
    stored = grace.send("GET", urls["content"]).json
    ask = {"base": base, "content": judged, "choices": {}}
    merged = grace.send("POST", urls["merge"], ask).json

    assert (alone["others"], alone["revision"]) == ([], 1)
    [other] = second["others"]
    assert (other["name"], other["is_me"], other["is_editing"]) == ("grace", False, False)
    assert [(one["name"], one["is_editing"]) for one in third["others"]] == [("hedy", True)]
    assert (stored["revision"], stored["saved_by"], stored["content"]) == (2, "hedy", chased)
    assert (merged["can_merge"], merged["conflicts"], merged["revision"]) == (True, [], 2)
    assert 'name="Judge"' in merged["content"]
    assert 'name="Chase"' in merged["content"]
    assert [told["element"] for told in merged["mine"]] == ["decide"]
    assert [told["sentence"] for told in merged["theirs"]] == ["“Chase”: name"]
    assert grace.send("DELETE", urls["presence"], {"window": "a"}).status_code == 204


def test_a_conflict_is_told_and_a_form_is_not_merged(analysts):
    grace, hedy = analysts
    config = config_of(grace.get(grace.begin("Decision", "decision_form")))
    urls, base = config["urls"], config["draft"]["content"]
    hedy.send("PUT", urls["draft"], {"content": base.replace("Reason", "Why"), "revision": 1})

    ask = {"base": base, "content": base.replace("Reason", "Grounds")}
    merged = grace.send("POST", urls["merge"], ask).json
    taken = grace.send("POST", urls["takeover"], {"content": ask["content"]}).json
    kept = grace.send("POST", urls["milestones"], {"content": base, "message": "First"})

    assert (merged["can_merge"], merged["content"]) == (False, None)
    assert [told["sentence"] for told in merged["theirs"]] == ["“Why”: label"]
    assert (taken["revision"], taken["saved_by"]) == (3, "grace")
    assert kept.status_code == 201
    refused = grace.send("POST", urls["merge"], {**ask, "choices": ["mine"]})
    assert refused.status_code == 422


def test_a_draft_of_another_is_joined_from_the_list(analysts):
    grace, hedy = analysts
    page = grace.begin("Refund")

    listed = hedy.page("/designer")

    assert "grace has a draft" in listed
    assert f'href="{page}"' in listed
    assert hedy.get(page).status_code == 200
