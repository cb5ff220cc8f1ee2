"""On the floor: a leader sees a breach coming, lends, weighs, and opens what is behind a number."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from core import clock, people
from core import db as database
from core.people import SYSTEM
from engine import user_tasks
from tests.browser.designing import violations
from tests.browsing import add_person
from tests.conftest import NOW
from tests.serving import served
from tests.work.desk import LANE, arrive, deploy
from work import skills, sorting

pytestmark = [pytest.mark.xdist_group("desk"), pytest.mark.browser, pytest.mark.timeout(180)]

SIZE = {"width": 1440, "height": 900}


@pytest.fixture
def morning() -> Iterator[None]:
    """What is due within ten hours is due today."""
    with clock.running_from(NOW):
        yield


@pytest.fixture
def floor(morning: None, app: Flask, browser: Browser) -> Iterator[Page]:
    """The floor as Lea sees it, who leads customer service."""
    with database.transaction() as session:
        deploy(session)
        deploy(session, "gas", assignment={"skills": "gas"})
        for due in (500, 9_000, 9_100):
            arrive(session, due=due)
        arrive(session, "gas", due=600)
        sorting.take_in(session)
    add_person("ada", "associate", groups=[LANE], display_name="Ada")
    add_person("ben", "associate", groups=["credit"], display_name="Ben")
    add_person("lea", "team_leader", groups=[LANE], display_name="Lea")
    with database.transaction() as session:
        skills.declare(session, "ben", {"gas": 1}, by=SYSTEM)
    troubles: list[str] = []
    with served(app) as address:
        context = browser.new_context(base_url=address, viewport=SIZE)
        with database.transaction() as session:
            link = people.make_sign_in_link(session, people.get_person(session, "lea"))
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
        page.goto(f"/sign-in/{link}")
        page.get_by_role("button").click()
        page.wait_for_url("**/account*")
        page.goto("/floor")
        yield page
        context.close()
        app.extensions["live"].close()
    assert troubles == []


def test_a_leader_sees_a_breach_coming_and_acts(floor: Page) -> None:
    late, risky = (floor.locator(f"[data-part='tile-{name}']") for name in ("late", "at_risk"))
    expect(late.locator(".tile__number")).to_have_text("0")
    assert floor.evaluate("document.documentElement.scrollHeight") <= SIZE["height"]
    row = floor.locator("[data-part='row-customer_service']")
    focused = row.get_by_role("link", name="Priority of work")
    focused.focus()

    # A task comes nearer to its due date while the leader looks: the number changes by itself.
    with database.transaction() as session:
        task = user_tasks.find(session, by=SYSTEM, order="due")[0]
        task.due_at = task.rank_at = clock.now() + timedelta(minutes=5)
    expect(risky.locator(".tile__number")).to_have_text("1", timeout=10_000)
    expect(focused).to_be_focused()
    assert violations(floor) == []

    # One press brings the form for what presses; the reason is asked for.
    focused.press("Enter")
    dialog = floor.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("Priority of 1 task")
    expect(dialog.get_by_label("Why")).to_be_focused()
    assert violations(floor) == []
    dialog.get_by_label("Why").fill("The customer calls at noon")
    dialog.get_by_role("button", name="Change 1 task").click()
    expect(floor.get_by_text("1 task changed: Urgent.")).to_be_visible()

    # It is late now, and the list behind the number holds just that.
    with database.transaction() as session:
        task = user_tasks.find(session, by=SYSTEM, order="due")[0]
        task.due_at = task.rank_at = clock.now() - timedelta(minutes=5)
    expect(late.locator(".tile__number")).to_have_text("1", timeout=10_000)
    late.locator(".tile__number").click()
    expect(floor.locator(".page-header__count")).to_have_text("1")
    expect(floor.locator("tbody [data-row]")).to_have_count(1)
    expect(floor.locator("tbody").get_by_text("Urgent")).to_be_visible()
    floor.get_by_role("checkbox").check()
    floor.get_by_label("Why").fill("First of all")
    floor.get_by_role("button", name="Do it").click()
    expect(floor.get_by_text("1 task changed: Put first.")).to_be_visible()
    expect(floor.locator("tbody").get_by_text("First", exact=True)).to_be_visible()
    assert violations(floor) == []

    # Nobody here knows gas; Ben does, and is lent from the row that says so.
    floor.goto("/floor?rows=teams")
    gas = floor.locator("[data-part='need-gas:1']")
    expect(gas.get_by_role("link", name="0 people, gas")).to_be_visible()
    gas.get_by_role("link", name="Lend a person: gas").click()
    dialog = floor.get_by_role("dialog")
    expect(dialog.get_by_role("radio", name="Ben")).to_be_checked()
    dialog.get_by_label("Why").fill("Much gas today")
    dialog.get_by_role("button", name="Lend", exact=True).click()
    expect(floor.get_by_text("Ben works for Customer service now.")).to_be_visible()
    expect(gas.get_by_role("link", name="1 person, gas")).to_be_visible(timeout=10_000)

    # Without the server the board says that its numbers are old, and recovers by itself.
    floor.context.set_offline(True)
    expect(floor.get_by_role("alert")).to_contain_text("as old as they say", timeout=15_000)
    floor.context.set_offline(False)
    expect(floor.get_by_role("alert")).to_have_count(0, timeout=15_000)
