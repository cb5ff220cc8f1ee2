"""Reference models of other tools: imported with what is left to do, and one of them finished."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.designing import choose, expect_saved, violations, wait_until_open
from tests.screens import casework

pytestmark = pytest.mark.timeout(240)

MIWG = Path(__file__).parents[1] / "conformance" / "miwg"
#: How much is left to do in each, as the problems say at first.
LEFT = {"A.2.0": "8 to do", "B.1.0": "to do", "A.1.0": "4 to do"}


def bring(page: Page, name: str) -> None:
    page.goto("/designer")
    page.get_by_role("button", name="Import").first.click()
    page.locator("#import-file").set_input_files(MIWG / f"{name}.bpmn")
    page.get_by_role("dialog").get_by_role("button", name="Import").click()
    page.wait_for_url("**/drafts/*")
    wait_until_open(page)


def test_three_reference_models_are_imported_and_one_is_finished_by_its_list(page: Page) -> None:
    for name, left in LEFT.items():
        bring(page, name)
        expect(page.locator("[data-problem-summary]").first).to_contain_text(left)
        assert page.locator("[data-canvas] .djs-shape").count() > 4

    # The list lies open.
    assert violations(page) == []
    todos = page.locator(".problem--todo")
    for number in (1, 2, 3):
        todo = todos.filter(has_text=f"“Task {number}” is of no kind")
        todo.get_by_role("button", name="Show").click()
        expect(page.locator("[data-canvas] .djs-shape.selected").first).to_be_visible()
        choose(page, "r", "user task")
        expect(todo).to_have_count(0)
    page.keyboard.press("Escape")
    page.locator("[data-canvas]").click(position={"x": 700, "y": 480})
    page.get_by_role("checkbox", name="Executable").check()
    expect(page.locator("[data-verdict]")).to_have_text("Runs")
    expect_saved(page)
    page.get_by_role("button", name="Deploy version 1").click()
    page.get_by_role("dialog").get_by_role("button", name="Deploy version 1").click()
    expect(page.get_by_text("is deployed: version 1 is the latest now.")).to_be_visible()

    case = casework.start("WFP-6-")
    assert [task.name for task in casework.tasks(case)] == ["Task 1"]
