"""At the desk: typed text that is never lost, a list that keeps itself up to date."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from core import db as database
from core import people
from tests.browser.designing import violations
from tests.browsing import add_person
from tests.build import process
from tests.screens import casework
from tests.serving import served

pytestmark = [pytest.mark.xdist_group("desk"), pytest.mark.browser, pytest.mark.timeout(180)]

NOTE = {"type": "textarea", "id": "note", "key": "note", "label": "Your note"}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def open_desk(app: Flask, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page as somebody of billing in a browser of their own: `open_desk("ada")`."""
    drawing = process("errand").user_task("go", groups="billing", form="errand")
    casework.deploy(drawing.end(), errand=[NOTE])
    for name in ("ada", "bob"):
        add_person(name, "associate", groups=["billing"], display_name=name.capitalize())
    contexts: list[BrowserContext] = []
    troubles: list[str] = []
    with served(app) as address:

        def open_page(name: str, path: str, **options: Any) -> Page:
            context = browser.new_context(base_url=address, **options)
            contexts.append(context)
            with database.transaction() as session:
                link = people.make_sign_in_link(session, people.get_person(session, name))
            page = context.new_page()
            page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
            page.goto(f"/sign-in/{link}")
            page.get_by_role("button").click()
            page.wait_for_url("**/account*")
            page.goto(path)
            return page

        yield open_page
        for context in contexts:
            context.close()
        app.extensions["live"].close()
    assert troubles == []


def test_a_list_keeps_itself_up_to_date_and_leaves_everything_where_it_is(
    open_desk: Callable[..., Page],
) -> None:
    casework.start("errand", "ERR-1")
    ada, bob = (open_desk(name, "/work?view=groups") for name in ("ada", "bob"))
    row = ada.locator("tr", has_text="ERR-1")
    row.get_by_role("checkbox").check()
    ada.locator("body").press("j")
    expect(row.get_by_role("link").first).to_be_focused()

    casework.start("errand", "ERR-2")
    expect(ada.locator("tr", has_text="ERR-2")).to_be_visible(timeout=10_000)
    expect(row.get_by_role("checkbox")).to_be_checked()
    expect(row.get_by_role("link").first).to_be_focused()
    ada.keyboard.press("a")
    expect(ada.locator(".selection-bar")).to_be_visible()

    expect(bob.locator("tr", has_text="ERR-2")).to_be_visible(timeout=10_000)
    bob.locator("tr", has_text="ERR-1").get_by_role("button", name=re.compile("Claim")).click()
    expect(row).to_have_count(0, timeout=10_000)
    ada.keyboard.press("c")
    expect(ada.get_by_text("1 task claimed.")).to_be_visible(timeout=10_000)
    assert violations(ada) == []


def test_typed_text_survives_a_reload_a_lost_connection_and_a_faster_colleague(
    open_desk: Callable[..., Page],
) -> None:
    casework.start("errand", "ERR-3")
    task = f"/user-tasks/{casework.tasks()[0].id}"
    ada = open_desk("ada", task, viewport=PHONE)
    note, state = ada.get_by_label("Your note"), ada.locator("[data-draft-state]")

    note.fill("Called, nobody there")
    expect(state).to_have_text(re.compile("Saved at"), timeout=10_000)
    ada.reload()
    expect(note).to_have_value("Called, nobody there")
    expect(ada.get_by_text("it is not sent yet")).to_be_visible()
    assert violations(ada) == []
    assert ada.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    ada.context.set_offline(True)
    note.fill("Called twice")
    expect(state).to_have_text(re.compile("kept in this browser"), timeout=15_000)
    ada.context.set_offline(False)
    expect(state).to_have_text(re.compile("Saved at"), timeout=20_000)

    bob = open_desk("bob", task)
    bob.locator("body").press("c")
    told = ada.get_by_text("Bob has this task now. What you typed is kept.")
    expect(told).to_be_visible(timeout=10_000)
    ada.get_by_role("link", name="Reload").click()
    expect(ada.get_by_text("Called twice")).to_be_visible()
