"""Looking at what happened, and at real values while drawing: heat maps, previews, timers."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core import db as database
from core.people import Actor, Role
from designer import starters
from engine import deployments, instances, user_tasks
from tests.browser.conftest import PICTURES
from tests.browser.designing import (
    PHONE,
    WIDE,
    begin,
    expect_saved,
    select,
    violations,
    wait_until_open,
)

pytestmark = pytest.mark.timeout(180)

GRACE = Actor("grace", frozenset({Role.ANALYST}), frozenset(), "person")
ROOT = Actor("root", frozenset({Role.ADMINISTRATOR}), frozenset(), "person")


@pytest.fixture
def claims(app, clock_at) -> None:
    """Two cases of a process of the analyst's: one was decided after three days, one waits."""
    drawing = starters.get("approval").content("claim", "Claim").encode()
    with database.transaction() as session:
        deployments.deploy(session, {"claim.bpmn": drawing}, by=GRACE)
    cases = []
    for key in ("C-1", "C-2"):
        with database.transaction() as session:
            case = instances.start(
                session, key="claim", business_key=key, variables={"amount": 700}, by=ROOT
            )
            cases.append(case.id)
    clock_at(hours=72)
    with database.transaction() as session:
        [task] = user_tasks.find(session, by=ROOT, instance_id=cases[0], state="open")
        user_tasks.complete(session, task.id, {"approved": "yes"}, by=ROOT)


def portray(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", animations="disabled")


def test_what_happened_is_drawn_on_the_diagram_and_leads_to_its_cases(
    page: Page, claims, address: str
) -> None:
    page.goto("/processes/claim")
    page.get_by_role("link", name="Heat map").click()
    page.locator(".diagram .heat-5[data-element-id=decide]").wait_for()
    expect(page.locator(".heat-number").get_by_text("2", exact=True).first).to_be_visible()
    expect(page.get_by_role("list", name="Legend")).to_contain_text("2")

    page.get_by_label("Measure").select_option("late")
    expect(page.get_by_role("row", name="Decide")).to_contain_text("2 of 2 tasks were late")
    expect(page.locator(".diagram .heat-number")).to_have_text(["100 %"])
    page.get_by_label("Measure").select_option("visits")
    expect(page.locator(".diagram .heat-number")).to_have_count(5)
    for theme in ("light", "dark"):
        page.context.add_cookies([{"name": "theme", "value": theme, "url": address}])
        for size in (WIDE, PHONE):
            page.set_viewport_size(size)
            page.reload()
            page.locator(".diagram .heat-number").first.wait_for()
            portray(page, f"heat-map-{theme}-{size['width']}")
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]

    page.set_viewport_size(WIDE)
    page.locator('[data-element-id="approved"] .djs-hit').first.click()
    expect(page.get_by_role("row", name="C-1")).to_be_visible()
    expect(page.get_by_role("row", name="C-2")).to_have_count(0)
    expect(page.get_by_text("Were at “Approved” in the last 30 days")).to_be_visible()


def test_a_condition_is_tried_on_a_real_case_and_a_timer_picked_by_its_next_firings(
    page: Page, claims
) -> None:
    page.goto("/designer")
    page.get_by_role("row", name="Claim").get_by_role("button", name="Edit").click()
    wait_until_open(page)
    panel = page.locator("[data-properties]")

    line = page.locator('[data-element-id="to_approved"] .djs-hit').first.bounding_box()
    assert line is not None
    page.mouse.click(line["x"] + line["width"] / 2, line["y"])
    value = panel.locator(".work-preview__value")
    panel.get_by_label("Case to show the value in").select_option(index=1)
    expect(value).to_have_text("true")
    panel.get_by_label("Case to show the value in").select_option(index=0)
    expect(value).to_have_text("false")

    select(page, "late")
    firings = panel.locator(".work-aid li")
    expect(firings).to_have_count(1)
    panel.get_by_label("Fires").select_option("timeCycle")
    panel.get_by_label("Pattern").select_option("workdays")
    panel.get_by_label("Time, UTC").fill("07:30")
    panel.get_by_role("button", name="Take it").click()
    expect(firings).to_have_count(5)
    expect(firings.first).to_contain_text("07:30")
    portray(page, "timer-light-1440")
    assert violations(page) == []
    page.locator("[data-undo]").click()
    expect(firings.first).not_to_contain_text("07:30")
    expect_saved(page)


def test_the_diagram_is_taken_along_as_pictures_and_on_paper(page: Page) -> None:
    page.add_init_script("window.print = () => { window.printed = true; }")
    begin(page, "Refund", "Request and approval")

    for entry, name, start in (
        ("Export as picture (SVG)", "refund.svg", b"<?xml"),
        ("Export as picture (PNG)", "refund.png", b"\x89PNG"),
        ("Export as PDF", "refund.pdf", b"%PDF-1.4"),
    ):
        page.locator(".bench [data-menu] summary").click()
        with page.expect_download() as arriving:
            page.get_by_role("button", name=entry).click()
        assert arriving.value.suggested_filename == name
        assert Path(arriving.value.path()).read_bytes().startswith(start)

    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Zoom to 100 %").click()
    expect(page.get_by_role("button", name="Zoom to 100 %")).to_have_text("100 %")
    page.locator("[data-canvas]").click(position={"x": 700, "y": 780})
    page.keyboard.press("Control+p")
    page.wait_for_function("window.printed")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Refund")).to_have_count(1)
    expect(page.locator(".print-sheet img")).to_be_visible()
    expect(page.locator(".bench-bar")).to_be_hidden()
    portray(page, "paper")
