"""An integrator's connector in the designer: drawn from the menu, filled in, taken back."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.designing import (
    begin,
    choose,
    expect_saved,
    leave_label,
    select,
    wait_until_open,
)
from tests.designer.test_connectors import SMS

pytestmark = pytest.mark.timeout(180)


def test_a_described_connector_is_a_step_to_draw_and_asks_in_its_own_words(
    page: Page, tmp_path: Path
) -> None:
    (tmp_path / "connectors").mkdir()
    (tmp_path / "connectors" / "sms.json").write_text(json.dumps(SMS))
    begin(page, "Meter", "Empty canvas")
    select(page, "begin")

    choose(page, "a", "sms")
    step = page.locator("[data-canvas] .djs-shape.selected").first
    expect(step).to_contain_text("Send an SMS")
    leave_label(page)
    expect(page.get_by_label("What it does")).to_have_value("sms")
    panel = page.locator("[data-properties]")
    expect(panel.get_by_label("timeout")).to_have_value("PT5S")
    expect(panel.get_by_label("Address")).to_have_count(0)
    expect_saved(page)
    content = page.evaluate("JSON.parse(document.querySelector('[data-config]').textContent)")
    page.reload()
    wait_until_open(page)
    saved = page.evaluate(
        "JSON.parse(document.querySelector('script[data-config]').textContent).draft.content"
    )
    assert content["draft"]["content"] != saved
    assert '<work:input name="url" value="sms:/messages" />' in saved
    assert '<work:output name="smsId" value="=response.body.id" />' in saved
    assert '<work:retry attempts="5" />' in saved
