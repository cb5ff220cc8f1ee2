"""Decisions in the designer, in a real Chromium: draw, find and mend, try, deploy, ask the API."""

import os
import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from core import db as database
from core import people
from core.people import SYSTEM
from designer import starters
from tests.browser.designing import (
    PHONE,
    assert_sound_in_every_dress,
    begin,
    choose,
    expect_saved,
    leave_label,
    select,
    violations,
    wait_until_open,
)

pytestmark = pytest.mark.timeout(240)


def cell(page: Page, row: int, column: int):
    """A cell of the open table; rows and columns from 1."""
    return page.locator("[data-canvas] tbody tr").nth(row - 1).locator("td").nth(column)


def write(page: Page, row: int, column: int, text: str) -> None:
    """Type a text into a cell in place of what it holds."""
    cell(page, row, column).click()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.keyboard.press("Escape")


def paste_cells(page: Page, row: int, column: int, text: str) -> None:
    """Put cells of a spreadsheet into the clipboard and paste them into a cell."""
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    cell(page, row, column).click()
    page.keyboard.press("Control+v")


def shoot(page: Page, name: str) -> None:
    folder = os.environ.get("DECISION_SHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png")


def write_rules(page: Page, *rules: tuple[str, str]) -> None:
    """Fill the open table, rule by rule; rules that lack are added."""
    for number, texts in enumerate(rules, 1):
        if page.locator("[data-canvas] tbody tr").count() < number:
            page.get_by_title("Add rule").click()
        for column, text in enumerate(texts, 1):
            write(page, number, column, text)


def problems_say(page: Page, *sentences: str) -> None:
    """The problems panel lists these, and nothing else."""
    found = page.locator(".problem__words")
    expect(found).to_have_text([re.compile(re.escape(sentence)) for sentence in sentences])


def try_with(page: Page, **inputs: str) -> None:
    """Fill in the inputs and decide."""
    for name, text in inputs.items():
        page.get_by_label(f"{name} ").fill(text)
    page.get_by_role("button", name="Decide").click()


def token(role: str) -> str:
    """A token for the API."""
    with database.transaction() as session:
        return people.make_token(session, "crm", roles=[role], by=SYSTEM)[1]


def test_a_table_is_drawn_its_gap_and_overlap_mended_tried_deployed_and_asked(
    page: Page, address: str
) -> None:
    begin(page, "Refund level", "Decision table", "decision")
    page.locator("[data-toggle-panel=problems]").first.click()

    # Nobody decides about 100 to 200, and two rules about 5000; a text has no quotes.
    write_rules(page, ("< 100", "small"), ("[200..5000]", '"middle"'), (">= 5000", '"large"'))
    bare = page.locator(".problem", has_text="small is read as a variable")
    bare.get_by_role("button", name="Fix").click()
    expect(cell(page, 1, 2)).to_have_text('"small"')
    problems_say(
        page,
        "No rule matches Amount = 100: the decision is null then.",
        "Rules 2 and 3 both match Amount = 5000, which hit policy UNIQUE forbids.",
    )
    shoot(page, "problems")
    overlap = page.locator(".problem", has_text="both match")
    overlap.get_by_role("button", name="Show").click()
    expect(page.locator("tr.row--warning td.rule-index")).to_have_text("3")

    write(page, 2, 1, "[100..5000)")
    problems_say(page)
    expect(page.locator("tr.row--warning")).to_have_count(0)

    try_with(page, amount="750")
    expect(page.locator("[data-try-answer]")).to_contain_text("middle")
    expect(page.locator("[data-try-answer]")).to_contain_text("Rule 2 matched")
    expect(page.locator("tr.row--matched td.rule-index")).to_have_text("2")
    shoot(page, "tried")

    expect_saved(page)
    page.get_by_role("button", name="Deploy version 1").click()
    page.get_by_role("dialog").get_by_role("button", name="Deploy version 1").click()
    expect(page.get_by_text("Refund level is deployed: version 1")).to_be_visible()
    answer = httpx.post(
        f"{address}/api/v1/decisions/refund_level/evaluations",
        json={"variables": {"amount": 99}},
        headers={"Authorization": f"Bearer {token('integrator')}"},
        timeout=10,
    )
    assert answer.json()["outputs"] == {"result": "small"}


def test_a_cell_keeps_what_is_typed_key_by_key(page: Page) -> None:
    begin(page, "Refund level", "Decision table", "decision")
    for text in ("[100..5000)", "(1..5]", "]1..5[", '"a b"', "{a: 1}"):
        write(page, 1, 1, text)
        expect(cell(page, 1, 1).get_by_role("textbox").last).to_have_text(text)


def test_rules_of_a_spreadsheet_are_pasted_at_once_taken_back_and_turned_over(page: Page) -> None:
    begin(page, "Price list", "Decision table", "decision")
    rows = page.locator("[data-canvas] tbody tr")
    sheet = "".join(f"{number}\tclass {number}\tNo. {number}\n" for number in range(1, 451))

    paste_cells(page, 1, 1, sheet)
    expect(page.locator("[data-pages-shown]")).to_have_text("Rules 1 to 200 of 450")
    expect(rows).to_have_count(200)
    expect(rows.first).to_contain_text('"class 1"')
    expect(rows.first).to_contain_text("No. 1")
    page.locator("[data-undo]").click()
    expect(rows).to_have_count(1)
    expect(page.locator("[data-undo]")).to_be_disabled()
    page.locator("[data-redo]").click()

    # Turned over by pages, by number, by what matched, and by what is wrong.
    page.get_by_role("button", name="Later rules").click()
    expect(rows.first.locator("td.rule-index")).to_have_text("201")
    page.get_by_label("Go to rule").fill("450")
    page.get_by_label("Go to rule").press("Enter")
    expect(rows).to_have_count(50)
    expect(page.get_by_role("button", name="Later rules")).to_be_disabled()
    assert violations(page) == []
    try_with(page, amount="7")
    expect(page.locator("tr.row--matched td.rule-index")).to_have_text("7")
    page.get_by_label("Go to rule").fill("300")
    page.get_by_label("Go to rule").press("Enter")
    write(page, 100, 2, '"class 300" +')
    page.get_by_role("button", name="Earlier rules").click()
    page.locator("[data-toggle-panel=problems]").first.click()
    page.locator(".problem--error").get_by_role("button", name="Show").click()
    expect(page.locator("tr.row--error td.rule-index")).to_have_text("300")
    expect_saved(page)


def test_decisions_build_on_each_other_and_every_view_is_one_draft(page: Page) -> None:
    begin(page, "Approval", "Decisions that build", "decision")
    expect(page.locator("[data-problem-summary]").first).to_have_text("No problems")

    try_with(page, amount="900")
    page.get_by_label("known customer").select_option("true")
    page.get_by_role("button", name="Decide").click()
    expect(page.locator("[data-try-answer]")).to_contain_text("associate")
    expect(page.locator("[data-try-answer]")).to_contain_text("size: Rule 2 matched")
    page.get_by_role("button", name="size", exact=True).click()
    expect(page.locator("tr.row--matched td.rule-index")).to_have_text("2")

    write(page, 3, 1, ">= 5001")
    expect(page.locator("tr.row--matched")).to_have_count(0)
    expect(page.locator("[data-undo]")).to_be_enabled()
    expect(page.locator("[data-problem-summary]").first).to_have_text("1 warning")
    page.get_by_role("button", name="Overview").click()
    expect(page.locator(".problem-badge--warning")).to_be_visible()
    shoot(page, "overview")
    expect_saved(page)
    page.reload()
    wait_until_open(page)
    page.get_by_role("button", name="size", exact=True).click()
    expect(cell(page, 3, 1)).to_contain_text("5001")


def test_a_wrong_expression_is_named_at_its_row_and_cannot_be_deployed(
    page: Page, complaints: list[str]
) -> None:
    begin(page, "Price", "Decision table", "decision")
    write(page, 1, 1, "< 100")
    write(page, 1, 2, '"small" +')
    expect(page.locator("[data-problem-summary]").first).to_contain_text("1 error")
    expect(page.locator("tr.row--error")).to_have_count(1)

    page.locator("tr.row--error td.rule-index").click()
    expect(page.locator(".problem--error")).to_be_visible()
    try_with(page, amount="5")
    expect(page.locator(".try__problem")).to_be_visible()
    complaints[:] = [said for said in complaints if "422" not in said]
    page.get_by_role("button", name="Deploy version 1").click()
    expect(page.get_by_role("dialog")).to_contain_text("Mend the errors first.")


def test_a_business_rule_task_leads_to_its_table_and_the_table_back(page: Page) -> None:
    begin(page, "Refund level", "Decision table", "decision")
    expect_saved(page)
    begin(page, "Refund", "Empty canvas")
    select(page, "begin")
    choose(page, "a", "business rule task")
    leave_label(page)
    page.get_by_label("Decision", exact=True).select_option("refund_level")
    expect_saved(page)

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Open this decision").click()
    table = opened.value
    wait_until_open(table)
    expect(table.get_by_role("heading", name="Refund level")).to_be_visible()
    table.get_by_role("link", name="Refund", exact=True).click()
    wait_until_open(table)
    expect(table.get_by_role("heading", name="Refund", exact=True)).to_be_visible()


def test_a_file_of_dmn_1_5_is_imported_and_drawn(page: Page, tmp_path: Path) -> None:
    content = starters.get("two_tables").content("approval", "Approval")
    newer = content.replace("20191111/MODEL", "20230324/MODEL").replace("20191111", "20230324")
    (tmp_path / "approval.dmn").write_text(newer)
    page.goto("/designer?kind=decision")
    page.get_by_role("button", name="Import").click()
    page.locator("#import-file").set_input_files(tmp_path / "approval.dmn")
    page.get_by_role("dialog").get_by_role("button", name="Import").click()

    wait_until_open(page)
    expect(page.locator("[data-element-id=approval]").first).to_be_visible()
    expect(page.locator("[data-problem-summary]").first).to_have_text("No problems")


def test_the_decision_editor_has_no_accessibility_violations(page: Page) -> None:
    for name, template in (
        ("Level", "Decision table"),
        ("Approval", "Decisions that build"),
        ("Price", "Formula"),
    ):
        begin(page, name, template, "decision")
        expect(page.locator("[data-problem-summary]").first).to_have_text("No problems")
        page.set_viewport_size(PHONE)
        page.get_by_role("button", name="Try it", exact=True).click()
        assert_sound_in_every_dress(page, lambda dress, name=name: shoot(page, f"{name}-{dress}"))
