"""What tests of the designer do at its pages: begin a draft, select, wait until all is stored."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
#: Colours have changed, and nothing moves any more.
AT_REST = """async () => {
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const moving = document.getAnimations()
        .filter(each => Number.isFinite(each.effect.getComputedTiming().endTime));
    await Promise.allSettled(moving.map(each => each.finished));
}"""


def watched(analyst: BrowserContext, address: str, complaints: list[str]) -> Page:
    """A window whose console and requests are listened to."""
    page = analyst.new_page()
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda sent: (
            sent.url.startswith((address, "data:", "blob:")) or complaints.append(sent.url)
        ),
    )
    return page


def begin(page: Page, name: str, template: str, kind: str = "process") -> None:
    """Make a draft from a template and wait until its editor is there."""
    page.goto(f"/designer?kind={kind}")
    page.get_by_role("button", name=f"New {kind}").first.click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_text(template).click()
    page.get_by_role("button", name="Create").click()
    wait_until_open(page)


def wait_until_open(page: Page) -> None:
    page.locator(".bench[data-ready]").wait_for()


def select(page: Page, element_id: str) -> None:
    """Click an element after leaving any other."""
    page.locator("[data-canvas]").click(position={"x": 700, "y": 780})
    page.locator(f'[data-element-id="{element_id}"] .djs-hit').first.click()
    page.locator("[data-properties]").get_by_label("ID", exact=True).wait_for()


def choose(page: Page, key: str, what: str) -> None:
    """Open a menu of the canvas by its key, search in it, and take what is found first."""
    page.keyboard.press(key)
    expect(page.locator(".djs-popup-search input")).to_be_focused()
    page.keyboard.type(what)
    first = page.locator(".djs-popup [role=option][aria-selected=true]")
    expect(first).to_contain_text(re.compile(what, re.IGNORECASE))
    page.keyboard.press("Enter")
    page.locator(".djs-popup").wait_for(state="detached")


def leave_label(page: Page) -> None:
    """End the writing of a label, which begins by itself on a new task."""
    label = page.locator("[data-canvas] .djs-direct-editing-parent")
    label.wait_for()
    page.keyboard.press("Escape")
    label.wait_for(state="detached")


def expect_saved(page: Page) -> None:
    """Wait until what was drawn is stored."""
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "saved")


def settle(page: Page) -> None:
    """Wait until nothing moves and colours have changed: on their way they need not contrast."""
    page.evaluate(AT_REST)


def violations(page: Page) -> list[str]:
    """What axe finds wrong, one line each. Put in past the policy, as a debugger does."""
    settle(page)
    page.context.new_cdp_session(page).send("Runtime.evaluate", {"expression": AXE.read_text()})
    found = page.evaluate("axe.run().then(result => result.violations)")
    return [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]


def assert_sound_in_every_dress(
    page: Page, portray: Callable[[str], None] = lambda dress: None
) -> None:
    """Light and dark, wide and on a phone: axe finds nothing, and nothing sticks out."""
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme; }", theme)
        for size in (PHONE, WIDE):
            page.set_viewport_size(size)
            portray(f"{theme}-{size['width']}")
            assert violations(page) == [], f"{theme}, {size['width']} px"
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
