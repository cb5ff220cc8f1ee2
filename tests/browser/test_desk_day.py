"""A whole day at the desk without a mouse."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.designing import violations
from tests.browser.test_desk import open_desk  # noqa: F401
from tests.screens import casework

pytestmark = [pytest.mark.xdist_group("desk"), pytest.mark.browser, pytest.mark.timeout(180)]

MOST_TABS = 60
PASSWORD = "a sentence is fine"


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until something has the focus, as somebody without a mouse does."""
    expect(target).to_be_visible()
    for _ in range(MOST_TABS):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{target} is not reached by Tab")


def strike(page: Page, key: str) -> None:
    """Press a key of the page, once its script is there to hear it."""
    page.wait_for_load_state("load")
    page.keyboard.press(key)


def press_at(page: Page, target: Locator) -> None:
    tab_to(page, target)
    page.keyboard.press("Enter")


def test_a_day_at_the_desk_needs_no_mouse(
    open_desk: Callable[..., Page],  # noqa: F811
) -> None:
    for number in range(1, 4):
        casework.start("errand", f"ERR-{number}")
    ada = open_desk("ada", "/account")
    keys = ada.keyboard

    # Choose a password, sign out, and sign in with it.
    tab_to(ada, ada.get_by_label("New password"))
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(ada.get_by_text("Your password is set.")).to_be_visible()
    press_at(ada, ada.locator(".person-menu summary:visible"))
    press_at(ada, ada.get_by_role("button", name="Sign out"))
    ada.wait_for_url("**/sign-in*")
    tab_to(ada, ada.get_by_label("Name"))
    keys.type("ada")
    tab_to(ada, ada.get_by_label("Password"))
    keys.type(PASSWORD)
    keys.press("Enter")
    ada.wait_for_url("**/work")

    # Get next, fill in, complete, go on, and take it back: what was typed is there again.
    strike(ada, "n")
    note = ada.get_by_label("Your note")
    tab_to(ada, note)
    keys.type("Done too fast")
    strike(ada, "Control+Enter")
    expect(ada.get_by_text("You completed this task.")).to_be_visible()
    task = next(each for each in casework.tasks() if each.state == "completed")
    assert casework.variables(task.instance_id)["note"] == "Done too fast"
    expect(ada.locator("#undo-left")).to_contain_text("seconds left")
    strike(ada, "n")
    expect(ada.get_by_text("You completed go, ERR-1.")).to_be_visible()
    expect(ada.locator("[data-undo-notice] #undo-left")).to_contain_text("seconds left")
    assert violations(ada) == []
    strike(ada, "u")
    expect(ada.get_by_text("Undone. The task is open again")).to_be_visible()
    expect(note).to_have_value("Done too fast")

    # Say something to Bob, and hand it over to him.
    strike(ada, "m")
    keys.type("@bob you know them")
    press_at(ada, ada.get_by_role("button", name="Comment"))
    expect(ada.get_by_text("Noted, and told Bob.")).to_be_visible()
    press_at(ada, ada.locator("[data-open-dialog='hand-over']").first)
    tab_to(ada, ada.locator("#hand-over select"))
    keys.type("Bob")
    press_at(ada, ada.locator("#hand-over [type=submit]"))
    expect(ada.get_by_text("Handed over to")).to_be_visible()

    # Look for one case in the work of the group, keep that view, claim, open, complete.
    press_at(ada, ada.get_by_role("link", name="My groups"))
    expect(ada.locator("[data-task]")).to_have_count(2)
    strike(ada, "/")
    keys.type("ERR-3")
    expect(ada.locator("[data-task]")).to_have_count(1)
    press_at(ada, ada.locator("[data-open-dialog=keep-view]"))
    expect(ada.locator("dialog[open] [name=name]")).to_be_focused()
    keys.type("My third")
    keys.press("Enter")
    expect(ada.get_by_role("link", name="My third")).to_be_visible()
    strike(ada, "j")
    strike(ada, "c")
    expect(ada.locator("[data-task]").get_by_text("You", exact=True)).to_be_visible()
    expect(ada.locator("[data-task] a[href]:focus")).to_have_count(1)
    keys.press("Enter")
    ada.wait_for_url("**/user-tasks/*")
    tab_to(ada, note)
    keys.type("All is well")
    strike(ada, "Control+Enter")
    expect(ada.get_by_text("You completed this task.")).to_be_visible()

    bob = open_desk("bob", "/notifications")
    for words in ("ada gave you go of ERR-1", "ada mentioned you in ERR-1"):
        expect(bob.get_by_role("link", name=words, exact=False)).to_be_visible()
    assert violations(bob) == []
    states = [(each.state, each.assignee) for each in casework.tasks()]
    assert states == [("open", "bob"), ("open", None), ("completed", "ada")]
