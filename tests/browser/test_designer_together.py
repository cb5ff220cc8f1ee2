"""Two people at two browsers draw the same process at once, and nothing is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core import db as database
from core import people
from tests.browser.conftest import PICTURES
from tests.browser.designing import (
    PHONE,
    WIDE,
    begin,
    expect_saved,
    select,
    violations,
    wait_until_open,
    watched,
)
from tests.browsing import add_person

pytestmark = pytest.mark.timeout(240)

#: Windows tell of themselves every few seconds, seldom while they believe to be alone.
HEARD_MS = 20_000


@pytest.fixture
def second(browser: Browser, address: str) -> Iterator[Page]:
    """Hedy's browser. What the server refuses her on purpose is a line in its console."""
    add_person("hedy", "analyst", display_name="Hedy Lamarr")
    context = browser.new_context(viewport=WIDE, base_url=address)
    said: list[str] = []
    page = watched(context, address, said)
    with database.transaction() as session:
        link = people.make_sign_in_link(session, people.get_person(session, "hedy"))
    page.goto(f"/sign-in/{link}")
    page.get_by_role("button").click()
    page.wait_for_url("**/account*")
    yield page
    for each in context.pages:
        each.wait_for_load_state("networkidle")
    context.close()
    assert all("409" in line or "DISCONNECTED" in line for line in said), said


def rename(page: Page, element: str, name: str) -> None:
    select(page, element)
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Name", exact=True).blur()


def shows(page: Page, element: str, words: str) -> None:
    expect(page.locator(f'[data-element-id="{element}"]').first).to_contain_text(
        words, timeout=HEARD_MS
    )


def portray(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", animations="disabled")


def test_two_people_draw_at_once_and_nothing_is_lost(
    page: Page, second: Page, complaints: list[str]
) -> None:
    # Grace draws; Hedy opens the same draft from the list and is told.
    begin(page, "Refund", "Request and approval")
    rename(page, "outcome", "Fine?")
    expect_saved(page)
    second.goto("/designer")
    second.get_by_role("link", name="Join Refund").click()
    wait_until_open(second)
    expect(second.locator("[data-presence]")).to_contain_text("Grace Hopper is editing")
    expect(page.locator("[data-presence]")).to_contain_text(
        "Hedy Lamarr is looking", timeout=HEARD_MS
    )

    # What Grace saves appears at Hedy's while she only looks.
    rename(page, "approved", "Granted")
    expect_saved(page)
    shows(second, "approved_label", "Granted")

    # Both draw, Hedy while her line is down: different elements are merged.
    second.context.set_offline(True)
    rename(second, "chase", "Remind")
    rename(page, "decide", "Judge")
    expect_saved(page)
    second.context.set_offline(False)
    expect(second.get_by_text("This draft was saved from another window")).to_be_visible()
    second.get_by_role("button", name="See both and choose").click()
    dialog = second.get_by_role("dialog")
    expect(dialog).to_contain_text("Grace Hopper saved this draft")
    expect(dialog).to_contain_text("“Judge”: name")
    expect(dialog).to_contain_text("merging keeps the work of both")
    portray(second, "merge")
    assert violations(second) == []
    dialog.get_by_role("button", name="Merge both").click()
    shows(second, "decide", "Judge")
    shows(second, "chase", "Remind")
    expect_saved(second)
    page.locator("[data-canvas]").click(position={"x": 700, "y": 780})
    shows(page, "chase", "Remind")

    # Both draw the same element: it is asked whose counts.
    second.context.set_offline(True)
    rename(second, "decide", "Weigh")
    rename(page, "decide", "Examine")
    expect_saved(page)
    second.context.set_offline(False)
    second.get_by_role("button", name="See both and choose").click()
    expect(dialog.get_by_role("button", name="Merge both")).to_be_disabled()
    for theme in ("light", "dark"):
        second.evaluate("theme => document.documentElement.dataset.bsTheme = theme", theme)
        for size in (PHONE, WIDE):
            second.set_viewport_size(size)
            portray(second, f"conflict-{theme}-{size['width']}")
            assert violations(second) == []
    dialog.get_by_role("radio", name="You “Weigh”: name").check()
    dialog.get_by_role("button", name="Merge both").click()
    shows(second, "decide", "Weigh")
    expect_saved(second)

    # Or one takes over; what the other drew is kept among the milestones, or as a copy.
    page.locator("[data-canvas]").click(position={"x": 700, "y": 780})
    shows(page, "decide", "Weigh")
    second.context.set_offline(True)
    rename(second, "decide", "Ponder")
    rename(page, "decide", "Settle")
    expect_saved(page)
    second.context.set_offline(False)
    second.get_by_role("button", name="See both and choose").click()
    dialog.get_by_role("button", name="Take over with mine").click()
    expect_saved(second)
    page.locator("[data-canvas]").click(position={"x": 700, "y": 780})
    shows(page, "decide", "Ponder")
    assert complaints == []


def test_two_states_are_compared_on_the_canvas_and_one_is_restored(page: Page) -> None:
    # Version 1, then a draft in which much is otherwise.
    begin(page, "Refund", "Request and approval")
    page.get_by_role("button", name="Deploy version 1").click()
    page.get_by_label("What changed").fill("The first one")
    page.get_by_role("dialog").get_by_role("button", name="Deploy version 1").click()
    expect(page.get_by_text("Refund is deployed: version 1 is the latest now.")).to_be_visible()
    draft = page.url
    rename(page, "decide", "Judge")
    page.get_by_label("Candidate groups").fill("billing")
    page.get_by_label("Candidate groups").blur()
    select(page, "chased")
    page.locator("[data-canvas]").press("Delete")
    select(page, "approved")
    for _ in range(3):
        page.locator("[data-canvas]").press("ArrowRight")
    expect_saved(page)

    # The menu leads to what differs, side by side, in colours and in words.
    page.locator(".bench-bar [data-menu] summary").click()
    page.get_by_role("link", name="Compare with version 1").click()
    expect(page.locator("[data-side=after] .diff-changed[data-element-id=decide]")).to_be_visible()
    expect(page.locator("[data-side=before] .diff-removed[data-element-id=chased]")).to_be_visible()
    expect(page.locator("[data-side=after] .diff-moved[data-element-id=approved]")).to_be_visible()
    judge = page.locator(".change", has_text="Judge")
    expect(judge).to_contain_text("candidate groups")
    expect(judge.locator("ins").last).to_have_text("billing")
    judge.get_by_role("button").click()
    expect(page.locator("[data-side=after] .diff-found[data-element-id=decide]")).to_have_count(1)
    for theme in ("light", "dark"):
        page.evaluate("theme => document.documentElement.dataset.bsTheme = theme", theme)
        for size in (PHONE, {"width": 1280, "height": 800}, {"width": 1920, "height": 1080}, WIDE):
            page.set_viewport_size(size)
            portray(page, f"comparison-{theme}-{size['width']}")
        assert violations(page) == []

    # A milestone is kept, version 1 restored, and nothing is lost.
    page.goto(f"{draft}/history")
    page.get_by_label("Keep the draft as it is now").fill("With billing")
    page.get_by_role("button", name="Keep as a milestone").click()
    expect(page.get_by_role("button", name="Restore With billing")).to_be_visible()
    for size in (PHONE, WIDE):
        page.set_viewport_size(size)
        portray(page, f"history-{size['width']}")
        assert violations(page) == []
    page.get_by_role("button", name="Restore Version 1").click()
    wait_until_open(page)
    shows(page, "decide", "Decide")
    page.goto(f"{draft}/history")
    page.get_by_role("button", name="Restore With billing").click()
    wait_until_open(page)
    shows(page, "decide", "Judge")


def test_comments_stand_at_elements_until_they_are_resolved(page: Page, second: Page) -> None:
    begin(page, "Refund", "Request and approval")
    select(page, "decide")
    page.locator("[data-toggle-panel=comments]").first.click()
    panel = page.get_by_role("complementary", name="Comments")
    panel.get_by_label("Comment on “Decide”").fill("@hedy, who does this?")
    panel.get_by_role("button", name="Comment", exact=True).click()
    expect(panel.locator(".comment")).to_contain_text("@hedy, who does this?")
    expect(page.get_by_role("button", name="1 open comment")).to_have_text("1")
    for theme in ("light", "dark"):
        page.evaluate("theme => document.documentElement.dataset.bsTheme = theme", theme)
        for size in (PHONE, {"width": 1280, "height": 800}, WIDE):
            page.set_viewport_size(size)
            portray(page, f"comments-{theme}-{size['width']}")
            assert violations(page) == []

    # Hedy is told, follows, answers; Grace resolves.
    second.goto("/notifications")
    second.get_by_text("Grace Hopper mentioned you in the drawing of Decide").click()
    wait_until_open(second)
    second.get_by_role("button", name="Answer").click()
    second.get_by_role("textbox", name="Answer").fill("Billing does.")
    second.get_by_role("button", name="Send").click()
    expect(second.locator(".comment__answers")).to_contain_text("Billing does.")
    # What she answers appears at Grace's, who has done nothing.
    expect(panel.locator(".comment__answers")).to_contain_text("Billing does.", timeout=HEARD_MS)
    page.get_by_role("button", name="1 open comment").click()
    panel.get_by_role("button", name="Resolve").click()
    expect(panel.locator(".comment")).to_have_count(0)
    expect(page.locator(".comment-badge")).to_have_count(0)
    panel.get_by_label("Resolved ones too").check()
    expect(panel.locator(".comment")).to_contain_text("Resolved")


def test_a_draft_is_shown_by_a_link_until_it_is_revoked(page: Page, browser: Browser) -> None:
    begin(page, "Refund", "Request and approval")
    page.locator(".bench-bar [data-menu] summary").click()
    page.get_by_role("link", name="Share by link").click()
    page.get_by_label("A new link works for").select_option("30")
    page.get_by_role("button", name="Make a link").click()
    path = page.get_by_label("Link made by Grace Hopper").input_value().partition("/shared/")[2]
    address = page.url.partition("/designer")[0] + "/shared/" + path
    for size in (PHONE, WIDE):
        page.set_viewport_size(size)
        portray(page, f"sharing-{size['width']}")
        assert violations(page) == []

    stranger = browser.new_context(viewport=WIDE)
    try:
        window = stranger.new_page()
        window.goto(address)
        expect(window.locator('[data-element-id="decide"]').first).to_contain_text("Decide")
        for theme in ("light", "dark"):
            window.evaluate("theme => document.documentElement.dataset.bsTheme = theme", theme)
            for size in (PHONE, WIDE):
                window.set_viewport_size(size)
                portray(window, f"shared-{theme}-{size['width']}")
                assert violations(window) == []
        page.get_by_role("button", name="Revoke").click()
        expect(page.get_by_text("Shows nothing any more", exact=True)).to_be_visible()
        window.reload()
        expect(window.get_by_text("This link does not work, or not any more.")).to_be_visible()
        window.wait_for_load_state("networkidle")
    finally:
        stranger.close()
