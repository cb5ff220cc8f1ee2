"""An analyst draws complaint handling from an empty canvas, deploys it, and its cases run."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select as select_rows

from core import clock
from core import db as database
from core.people import SYSTEM
from engine import user_tasks
from engine.models import Timer
from engine.service_tasks import Answer
from tests.browser.designing import begin, choose, expect_saved, select
from tests.browser.test_designer_decisions import paste_cells
from tests.screens import casework

pytestmark = pytest.mark.timeout(240)

CANVAS = "[data-canvas]"


def shape(page: Page, element: str) -> dict[str, float]:
    """Where an element of the canvas is on the screen."""
    box = page.locator(f'{CANVAS} [data-element-id="{element}"] .djs-hit').first.bounding_box()
    assert box is not None
    return dict(box)


def append(page: Page, to: str, what: str, name: str) -> str:
    """Append to an element by its keys, and name what was appended; its id."""
    select(page, to)
    choose(page, "a", what)
    page.keyboard.press("Escape")
    fill(page, Name=name)
    return selected(page)


def selected(page: Page) -> str:
    found = page.locator(f"{CANVAS} .djs-shape.selected").first.get_attribute("data-element-id")
    assert found is not None
    return found.removesuffix("_label")


def place(page: Page, what: str, x: float, y: float) -> None:
    """Create an element from the menu and drop it at a point of the screen."""
    page.mouse.move(x, y - 8)
    choose(page, "n", what)
    page.mouse.move(x, y, steps=4)
    page.locator(f"{CANVAS} .djs-drag-group").first.wait_for(state="attached")
    page.mouse.click(x, y)
    page.keyboard.press("Escape")


def lanes(page: Page) -> list[dict[str, float]]:
    """Where the lanes are on the screen, the upper one first."""
    found = page.locator(f'{CANVAS} .djs-shape[data-element-id^="Lane_"]').all()
    return sorted((dict(box) for lane in found if (box := lane.bounding_box())), key=top)


def top(box: dict[str, float]) -> float:
    return box["y"]


def fit(page: Page) -> None:
    page.keyboard.press("Control+Shift+0")


def drag_into_lower_lane(page: Page, element: str) -> None:
    fit(page)
    select(page, element)
    box, lane = shape(page, element), lanes(page)[-1]
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    below = lane["y"] + lane["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, below, steps=12)
    page.mouse.up()
    assert shape(page, element)["y"] > lane["y"]


def select_flow(page: Page, source: str, target: str) -> None:
    """Click the straight line between two elements."""
    fit(page)
    page.locator(CANVAS).click(position={"x": 700, "y": 780})
    begins, ends = shape(page, source), shape(page, target)
    right = begins["x"] + begins["width"]
    page.mouse.click((right + ends["x"]) / 2, begins["y"] + begins["height"] / 2)


def fill(page: Page, **texts: str) -> None:
    """Fill in fields of the properties by their labels."""
    for label, text in texts.items():
        field = page.locator("[data-properties]").get_by_label(label.replace("_", " "), exact=True)
        field.fill(text)
        field.blur()


def name_lanes(page: Page, *names: str) -> None:
    for lane, name in zip(lanes(page), names, strict=True):
        page.mouse.click(lane["x"] + 12, lane["y"] + lane["height"] / 2)
        fill(page, Name=name)


def complete(task: Any, **answers: Any) -> None:
    with database.transaction() as session:
        user_tasks.complete(session, task.id, answers, by=SYSTEM)


def test_complaint_handling_is_drawn_from_an_empty_canvas_deployed_and_run(page: Page) -> None:
    # What the process will ask: a form, and a table whose rules come from a spreadsheet.
    begin(page, "Assessment", "Decision with a reason", "form")
    begin(page, "Refund level", "Decision table", "decision")
    paste_cells(page, 1, 1, "< 100\tsmall\n>= 100\tlarge\n")
    expect(page.locator("[data-problem-summary]").first).to_have_text("No problems")
    expect_saved(page)

    # A pool around the start, two lanes in it: their names are the groups that work there.
    begin(page, "Complaint", "Empty canvas")
    start = shape(page, "begin")
    place(page, "expanded pool", start["x"] + 200, start["y"] + 80)
    page.locator(".djs-context-pad [data-action=lane-divide-two]").click()
    name_lanes(page, "customer_service", "billing")

    # Along the upper lane: the form, the decision, the choice, the call; below it the refund.
    understand = append(page, "begin", "user task", "Understand the complaint")
    page.get_by_label("Form", exact=True).select_option("assessment")
    level = append(page, understand, "business rule task", "Find the level")
    page.get_by_label("Decision", exact=True).select_option("refund_level")
    fill(page, Result_variable="level")
    choice = append(page, level, "exclusive gateway", "Money to return?")
    refund = append(page, choice, "user task", "Decide on the refund")
    select_flow(page, choice, refund)
    condition = page.locator("[data-entry-id=work-condition-text] [contenteditable]")
    condition.fill('level = "large" and approved = "yes"')
    condition.blur()
    drag_into_lower_lane(page, refund)
    append(page, refund, "end event", "Refund decided")
    answer = append(page, choice, "service task", "Answer the customer")
    page.get_by_label("What it does").select_option("email")
    fill(page, To="desk@mail.example", Subject="Your complaint", Text="Thank you.")
    select_flow(page, choice, answer)
    page.get_by_label("Taken when no other condition holds").check()
    append(page, answer, "end event", "Answered")

    # After two days without a decision it is given up.
    fit(page)
    page.locator(CANVAS).click(position={"x": 700, "y": 780})
    at = shape(page, refund)
    place(page, "timer boundary event", at["x"] + at["width"] * 0.7, at["y"] + at["height"] - 3)
    timer = selected(page)
    page.get_by_label("Fires").select_option("timeDuration")
    fill(page, When="P2D")
    expect(page.locator("[data-properties] .work-aid li")).to_have_count(1)
    append(page, timer, "end event", "Given up")
    page.locator("[data-toggle-panel=problems]").first.click()
    expect(page.locator("[data-verdict]")).to_have_text("Runs")
    expect_saved(page)

    # Form and table go along; then one large case and one small one run.
    page.get_by_role("button", name="Deploy version 1").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("assessment.form")
    expect(dialog).to_contain_text("refund_level.dmn")
    dialog.get_by_role("button", name="Deploy version 1").click()
    expect(page.get_by_text("Complaint is deployed: version 1 is the latest now.")).to_be_visible()
    run_both_ways()


def run_both_ways() -> None:
    large = casework.start("complaint", "C-1", amount=700, email="a@mail.example")
    [task] = casework.tasks(large)
    assert (task.name, task.lane) == ("Understand the complaint", "customer_service")
    complete(task, approved="yes")
    refund = casework.tasks(large)[-1]
    assert (refund.name, refund.lane) == ("Decide on the refund", "billing")
    with database.reading() as session:
        [timer] = session.scalars(select_rows(Timer).where(Timer.instance_id == large))
        assert 1.9 < (timer.due_at - clock.now()).total_seconds() / 86_400 <= 2
    complete(refund)
    assert casework.case(large).state == "completed"

    small = casework.start("complaint", "C-2", amount=20, email="b@mail.example")
    complete(casework.tasks(small)[0], approved="yes")
    casework.call(Answer({}))
    assert casework.case(small).state == "completed"
