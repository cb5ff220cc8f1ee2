"""The designer in a real Chromium: draw, mend, deploy, two windows at once, forms, axe."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

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

pytestmark = pytest.mark.timeout(180)


def test_a_process_is_drawn_saved_and_deployed(page: Page) -> None:
    begin(page, "Refund", "Request and approval")

    select(page, "decide")
    page.get_by_label("Name", exact=True).fill("Judge the request")
    page.get_by_label("Candidate groups").fill("billing")
    page.get_by_label("Candidate groups").blur()
    expect(page.locator("[data-undo]")).to_be_enabled()
    expect_saved(page)
    page.reload()
    wait_until_open(page)
    expect(page.locator('[data-element-id="decide"]').first).to_contain_text("Judge the")

    page.get_by_role("button", name="Deploy version 1").click()
    page.get_by_label("What changed").fill("The first one")
    page.get_by_role("dialog").get_by_role("button", name="Deploy version 1").click()
    expect(page.get_by_text("Refund is deployed: version 1 is the latest now.")).to_be_visible()

    page.goto("/designer")
    expect(page.get_by_role("row", name="Refund")).to_contain_text("The first one")


def test_undo_takes_back_a_connector_and_all_that_belongs_to_it(page: Page) -> None:
    begin(page, "Order", "Call a partner")
    select(page, "call_partner")
    kind = page.get_by_label("What it does")

    kind.select_option("email")
    expect(page.get_by_label("Subject")).to_be_visible()
    page.locator("[data-undo]").click()

    expect(kind).to_have_value("http")
    expect(page.get_by_label("Address")).to_have_value("https://partner.example/orders")


def test_a_mistake_is_named_shown_and_keeps_the_model_from_being_deployed(page: Page) -> None:
    begin(page, "Order", "Call a partner")
    select(page, "call_partner")
    page.get_by_label("Address").fill("=1 +")
    page.locator("[data-toggle-panel=problems]").first.click()
    problem = page.locator(".problem--error")
    expect(problem).to_contain_text("is no FEEL")
    expect(page.locator(".problem-badge--error")).to_be_visible()

    page.locator("[data-canvas]").click(position={"x": 700, "y": 500})
    problem.get_by_role("button", name="Show").click()

    expect(page.locator('.selected[data-element-id="call_partner"]').first).to_be_visible()
    page.get_by_role("button", name="Deploy version 1").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Mend the errors first.")
    expect(dialog.get_by_role("button", name="Deploy version 1")).to_be_disabled()


def test_elements_are_appended_and_copied_by_keyboard(page: Page) -> None:
    begin(page, "Meter", "Empty canvas")
    select(page, "begin")

    page.keyboard.press("a")
    page.keyboard.type("user task")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator('[data-element-id^="Activity_"].djs-shape')).to_have_count(1)

    # What was appended is selected: it can be copied at once.
    page.keyboard.press("Control+c")
    wait_for_copy(page)
    expect_saved(page)


def test_a_copy_is_pasted_where_the_pointer_is(page: Page) -> None:
    begin(page, "Meter", "Empty canvas")
    select(page, "begin")
    page.keyboard.press("a")
    page.keyboard.type("user task")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+c")
    wait_for_copy(page)

    paste_at(page, 600, 600)

    expect(page.locator('[data-element-id^="Activity_"].djs-shape')).to_have_count(2)
    expect_saved(page)


def wait_for_copy(page: Page) -> None:
    """Wait until the clipboard holds a copy; as a function, since a text would need `eval`."""
    page.wait_for_function("() => navigator.clipboard.readText().then(it => it.includes('bpmn'))")


def paste_at(page: Page, x: int, y: int) -> None:
    """Paste once, and drop the copy that hangs at the pointer as soon as this moves."""
    hanging = page.locator(".djs-drag-group")
    page.mouse.move(x, y)
    page.keyboard.press("Control+v")
    for step in range(200):
        page.mouse.move(x, y + step % 9)
        if hanging.count():
            break
        page.wait_for_timeout(100)
    page.mouse.click(x, y + 40)


def test_a_copy_of_another_tab_is_pasted_though_the_clipboard_answers_with_nothing(
    page: Page, analyst: BrowserContext, address: str, complaints: list[str]
) -> None:
    begin(page, "Meter", "Empty canvas")
    other = watched(analyst, address, complaints)
    other.add_init_script(
        """navigator.clipboard.readText = async () => ''
        new BroadcastChannel("back-office-copies").onmessage = () => { window.hasHeard = true }"""
    )
    begin(other, "Pump", "Empty canvas")
    page.bring_to_front()
    select(page, "begin")
    page.keyboard.press("a")
    page.keyboard.type("user task")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator('[data-element-id^="Activity_"].djs-shape')).to_have_count(1)
    page.keyboard.press("Control+c")

    other.wait_for_function("() => window.hasHeard")
    other.bring_to_front()
    other.locator("[data-canvas]").click(position={"x": 700, "y": 700})
    paste_at(other, 600, 600)

    expect(other.locator('[data-element-id^="Activity_"].djs-shape')).to_have_count(1)
    expect_saved(other)


def test_a_form_is_drawn_tried_and_deployed(page: Page) -> None:
    begin(page, "Decision", "Decision with a reason", kind="form")

    page.locator('.fjs-element[data-field-type="textarea"]').click()
    page.locator(".bio-properties-panel-group-header", has_text="General").click()
    page.get_by_label("Key", exact=True).fill("why")
    expect_saved(page)
    page.get_by_role("button", name="Preview", exact=True).click()
    preview = page.get_by_role("dialog")
    preview.get_by_label("No").check()
    preview.get_by_label("Reason").fill("Too late")
    preview.get_by_role("button", name="Try it").click()
    expect(preview.locator("pre")).to_contain_text('"why": "Too late"')
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Deploy version 1").click()
    page.get_by_role("dialog").get_by_role("button", name="Deploy version 1").click()
    expect(page.get_by_text("Decision is deployed: version 1")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_designer_has_no_accessibility_violations(page: Page, address, size, theme) -> None:
    page.context.add_cookies([{"name": "theme", "value": theme, "url": address}])
    page.set_viewport_size(size)

    for name, template, kind in (
        ("Order", "Call a partner", "process"),
        ("Decision", "Decision with a reason", "form"),
    ):
        begin(page, name, template, kind)
        expect(page.locator("[data-problem-summary]").first).to_have_text("No problems")

        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.goto("/designer")
    assert violations(page) == []
