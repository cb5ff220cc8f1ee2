"""The product in German: the main pages, and the work of a day, without English left over."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.backoffice.running import Installation

pytestmark = [pytest.mark.xdist_group("pages"), pytest.mark.browser, pytest.mark.timeout(300)]

PHONE = {"width": 390, "height": 844}
#: Words of English that German has not.
ENGLISH = re.compile(
    r"\b(the|and|of|is|to|with|for|by|from|are|not|this|that|what|who|when|which|has|have|you|your|"
    r"nobody|nothing|no|at|as|it|its|or|into|until|than|then|them|their|waits?|open|new|due|cancel|"
    r"back|close|cases?|tasks?|show|more|about|after|before|may|can|only|since|took|queue|groups?|"
    r"next|save|search|choose|claim|complete|release|edit|add|remove)\b",
    re.IGNORECASE,
)
#: What people of the demo wrote: names, forms, what processes and projects are for.
WRITTEN = (
    "code, kbd, pre, svg, td, option, .prose, .plain-form, .mail, [data-form], .start-choice__about"
)
#: The product, and events by their names.
NAMES = re.compile(r"Back Office|Powered by bpmn.io|\w+\.\w+")

READ = """written => {
  const said = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const place = texts.currentNode.parentElement;
    const isSeen = place.checkVisibility() && !place.closest(`script, style, ${written}`);
    if (isSeen) said.push(texts.currentNode.data.trim());
  }
  for (const one of document.querySelectorAll("[title], [aria-label], [placeholder]")) {
    if (one.closest(written) || !one.checkVisibility()) continue;
    for (const name of one.getAttributeNames())
      if (["title", "aria-label", "placeholder"].includes(name)) said.push(one.getAttribute(name));
  }
  return said.filter(Boolean);
}"""


def english_of(page: Page) -> list[str]:
    """The texts of a page that hold an English word."""
    texts = page.evaluate(READ, WRITTEN)
    return [text for text in texts if ENGLISH.search(NAMES.sub("", text))]


def test_gerda_works_in_german(
    installation: Installation, open_as: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    # A colleague of Ada's signs in, for the first time, and chooses German in her menu. It is hers
    # from then on in every browser, so nobody else's tests are done in her name.
    page = open_as("")
    group = ("--role", "associate", "--group", "customer_service")
    link = installation.command("user", "add", "gerda", *group).strip()
    page.goto(link[link.index("/sign-in/") :])
    page.get_by_role("button", name="Sign in as gerda").click()
    page.goto("/work")
    page.locator(".rail .person-menu__button").click()
    page.get_by_role("button", name="Deutsch").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_role("heading", level=1)).to_have_text("Meine Arbeit")
    page.context.clear_cookies(name="language")
    page.goto("/account")
    expect(page.locator(".account__language")).to_contain_text("für die Mails an Sie")

    # Her pages speak German, wide and on a phone.
    leftovers: dict[str, list[str]] = {}
    for path in ("/work?view=groups", "/start", "/notifications", "/cases", "/account", "/nowhere"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        leftovers[path] = english_of(page)
        accessible(page)
    assert {path: found for path, found in leftovers.items() if found} == {}
    page.set_viewport_size(PHONE)
    for path in ("/work?view=groups", "/cases", "/account"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path

    # She takes a task; the form refuses an empty answer in German, as scripts and server say it.
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/work?view=groups")
    page.locator("main a[href^='/user-tasks/']").first.click()
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.locator(".notice--done")).to_contain_text("bei Ihnen")
    page.get_by_role("button", name="Abschließen").click()
    expect(page.locator("main")).to_contain_text("Diese Angabe ist nötig.")
    accessible(page)


def test_leading_operating_and_drawing_are_german_too(
    installation: Installation,
    open_as: Callable[..., Page],
    accessible: Callable[[Page], None],
) -> None:
    german = {"name": "language", "value": "de", "url": installation.url}
    walks = {
        "lea": ["/floor", "/queues", "/team", "/calendars", "/cases"],
        "olga": ["/incidents", "/stalls", "/webhooks", "/webhooks/new"],
        "grace": ["/processes", "/designer?kind=process", "/designer/projects"],
        "admin": ["/people", "/groups", "/tokens", "/people/ada"],
    }
    leftovers: dict[str, list[str]] = {}
    for person, paths in walks.items():
        page = open_as(person)
        page.context.add_cookies([german])
        for path in paths:
            page.goto(path)
            page.wait_for_load_state("networkidle")
            assert page.evaluate("document.documentElement.lang") == "de"
            leftovers[path] = english_of(page)
    assert {path: found for path, found in leftovers.items() if found} == {}

    # In the modeler the editor of bpmn.io, its panel and our groups in it speak German.
    page = open_as("grace")
    page.context.add_cookies([german])
    page.goto("/designer?kind=process")
    page.get_by_role("button", name=re.compile("Bearbeiten|Weitermachen")).first.click()
    page.wait_for_selector(".djs-palette")
    expect(page.locator("[data-problem-summary]").first).not_to_have_text("Wird geprüft")
    page.locator(".djs-element.djs-shape", has_text=re.compile("[a-z]")).nth(3).click(force=True)
    expect(page.locator(".djs-context-pad [title='Löschen']")).to_be_visible()
    assert english_of(page) == []
    accessible(page)
