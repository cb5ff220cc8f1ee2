"""An analyst tries complaint handling out: to its end, back, recorded, broken, and what is left."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

import forms
from core.db import transaction
from core.people import SYSTEM
from engine import deployments
from tests.browser.complaints import complain_three_times
from tests.browser.conftest import PICTURES
from tests.browser.designing import (
    assert_sound_in_every_dress,
    expect_saved,
    select,
    violations,
    wait_until_open,
)

LIBRARY = Path(__file__).parents[2] / "processes" / "complaint_handling"
#: The pictures that the guide shows, and their names there.
SHOWN = {"ended": "test-run", "covered": "coverage", "replay": "deploy"}
README_PICTURES = "docs/pictures"

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def complaint(page: Page) -> Page:
    """The editor of complaint handling, its forms drawn too, the test-run open."""
    for name in ("complaint", "complaint_assessment", "refund"):
        bring(page, f"{name}.form")
    bring(page, "complaint.bpmn")
    # What the file leaves to do lies open.
    page.get_by_role("button", name="Close the problems").click()
    page.get_by_role("button", name="Test-run", exact=True).click()
    expect(panel(page).get_by_text("Play the draft through with")).to_be_visible()
    return page


def bring(page: Page, name: str) -> None:
    kind = "form" if name.endswith(".form") else "process"
    page.goto(f"/designer?kind={kind}")
    page.get_by_role("button", name="Import").first.click()
    page.locator("#import-file").set_input_files(LIBRARY / name)
    page.get_by_role("dialog").get_by_role("button", name="Import").click()
    page.wait_for_url("**/drafts/*")
    wait_until_open(page)


def panel(page: Page) -> Locator:
    return page.locator('[data-panel="trial"]')


def dialog(page: Page) -> Locator:
    return page.locator("[data-asking-dialog]")


def begin_run(page: Page) -> None:
    panel(page).get_by_role("button", name="Start", exact=True).click()
    form = dialog(page)
    form.get_by_label("Customer").fill("Anna Becker")
    form.get_by_label("E-mail address").fill("anna@mail.example")
    form.locator(".fjs-select-display").click()
    form.get_by_text("A bill", exact=True).click()
    form.get_by_label("The complaint").fill("I paid twice")
    portray(page, "form")
    form.get_by_role("button", name="Complete").click()
    expect(waits(page)).to_contain_text("Understand the complaint")


def waits(page: Page) -> Locator:
    return panel(page).locator("[data-trial-waits]")


def judge(page: Page, *, is_money_returned: bool = True) -> None:
    waits(page).get_by_role("button", name="Complete: Understand the complaint").click()
    form = dialog(page)
    form.get_by_label("Yes").nth(0).check()
    form.get_by_label("Yes" if is_money_returned else "No").nth(1).check()
    form.get_by_label("Our answer").fill("You are right.")
    form.get_by_role("button", name="Complete").click()


def refund(page: Page) -> None:
    waits(page).get_by_role("button", name="Complete: Decide on the refund").click()
    form = dialog(page)
    form.get_by_label("Amount returned").fill("42.5")
    form.get_by_label("Reason").fill("Paid twice")
    form.get_by_role("button", name="Complete").click()


def answer(page: Page) -> None:
    waits(page).get_by_role("button", name="Answer: Answer the customer").click()
    dialog(page).get_by_role("button", name="Answer").click()


def portray(page: Page, name: str) -> None:
    """Keep a picture where one was asked for: all of them, or the guide's few."""
    kept = SHOWN.get(name, "" if PICTURES == README_PICTURES else name)
    if PICTURES and kept:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.wait_for_timeout(600)
        page.screenshot(path=Path(PICTURES) / f"{kept}.png", animations="disabled")


def test_a_complaint_is_played_rewound_recorded_and_broken(complaint: Page) -> None:
    page = complaint
    run = panel(page)
    begin_run(page)
    portray(page, "started")

    # To the end: billing decides, the partner that sends mails is answered for.
    judge(page)
    expect(waits(page)).to_contain_text("Decide on the refund")
    expect(run.locator("[data-trial-variables]")).to_contain_text("refundAsked")
    refund(page)
    answer(page)
    expect(run.locator("[data-trial-state]")).to_have_text("Ended")
    expect(page.locator('.trial-visited[data-element-id="complaint_answered"]')).to_be_visible()
    portray(page, "ended")

    # Back to the first task, and three days later.
    run.get_by_role("button", name="Back to: Start").click()
    expect(waits(page)).to_contain_text("Understand the complaint")
    run.get_by_role("button", name="Move the clock", exact=True).click()
    dialog(page).get_by_label("By how long").fill("P3D")
    dialog(page).get_by_role("button", name="Move", exact=True).click()
    expect(waits(page)).to_contain_text("Remind the team")
    run.get_by_role("button", name="Back", exact=True).click()
    expect(waits(page)).not_to_contain_text("Remind the team")

    # Once more, recorded.
    judge(page)
    refund(page)
    answer(page)
    run.get_by_role("button", name="Record this run").click()
    dialog(page).get_by_label("What it shows").fill("Money is returned")
    dialog(page).get_by_role("button", name="Record").click()
    expect(run.locator("[data-scenario-list]")).to_contain_text("Money is returned")
    run.get_by_role("button", name="Run all").click()
    expect(run.locator("[data-scenario-summary]")).to_contain_text("1 scenario passed")
    expect(run.locator("[data-uncovered]")).to_contain_text("“Money to return?” goes to “no”")
    portray(page, "covered")

    # Recorded anew under its name, one step shorter; and what it said before brought back.
    run.get_by_role("button", name="Back", exact=True).click()
    run.get_by_role("button", name="Record this run").click()
    dialog(page).get_by_label("What it shows").fill("Money is returned")
    page.once("dialog", lambda asked: asked.accept())
    dialog(page).get_by_role("button", name="Record").click()
    run.get_by_role("button", name="Earlier texts of “Money is returned”").click()
    expect(dialog(page).locator("pre")).to_contain_text("complete: decide_refund")
    assert violations(page) == []
    portray(page, "earlier")
    dialog(page).get_by_role("button", name="Restore").click()
    expect(dialog(page)).not_to_be_visible()

    # Thrown away by mistake, and back with what it said before.
    run.get_by_role("button", name="Throw away: Money is returned").click()
    expect(run.locator("[data-scenario-list] li")).to_have_count(0)
    thrown = run.get_by_role("button", name="Thrown away: 1")
    expect(thrown).to_be_focused()
    thrown.click()
    expect(dialog(page).locator("pre")).to_contain_text("complete: decide_refund")
    assert_sound_in_every_dress(page, lambda dress: portray(page, f"thrown-{dress}"))
    dialog(page).get_by_role("button", name="Bring back: Money is returned").click()
    expect(run.locator("[data-scenario-list]")).to_contain_text("Money is returned")
    expect(thrown).not_to_be_visible()
    expect(run.get_by_role("button", name="Earlier texts of “Money")).to_be_visible()

    # The condition is turned round: the scenario says which step cannot be taken any more.
    page.get_by_role("button", name="Properties", exact=True).click()
    select(page, "refund_asked_to_decide_refund_label")
    condition = page.locator("[data-entry-id=work-condition-text] [contenteditable]")
    condition.fill('justified = "no" and refundAsked = "yes"')
    condition.blur()
    expect_saved(page)
    run.get_by_role("button", name="Run all").click()
    expect(run.locator("[data-scenario-summary]")).to_contain_text("1 of 1 scenarios failed")
    expect(run.locator("[data-scenario-list]")).to_contain_text("Step 2 (complete: decide_refund")
    portray(page, "broken")


def test_it_stops_at_a_breakpoint_where_a_variable_is_changed(complaint: Page) -> None:
    page = complaint
    run = panel(page)
    begin_run(page)
    page.locator('[data-element-id="refund_asked"] .djs-hit').first.click()
    page.keyboard.press("F9")
    expect(page.get_by_role("img", name="Breakpoint")).to_be_visible()

    judge(page)
    expect(run.locator("[data-trial-state]")).to_have_text("Stopped at a breakpoint")
    run.get_by_role("button", name="Change refundAsked").click()
    dialog(page).get_by_label("Value as JSON").fill('"no"')
    dialog(page).get_by_role("button", name="Change", exact=True).click()
    expect(dialog(page)).not_to_be_visible()
    portray(page, "stopped")
    run.get_by_role("button", name="Run on").click()

    expect(waits(page)).to_contain_text("Answer the customer")
    expect(run.locator("[data-trial-state]")).to_have_text("Waits")


def test_the_test_run_has_no_accessibility_violations(complaint: Page) -> None:
    page = complaint
    assert_sound_in_every_dress(page)

    begin_run(page)
    for closed in page.locator(".trial details:not([open]) summary").all():
        closed.click()
    assert_sound_in_every_dress(page, lambda dress: portray(page, dress))
    waits(page).get_by_role("button", name="Complete: Understand the complaint").click()
    expect(dialog(page).get_by_label("Our answer")).to_be_visible()
    assert_sound_in_every_dress(page)


def test_a_replay_catches_a_planted_change_before_it_is_deployed(page: Page) -> None:
    with transaction() as session:
        files = {
            path.name: path.read_bytes()
            for path in LIBRARY.iterdir()
            if path.suffix in (".bpmn", ".form")
        }
        deployments.deploy(session, files, by=SYSTEM, check_form=forms.check)
        complain_three_times(session)
    page.goto("/designer")
    page.get_by_role("row", name="Complaint handling").get_by_role("button", name="Edit").click()
    wait_until_open(page)

    # As it is, everything goes as it went.
    page.get_by_role("button", name="Deploy version").click()
    release = page.locator("[data-release]")
    expect(release.locator("[data-release-replay]")).to_have_text("3 of 3 go as they went")
    expect(release.locator("[data-release-running]")).to_have_text("3 on version 1")
    page.keyboard.press("Escape")

    # Somebody forgets half of the condition.
    select(page, "refund_asked_to_decide_refund_label")
    condition = page.locator("[data-entry-id=work-condition-text] [contenteditable]")
    condition.fill('refundAsked = "yes"')
    condition.blur()
    expect_saved(page)
    page.get_by_role("button", name="Deploy version").click()

    expect(release.locator("[data-release-changes]")).to_contain_text("“yes”: condition")
    expect(release.locator("[data-release-replay]")).to_contain_text("1 would be otherwise")
    difference = release.locator("[data-difference=way]")
    expect(difference).to_contain_text(
        "It goes to “Decide on the refund” instead of “Answer the customer”."
    )
    difference.locator("summary").click()
    expect(difference.get_by_role("link", name="C-0")).to_be_visible()
    portray(page, "replay")
    assert violations(page) == []
