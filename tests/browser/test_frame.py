"""The frame in a real Chromium: accessibility, keys, themes, and nothing the policy refuses."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from core import db as database
from core import people
from tests.browsing import add_person
from tests.serving import served

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def address(app) -> Iterator[str]:
    """Where the application answers, with an administrator and some people in it."""
    add_person("root", "administrator", display_name="Ruth Adeyemi")
    add_person("ada", "associate", groups=["billing", "credit"], display_name="Ada Okafor")
    with served(app) as address:
        yield address


@pytest.fixture
def page(browser: Chromium, address: str) -> Iterator[Page]:
    """A page on which the administrator is signed in; what the console complains about fails."""
    context = browser.new_context(viewport=WIDE, base_url=address)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: _note(complaints, message))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    with database.transaction() as session:
        link = people.make_sign_in_link(session, people.get_person(session, "root"))
    page.goto(f"/sign-in/{link}")
    page.get_by_role("button").click()
    page.wait_for_url("**/account")
    yield page
    context.close()
    assert complaints == []


def _note(complaints: list[str], message) -> None:
    is_meant = "ERR_INTERNET_DISCONNECTED" in message.text
    if message.type in ("error", "warning") and not is_meant:
        complaints.append(message.text)


def violations(page: Page) -> list[str]:
    """What axe finds wrong, one line each. Put in past the policy, as a debugger does."""
    page.context.new_cdp_session(page).send("Runtime.evaluate", {"expression": AXE.read_text()})
    found = page.evaluate("axe.run().then(result => result.violations)")
    return [f"{rule['id']}: {node['html']}" for rule in found for node in rule["nodes"]]


PAGES = [
    "/account",
    "/people",
    "/people/ada",
    "/people/+new",
    "/groups",
    "/groups?new=1",
    "/tokens",
    "/tokens/new",
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_pages_have_no_accessibility_violations_and_do_not_scroll_sideways(page, size, theme):
    page.context.add_cookies([{"name": "theme", "value": theme, "url": page.url}])
    page.set_viewport_size(size)
    for path in PAGES:
        page.goto(path)

        assert violations(page) == [], path
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"], path


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_sign_in_page_has_no_violations(browser, address, theme):
    context = browser.new_context(viewport=WIDE, base_url=address, color_scheme=theme)
    page = context.new_page()
    page.goto("/sign-in")

    assert violations(page) == []
    assert page.locator("html").get_attribute("data-bs-theme") == theme
    context.close()


def test_the_palette_opens_finds_and_goes(page):
    page.goto("/people")
    page.keyboard.press("Control+k")
    page.keyboard.type("api")
    page.get_by_role("option", name="API tokens").wait_for()

    assert violations(page) == []
    page.keyboard.press("Enter")

    page.wait_for_url("**/tokens")


def test_g_and_a_letter_jump_and_the_question_mark_tells_which(page):
    page.goto("/people")
    page.keyboard.press("?")
    help_dialog = page.get_by_role("dialog", name="Keys")
    assert "Groups" in help_dialog.inner_text()
    assert violations(page) == []
    page.keyboard.press("Escape")

    page.keyboard.press("g")
    page.keyboard.press("r")

    page.wait_for_url("**/groups")


def test_the_theme_is_chosen_from_the_menu_and_there_on_the_next_page(page):
    page.goto("/people")
    page.locator(".rail .person-menu summary").click()
    page.get_by_role("button", name="Dark").click()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"

    page.goto("/groups")

    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


def test_the_keyboard_alone_reaches_the_page_first(page):
    page.goto("/people")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the page"
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


def test_a_person_is_added_with_the_keyboard_and_the_link_can_be_copied(page):
    page.goto("/people")
    page.keyboard.press("n")
    page.wait_for_url("**/people/+new")
    page.keyboard.type("bob")
    page.get_by_label("Associate").check()
    page.keyboard.press("Enter")

    link = page.get_by_label("Link", exact=True)

    assert "/sign-in/" in link.input_value()


def test_without_scripts_everything_still_works(browser, address):
    context = browser.new_context(viewport=WIDE, base_url=address, java_script_enabled=False)
    page = context.new_page()
    with database.transaction() as session:
        link = people.make_sign_in_link(session, people.get_person(session, "root"))
    page.goto(f"/sign-in/{link}")
    page.get_by_role("button").click()
    page.wait_for_url("**/account")

    page.goto("/groups")
    page.get_by_role("link", name="Add group").click()
    page.get_by_label("Name in models").fill("field_service")
    page.get_by_role("dialog").get_by_role("button", name="Add group").click()

    assert page.get_by_text("field_service", exact=True).is_visible()
    context.close()


def test_what_was_typed_survives_a_lost_connection_and_an_ended_session(page):
    page.goto("/people/ada")
    page.get_by_label("Full name").fill("Ada Lovelace, countess")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save").click()
    page.get_by_text("The server cannot be reached").wait_for()
    page.context.set_offline(False)

    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.get_by_role("button", name="Save").click()
    link = page.get_by_role("link", name="Sign in in a new tab")
    link.wait_for()
    assert violations(page) == []
    assert page.get_by_label("Full name").input_value() == "Ada Lovelace, countess"

    # As if signed in again in the other tab.
    page.context.add_cookies(cookies)
    page.get_by_role("button", name="Save").click()

    page.wait_for_url("**/people")
    page.get_by_text("Ada Lovelace, countess").wait_for()
