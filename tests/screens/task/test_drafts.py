import json

import pytest

from tests.browsing import signed_in
from tests.build import process
from tests.screens import casework

NOTE = {"type": "textarea", "id": "note", "key": "note", "label": "Note"}
AMOUNT = {
    "type": "number",
    "id": "amount",
    "key": "amount",
    "label": "Amount",
    "validate": {"required": True},
}


@pytest.fixture
def ada(app):
    return signed_in(app, "ada", "associate", groups=["billing"])


@pytest.fixture
def bob(app):
    return signed_in(app, "bob", "associate", groups=["billing"])


@pytest.fixture
def task(app):
    casework.deploy(
        process("invoice").user_task("approve", groups="billing", form="approval").end(),
        approval=[AMOUNT, NOTE],
    )
    casework.start("invoice", "INV-1")
    return casework.tasks()[0]


def save(browser, task, revision=0, **answers):
    return browser.client.put(
        f"/user-tasks/{task.id}/draft",
        json={"answers": answers, "revision": revision},
        headers={"X-CSRFToken": browser.token(), "Accept": "application/json"},
    )


def test_what_was_typed_comes_back_on_another_device(app, ada, task):
    answer = save(ada, task, note="Called, nobody")
    assert answer.json["revision"] == 1
    assert answer.json["trouble"] == ""

    page = ada.page(f"/user-tasks/{task.id}")
    assert "it is not sent yet" in page
    assert '"note": "Called, nobody"' in page
    assert 'data-draft-revision="1"' in page


def test_completing_drops_the_draft(ada, task):
    save(ada, task, note="Called, nobody")

    ada.post(f"/user-tasks/{task.id}/completion", answers=json.dumps({"amount": 1}))

    assert "Called, nobody" not in ada.page(f"/user-tasks/{task.id}")


def test_a_refused_completion_keeps_it(ada, task):
    save(ada, task, note="Called, nobody")

    page = ada.post(f"/user-tasks/{task.id}/completion", answers=json.dumps({"note": "Cal"})).text

    assert "data-unsaved" in page
    assert "Called, nobody" in ada.page(f"/user-tasks/{task.id}")


def test_a_task_that_somebody_else_takes_says_so_and_keeps_the_text(ada, bob, task):
    save(ada, task, note="Called, nobody")
    bob.post(f"/user-tasks/{task.id}/claim")

    assert (
        "Somebody else has this task now" in save(ada, task, 1, note="Called twice").json["trouble"]
    )
    page = ada.page(f"/user-tasks/{task.id}")
    assert "Somebody else has this task now" in page
    assert "Called twice" in page
    assert "Called twice" not in bob.page(f"/user-tasks/{task.id}")


def test_a_task_that_was_done_meanwhile_still_shows_the_text(ada, bob, task):
    save(ada, task, note="Called, nobody")
    bob.post(f"/user-tasks/{task.id}/completion", answers=json.dumps({"amount": 1}))

    page = ada.page(f"/user-tasks/{task.id}")
    assert "Somebody completed this task meanwhile" in page
    assert "Called, nobody" in page


def test_two_windows_are_told_of_each_other(ada, task):
    save(ada, task, note="here")

    answer = save(ada, task, note="there")

    assert answer.status_code == 409
    assert answer.json["error"] == "DraftElsewhere"
    assert answer.json["context"]["revision"] == 1


def test_a_draft_can_be_thrown_away(ada, task):
    save(ada, task, note="Called, nobody")

    ada.post(f"/user-tasks/{task.id}/draft/removal")

    assert "Called, nobody" not in ada.page(f"/user-tasks/{task.id}")


def test_without_scripts_a_button_saves(ada, task):
    ada.post(f"/user-tasks/{task.id}/draft", **{"answer:note": "Called, nobody"})

    page = ada.page(f"/user-tasks/{task.id}")
    assert "You can go on later, on any device" in page
    assert "Called, nobody" in page


def test_a_signed_out_window_is_told_so_and_nothing_is_stored(app, ada, task):
    from tests.browsing import Browser

    stranger = Browser(app)
    assert save(stranger, task, note="x").status_code == 401


@pytest.mark.parametrize("body", [{}, {"answers": []}, {"answers": {}, "revision": "1"}])
def test_what_is_no_draft_is_refused(ada, task, body):
    answer = ada.client.put(
        f"/user-tasks/{task.id}/draft", json=body, headers={"X-CSRFToken": ada.token()}
    )
    assert answer.status_code == 422
