"""The designer in a real Chromium: draw, mend, deploy, two windows at once, forms, axe."""

import json

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from designer import starters
from tests.browser.designing import (
    PHONE,
    assert_sound_in_every_dress,
    begin,
    choose,
    expect_saved,
    leave_label,
    select,
    wait_until_open,
    watched,
)

pytestmark = pytest.mark.timeout(180)

ENDS = ("chased", "approved", "rejected")


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


def test_three_mistakes_of_a_file_are_listed_shown_and_mended_until_it_deploys(page: Page) -> None:
    drawing = starters.get("approval").content("claim", "Claim")
    for right, wrong in (
        ('=approved = "yes"', "=approved ="),
        ("P3D", "3 days"),
        (' default="to_rejected"', ""),
    ):
        assert right in drawing
        drawing = drawing.replace(right, wrong)
    bring(page, drawing)

    # The list lies open; the worst keeps the file from being deployed.
    shown = page.get_by_role("region", name="List of problems").get_by_role("listitem")
    expect(shown).to_have_count(3)
    expect(page.locator(".problem-badge--error").first).to_be_visible()
    page.get_by_role("button", name="Deploy version 1").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Mend the errors first.")
    expect(dialog.get_by_role("button", name="Deploy version 1")).to_be_disabled()
    page.keyboard.press("Escape")

    # Each leads to where it is mended.
    page.get_by_role("button", name="Show to_approved").click()
    expect(page.locator('.djs-connection.selected[data-element-id="to_approved"]')).to_have_count(1)
    condition = page.locator("[data-entry-id=work-condition-text] [contenteditable]")
    condition.fill('approved = "yes"')
    condition.blur()
    expect(shown).to_have_count(2)
    # Where there is one right way, one click mends it and undo brings it back.
    expect(shown.first).to_contain_text("Fix: Writes 3 days as P3D.")
    page.get_by_role("button", name="Fix late").click()
    expect(shown).to_have_count(1)
    expect(page.get_by_label("When", exact=True)).to_have_value("P3D")
    page.keyboard.press("Control+z")
    expect(shown).to_have_count(2)
    expect(page.get_by_label("When", exact=True)).to_have_value("3 days")
    page.get_by_role("button", name="Fix late").click()
    expect(shown).to_have_count(1)
    page.get_by_role("button", name="Fix to_rejected").click()
    expect(shown).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(shown).to_have_count(1)
    page.get_by_role("button", name="Show").click()
    page.locator('[data-element-id="to_rejected_label"] .djs-hit').first.click()
    page.get_by_label("Taken when no other condition holds").check()
    expect(page.locator("[data-verdict]")).to_have_text("Runs")
    expect_saved(page)
    page.get_by_role("button", name="Deploy version 1").click()
    dialog.get_by_role("button", name="Deploy version 1").click()
    expect(page.get_by_text("Claim is deployed: version 1 is the latest now.")).to_be_visible()


def bring(page: Page, drawing: str, name: str = "claim.bpmn") -> None:
    """Import a file and wait until its editor is there."""
    page.goto("/designer")
    page.get_by_role("button", name="Import").first.click()
    page.locator("#import-file").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": drawing.encode()}
    )
    page.get_by_role("dialog").get_by_role("button", name="Import").click()
    wait_until_open(page)


def test_a_drawing_is_tidied_up_looked_over_and_explained(page: Page) -> None:
    begin(page, "Refund", "Request and approval")

    # Found by its name, coloured; three ends in one line.
    page.locator("[data-canvas]").click(position={"x": 700, "y": 780})
    page.keyboard.press("Control+f")
    page.keyboard.type("Chase the")
    page.keyboard.press("Enter")
    expect(page.locator('.selected[data-element-id="chase"]').first).to_be_visible()
    page.locator(".djs-context-pad [data-action=set-color]").click()
    page.locator(".djs-popup [data-id=blue-color]").click()
    expect(page.locator('[data-element-id="chase"] .djs-visual rect').first).to_have_css(
        "fill", "rgb(187, 222, 251)"
    )
    ends = [page.locator(f'.djs-shape[data-element-id="{end}"]') for end in ENDS]
    ends[0].locator(".djs-hit").first.click()
    for end in ends[1:]:
        end.locator(".djs-hit").first.click(modifiers=["Shift"])
    page.locator(".djs-context-pad [data-action=align-elements]").click()
    page.locator(".djs-popup [data-id=align-elements-right]").click()
    edges = [round(box["x"] + box["width"]) for end in ends if (box := end.bounding_box())]
    assert len(set(edges)) == 1
    page.locator(".djs-context-pad [data-action=align-elements]").click()
    page.locator(".djs-popup [data-id=distribute-elements-vertical]").click()
    rows = sorted(box["y"] for end in ends if (box := end.bounding_box()))
    assert rows[1] - rows[0] == pytest.approx(rows[2] - rows[1], abs=6)

    # The whole in small, the grid away and back, the keys on a question mark.
    page.locator(".djs-minimap .toggle").click()
    expect(page.locator(".djs-minimap.open .map .djs-visual").first).to_be_attached()
    page.locator(".djs-minimap .toggle").click()
    grid = page.get_by_role("button", name="Grid", exact=True)
    expect(grid).to_have_attribute("aria-pressed", "true")
    grid.click()
    expect(grid).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".layer-djs-grid")).to_be_hidden()
    grid.click()
    page.locator("[data-canvas]").click(position={"x": 700, "y": 780})
    page.keyboard.press("?")
    keys = page.get_by_role("dialog")
    expect(keys).to_contain_text("Find an element")
    page.keyboard.press("Escape")

    # What is promised for the whole case, and a point on the way there.
    panel = page.locator("[data-properties]")
    panel.locator("[data-group-id=group-work-slas] .bio-properties-panel-add-entry").click()
    panel.get_by_label("Name", exact=True).last.fill("Answer in two days")
    panel.get_by_label("Name", exact=True).last.blur()
    points = panel.locator("[data-group-id=group-work-sla-points-0]")
    expect(points).to_contain_text("On the way: Answer in two days")
    points.locator(".bio-properties-panel-add-entry").click()
    expect(points).to_contain_text("At risk 75%")

    # What nobody sees of real cases who only draws and tries.
    cases = panel.locator("[data-group-id=group-work-process]")
    cases.get_by_text("Cases", exact=True).click()
    cases.get_by_label("Personal data").fill("birthday, customer.email")
    cases.get_by_label("Personal data").blur()
    expect(page.locator("[data-problem-summary]").first).to_have_text("No problems")
    expect_saved(page)
    page.reload()
    wait_until_open(page)
    cases.get_by_text("Cases", exact=True).click()
    expect(cases.get_by_label("Personal data")).to_have_value("birthday, customer.email")


def test_a_copy_is_pasted_where_the_pointer_is(page: Page) -> None:
    begin(page, "Meter", "Empty canvas")
    page.evaluate("() => navigator.clipboard.writeText('')")
    append_task(page, "begin")
    page.keyboard.press("Control+c")
    wait_for_copy(page)

    paste_at(page, 600, 600)

    expect(page.locator('[data-element-id^="Activity_"].djs-shape')).to_have_count(2)
    expect_saved(page)


def append_task(page: Page, element_id: str) -> None:
    """Append a user task by keys and leave it without a name; keys go to the canvas then."""
    select(page, element_id)
    choose(page, "a", "user task")
    expect(page.locator('[data-element-id^="Activity_"].djs-shape')).to_have_count(1)
    leave_label(page)
    wait_for_keys(page)


def wait_for_keys(page: Page) -> None:
    """Wait until the canvas has the focus: what is pressed before goes nowhere."""
    expect(page.locator("[data-canvas] .djs-container > svg")).to_be_focused()


def wait_for_copy(page: Page) -> None:
    """Wait until the clipboard holds a copy; as a function, since a text would need `eval`."""
    page.wait_for_function("() => navigator.clipboard.readText().then(it => it.includes('bpmn'))")


def paste_at(page: Page, x: int, y: int) -> None:
    """Paste once, and drop the copy that hangs at the pointer as soon as this moves."""
    hanging = page.locator(".djs-drag-group")
    page.mouse.move(x, y)
    wait_for_keys(page)
    page.keyboard.press("Control+v")
    for step in range(200):
        page.mouse.move(x, y + step % 9)
        if hanging.count():
            break
        page.wait_for_timeout(100)
    else:
        pytest.fail(f"Nothing hangs at the pointer; the clipboard holds {clipboard_of(page)!r}.")
    page.mouse.click(x, y + 40)


def clipboard_of(page: Page) -> str:
    """How the clipboard's text begins, or that it does not answer."""
    return page.evaluate(
        """() => Promise.race([
            navigator.clipboard.readText().catch(String),
            new Promise(done => setTimeout(done, 3000, "no answer")),
        ]).then(text => text.slice(0, 80))"""
    )


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
    append_task(page, "begin")
    page.keyboard.press("Control+c")

    other.wait_for_function("() => window.hasHeard")
    other.bring_to_front()
    other.locator("[data-canvas]").click(position={"x": 700, "y": 700})
    paste_at(other, 600, 600)

    expect(other.locator('[data-element-id^="Activity_"].djs-shape')).to_have_count(1)
    expect_saved(other)


def test_a_form_is_drawn_tried_and_deployed(page: Page) -> None:
    used = '<work:form key="decision" /><work:output name="office" value="=1" />'
    drawing = starters.get("approval").content("claim", "Claim")
    bring(page, drawing.replace("<work:instructions>", f"{used}<work:instructions>"))
    begin(page, "Decision", "Decision with a reason", kind="form")
    preview = page.get_by_role("complementary", name="Preview")
    preview.get_by_label("No").check()

    # It follows what is drawn and keeps what was typed.
    page.locator('.fjs-element[data-field-type="textarea"]').click()
    page.locator(".bio-properties-panel-group-header", has_text="General").click()
    page.get_by_label("Take a variable").select_option("office")
    expect(page.get_by_label("Key", exact=True)).to_have_value("office")
    page.get_by_label("Field label").locator("visible=true").first.fill("Why so")
    expect(preview.get_by_label("Why so")).to_be_visible()
    expect(preview.get_by_label("No")).to_be_checked()
    expect_saved(page)
    preview.get_by_label("Why so").fill("Too late")
    preview.get_by_role("button", name="Try it").click()
    expect(preview.locator("pre")).to_contain_text('"office": "Too late"')

    # Data of one's own fills it.
    preview.get_by_text("Sample data").click()
    sample = preview.get_by_label("Variables the form finds, as JSON")
    sample.fill('{"office": ')
    expect(sample).to_have_attribute("aria-invalid", "true")
    sample.fill('{"office": "Broken on arrival"}')
    expect(preview.get_by_label("Why so")).to_have_value("Broken on arrival")

    # Sent away, and so it stays.
    page.get_by_role("button", name="Close the preview").click()
    page.reload()
    wait_until_open(page)
    expect(preview).to_be_hidden()
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(preview.get_by_label("No")).to_be_visible()

    page.get_by_role("button", name="Deploy version 1").click()
    page.get_by_role("dialog").get_by_role("button", name="Deploy version 1").click()
    expect(page.get_by_text("Decision is deployed: version 1")).to_be_visible()


def test_a_form_that_came_in_broken_opens_and_is_mended(page: Page) -> None:
    fields = [
        {"type": "textfield", "id": "one", "key": "name", "label": "Name"},
        {"type": "textfield", "id": "two", "key": "name", "label": "Again"},
        {
            "type": "number",
            "id": "n",
            "key": "n",
            "label": "N",
            "conditional": {"hide": "name = 1"},
        },
    ]
    schema = {"type": "default", "id": "broken", "schemaVersion": 19, "components": fields}
    bring(page, json.dumps(schema), "broken.form")
    expect(page.locator("[data-open-problem]")).to_contain_text("name → name_2")
    wrong = page.locator(".problem", has_text="does not begin with")
    wrong.get_by_role("button", name="Fix").click()
    expect(page.locator("[data-problem-none]")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(wrong).to_be_visible()
    page.get_by_role("button", name="Redo").click()
    expect(page.locator("[data-problem-none]")).to_be_visible()
    expect_saved(page)


def test_the_designer_has_no_accessibility_violations(page: Page) -> None:
    for name, template, kind in (
        ("Order", "Call a partner", "process"),
        ("Decision", "Decision with a reason", "form"),
    ):
        begin(page, name, template, kind)
        expect(page.locator("[data-problem-summary]").first).to_have_text("No problems")
        assert_sound_in_every_dress(page)

    page.goto("/designer")
    assert_sound_in_every_dress(page)

    # On a phone the properties lie over the canvas: asked for, and sent away.
    page.get_by_role("link", name="Continue Order").click()
    wait_until_open(page)
    page.set_viewport_size(PHONE)
    properties = page.locator("[data-panel=properties]")
    expect(properties).to_be_hidden()
    page.get_by_role("button", name="Properties", exact=True).click()
    page.get_by_role("button", name="Close the properties").click()
    expect(properties).to_be_hidden()
