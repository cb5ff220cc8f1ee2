"""Drafts: begun, saved without losing anybody's work, opened from a version, thrown away."""

import pytest

from designer import drafts, starters
from designer.contents import UnreadableForm, WithoutProcess, key_from
from designer.models import DraftMoved
from engine import deployments
from engine.bpmn.reader import UnreadableModel

BLANK = starters.get("blank").content("move_in", "Move in")
RENAMED = BLANK.replace("Move in", "Moving in")
FORM = starters.get("blank_form").content("address", "Address")


@pytest.fixture
def draft(session, grace, clock_at):
    return drafts.begin(session, "process", BLANK, by=grace)


def test_a_draft_knows_the_key_and_name_of_its_content(draft):
    assert (draft.key, draft.name, draft.revision) == ("move_in", "Move in", 1)


def test_a_form_is_a_draft_too(session, grace, clock_at):
    draft = drafts.begin(session, "form", FORM, by=grace)

    assert (draft.kind, draft.key, draft.name) == ("form", "address", "Address")


def test_a_save_counts_up_and_takes_the_new_name(session, draft, grace, clock_at):
    later = clock_at(minutes=3)

    drafts.save(session, draft.id, RENAMED, 1, by=grace)

    assert (draft.revision, draft.name, draft.updated_at) == (2, "Moving in", later)


def test_a_save_over_a_newer_text_is_refused_and_changes_nothing(session, draft, grace):
    drafts.save(session, draft.id, RENAMED, 1, by=grace)

    with pytest.raises(DraftMoved, match=r"saved from another window at 09:00"):
        drafts.save(session, draft.id, BLANK.replace("Move in", "Move"), 1, by=grace)

    assert draft.name == "Moving in"


def test_saving_the_same_text_twice_is_fine(session, draft, grace):
    drafts.save(session, draft.id, RENAMED, 1, by=grace)
    drafts.save(session, draft.id, RENAMED, 1, by=grace)

    assert draft.revision == 2


def test_a_text_without_a_key_is_kept_under_the_key_it_had(session, draft, grace):
    broken = BLANK.replace("<bpmn:process", "<bpmn:category").replace(
        "</bpmn:process", "</bpmn:category"
    )

    drafts.save(session, draft.id, broken, 1, by=grace)

    assert (draft.key, draft.content) == ("move_in", broken)


def test_another_analyst_sees_a_draft_too(session, draft, root):
    assert drafts.get(session, draft.id, by=root) is draft


@pytest.mark.parametrize(
    ("kind", "content", "error"),
    [
        ("process", "", UnreadableModel),
        ("process", "<a/>", WithoutProcess),
        ("form", "{", UnreadableForm),
        ("form", '{"id": "a"}', UnreadableForm),
        ("form", '{"components": []}', UnreadableForm),
    ],
)
def test_what_cannot_be_drawn_does_not_become_a_draft(session, grace, kind, content, error):
    with pytest.raises(error):
        drafts.begin(session, kind, content, by=grace)


def test_a_deployed_version_opens_as_one_draft(session, grace, clock_at):
    outcome = deployments.deploy(session, {"move_in.bpmn": BLANK.encode()}, by=grace)
    (version,) = outcome.definitions

    first = drafts.open_version(session, version, by=grace)
    again = drafts.open_version(session, version, by=grace)

    assert first is again
    assert not drafts.is_changed(session, first)
    drafts.save(session, first.id, RENAMED, first.revision, by=grace)
    assert drafts.is_changed(session, first)


def test_an_older_draft_is_left_alone_when_a_newer_version_is_opened(session, draft, grace):
    drafts.save(session, draft.id, RENAMED, 1, by=grace)
    outcome = deployments.deploy(session, {"move_in.bpmn": BLANK.encode()}, by=grace)

    opened = drafts.open_version(session, outcome.definitions[0], by=grace)

    assert opened is not draft
    assert draft.content == RENAMED


def test_a_draft_that_was_thrown_away_is_gone(session, draft, grace):
    drafts.discard(session, draft.id, by=grace)
    session.flush()

    assert drafts.of_person(session, "process", by=grace) == []


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Move in, with meter", "move_in_with_meter"),
        ("2nd reading", "p_2nd_reading"),
        ("Prüfung der Maße", "pruefung_der_masse"),
        ("Réclamation", "reclamation"),
        ("¿?", "untitled"),
    ],
)
def test_keys_are_made_of_names(name, key):
    assert key_from(name) == key
