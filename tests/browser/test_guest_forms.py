"""A customer fills in a form in steps by a link, with a break, a file, and a rule that depends."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from core import db as database
from core.people import SYSTEM, get_person
from engine import guest_access, guest_links
from tests.browser.conftest import PICTURES
from tests.build import process
from tests.forms.build import field, group, number, rows, text
from tests.screens import casework

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
STEP = {"properties": {"step": "true"}}
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
READING = [
    {"type": "text", "id": "hello", "text": "Dear **{{customer.name}}**, how is your meter?"},
    group(
        text("name", label="Your name", validate={"required": True}),
        field("checkbox", "business", label="For a business"),
        id="who",
        label="Who",
        **STEP,
    ),
    group(
        text("vat", label="VAT number", validate={"required": "=business"}),
        id="company",
        label="Company",
        conditional={"hide": "=business = false"},
        **STEP,
    ),
    group(
        number("reading", label="Reading", validate={"required": True, "min": "=last_reading"}),
        field("filepicker", "proof", label="Photo of the meter", accept=".txt,.png"),
        rows("remarks", text("remark", label="Remark"), id="list", label="Remarks"),
        id="meter",
        label="Meter",
        **STEP,
    ),
]  # fmt: skip


@pytest.fixture
def link(app: Any, config: Any, address: str) -> str:
    """The address of the form, for a customer of whom the case knows more."""
    drawing = process("metering").user_task("read", name="Read your meter", form="reading")
    casework.deploy(drawing.user_task("rest").end(), reading=READING)
    case = casework.start("metering", customer={"name": "Kim", "iban": "DE89"}, last_reading=100)
    (task,) = casework.tasks(case)
    with database.transaction() as session:
        made = guest_access.make(session, task.id, by=SYSTEM)
        return address + guest_links.url_of(made.id, config).removeprefix(config.public_url)


def test_a_customer_answers_in_steps_with_a_break(
    browser: Browser, link: str, accessible: Callable[[Page], None], tmp_path: Path
) -> None:
    troubles: list[str] = []
    first = opened(browser, troubles)
    page = first.new_page()
    page.goto(link)
    expect(page.get_by_role("heading", name="Read your meter")).to_be_visible()
    expect(page.get_by_label("Your name")).to_be_visible()
    expect(page.get_by_label("Reading")).to_be_hidden()
    assert "DE89" not in page.content()
    expect(page.locator(".form-steps li")).to_have_text(["Who", "Meter"])

    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("Field is required.")).to_be_visible()
    page.get_by_label("Your name").fill("Kim Meyer")
    # The sentence below the field goes, and what is below moves up.
    expect(page.get_by_text("Field is required.")).to_be_hidden()
    page.get_by_label("For a business").check()
    expect(page.locator(".form-steps li")).to_have_text(["Who", "Company", "Meter"])
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("Field is required.")).to_be_visible()
    page.get_by_label("VAT number").fill("DE123")
    expect(page.get_by_text("Field is required.")).to_be_hidden()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_label("Reading")).to_be_visible()
    receipt = tmp_path / "meter.txt"
    receipt.write_text("4711")
    page.locator("input[type=file]").set_input_files(receipt)
    expect(page.get_by_text("The file has arrived.")).to_be_attached()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    first.close()

    second = opened(browser, troubles)
    page = second.new_page()
    page.goto(link)
    expect(page.get_by_label("Reading")).to_be_visible()
    expect(page.get_by_text("meter.txt")).to_be_visible()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_label("VAT number")).to_have_value("DE123")
    page.get_by_role("button", name="Next").click()
    portraits(page, "guest-form", accessible)
    page.get_by_label("Reading").fill("99")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text(re.compile("minimum value of 100"))).to_be_visible()
    page.get_by_label("Reading").fill("4711")
    page.locator(".fjs-repeat-row-remove").first.click()
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("heading", name="Thank you").first).to_be_visible()
    portraits(page, "guest-thanks", accessible)
    page.goto(link)
    expect(page.get_by_role("heading", name="This is done").first).to_be_visible()
    (task, _rest) = casework.tasks()
    found = casework.variables(task.instance_id)
    assert (found["name"], found["vat"], found["reading"]) == ("Kim Meyer", "DE123", 4711)
    assert (found["proof"][0]["name"], found["remarks"]) == ("meter.txt", [])
    second.close()
    assert not [said for said in troubles if "410" not in said]


def test_links_and_paper_are_sound_in_every_dress(
    app: Any, link: str, analyst: BrowserContext, accessible: Callable[[Page], None]
) -> None:
    (task,) = casework.tasks()
    with database.transaction() as session:
        get_person(session, "grace").role_names = ["administrator", "analyst"]
    page = analyst.new_page()
    origin = link.partition("/guest/")[0]
    page.goto(f"{origin}/user-tasks/{task.id}/guest-links")
    page.get_by_label("For whom").fill("Kim Meyer")
    page.get_by_role("button", name="Make a link").click()
    expect(page.get_by_text("Kim Meyer")).to_be_visible()
    portraits(page, "guest-links", accessible)
    page.goto(f"{origin}/user-tasks/{task.id}/paper")
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    portraits(page, "paper", accessible)
    if PICTURES:
        page.emulate_media(media="print")
        page.screenshot(path=Path(PICTURES) / "paper-print.png", full_page=True)


def opened(browser: Browser, troubles: list[str]) -> BrowserContext:
    """A stranger's browser whose complaints are noted."""
    context = browser.new_context(viewport=WIDE, locale="en-GB")
    context.on("console", lambda said: said.type == "error" and troubles.append(said.text))
    context.on("weberror", lambda error: troubles.append(str(error.error)))
    return context


def portraits(page: Page, name: str, accessible: Callable[[Page], None]) -> None:
    """The page in light and dark, wide and narrow: no violation, nothing wider than the screen."""
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme }", theme)
        for size in (WIDE, PHONE):
            page.set_viewport_size(size)
            accessible(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
            if PICTURES:
                path = Path(PICTURES) / f"{name}-{theme}-{size['width']}.png"
                page.screenshot(path=path, animations="disabled", full_page=True)
    page.evaluate("document.documentElement.dataset.bsTheme = 'light'")
    page.set_viewport_size(WIDE)
