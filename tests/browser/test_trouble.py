"""An operator looks at trouble: what failed, what waits too long, and why it is tried again."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from core import people
from core.db import transaction
from tests.browser.test_pages import PHONE, WIDE, portray
from tests.browsing import add_person
from tests.build import process
from tests.radar import look
from tests.screens import casework
from tests.serving import served

pytestmark = [pytest.mark.xdist_group("pages"), pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def trouble(app: Flask, clock_at: Callable[..., object]) -> None:
    """Three cases whose call failed, and two that wait too long for people."""
    call = process("meter_reading", name="Meter reading").service_task(
        "ask", name="Ask the grid operator", connector="http", retry={"attempts": 1}
    )
    casework.deploy(call.user_task("look").end())
    for key in ("M-1", "M-2", "M-3"):
        casework.start("meter_reading", key)
    casework.break_calls("The grid operator answered 503; it may work later.")
    nightly = process("nightly_check", name="Nightly check").start(timer="R/PT24H")
    casework.deploy(nightly.user_task("check").end())
    casework.break_starts("The decision that the check begins with cannot be read.")
    wait = '<work:expect wait="PT4H"/><work:owner group="billing"/>'
    approval = process("refund", name="Refund").user_task(
        "approve", name="Approve the refund", groups="team_leaders", settings=wait
    )
    casework.deploy(approval.receive_task("paid", "payment_arrived", correlation="=1").end())
    casework.start("refund", "R-1")
    casework.start("refund", "R-2")
    clock_at(hours=30)
    with transaction() as session:
        look(session)


@pytest.fixture
def page(app: Flask, browser: Browser, trouble: None) -> Iterator[Page]:
    """Olga's browser."""
    olga = add_person("olga", "operator", display_name="Olga Novak")
    with transaction() as session:
        link = people.make_sign_in_link(session, people.get_person(session, olga.name))
    with served(app) as address:
        context = browser.new_context(base_url=address, viewport=WIDE, locale="en-GB")
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(f"/sign-in/{link}")
        page.get_by_role("button").first.click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        yield page
        context.close()


def look_at(page: Page, path: str, name: str, accessible: Callable[[Page], None]) -> None:
    """In every dress: a portrait, no barrier, no sideways scrolling."""
    for theme in ("light", "dark"):
        page.context.add_cookies([{"name": "theme", "value": theme, "url": page.url}])
        for size in (WIDE, PHONE):
            page.set_viewport_size(size)
            page.goto(path)
            page.wait_for_load_state("networkidle")
            portray(page, f"{name}-{theme}-{size['width']}")
            accessible(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.set_viewport_size(WIDE)


def test_what_waits_too_long_is_seen_with_whom_to_ask(
    page: Page, accessible: Callable[[Page], None]
) -> None:
    look_at(page, "/stalls", "trouble-stalls", accessible)

    expect(page.get_by_text("Approve the refund").first).to_be_visible()
    page.get_by_role("link", name="R-1").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("R-1")


def test_all_of_a_cause_are_tried_again_with_a_reason(
    page: Page, accessible: Callable[[Page], None]
) -> None:
    look_at(page, "/incidents", "trouble-incidents", accessible)
    page.goto("/incidents")
    page.get_by_role("link", name="Retry all 3").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Reason")).to_be_visible()
    portray(page, "trouble-retry")
    accessible(page)

    dialog.get_by_label("Reason").fill("The grid operator is back")
    dialog.get_by_role("button", name="Try again").click()

    expect(page.get_by_text("are tried again")).to_be_visible()
    page.get_by_role("link", name="Resolve").click()
    expect(dialog.get_by_text("No case is started this time.")).to_be_visible()
    portray(page, "trouble-start")
    accessible(page)
    dialog.get_by_label("Reason").fill("Not tonight")
    dialog.get_by_role("button", name="Resolve").click()

    expect(page.get_by_text("Nothing needs a look")).to_be_visible()
    told = {each.reason for each in casework.incidents()}
    assert told == {"The grid operator is back", "Not tonight"}
    page.goto("/incidents/causes/unknown/retries")
    accessible(page)
