"""Every page with the demo's data: light, dark and narrow; axe, the console, and portraits."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PICTURES
from tests.browser.designing import settle

#: Pictures wait for the whole past of the demo.
SECONDS = 1_200 if PICTURES else 300
pytestmark = [pytest.mark.xdist_group("pages"), pytest.mark.browser, pytest.mark.timeout(SECONDS)]

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}

README_PICTURES = "docs/pictures"
#: The pictures that README shows, and their names there.
SHOWN = {
    "my-work-light-1440": "my-work",
    "task-light-1440": "task",
    "case-light-1440": "case",
    "modeler-light-1440": "modeler",
    "floor-light-1440": "floor",
    "queue-light-1440": "queue",
    "team-days-light-1440": "team-days",
    "project-light-1440": "project",
}

#: Person, name of the picture, address, and a link to follow there.
PAGES = [
    ("", "sign-in", "/sign-in", None),
    ("", "sign-in-colleagues", "/sign-in", ".sign-in__more summary"),
    ("ada", "my-work", "/work?view=groups", None),
    ("ada", "task", "/work?view=groups", "a[href^='/user-tasks/']"),
    ("ada", "notifications", "/notifications", None),
    ("ada", "start", "/start", None),
    ("lea", "floor", "/floor", None),
    ("lea", "floor-tasks", "/floor/tasks?what=open", None),
    ("lea", "queues", "/queues", None),
    ("lea", "queue", "/queues", "td a[href^='/queues/']"),
    ("lea", "team", "/team", None),
    ("lea", "team-days", "/team/days", None),
    ("lea", "team-member", "/team", "td a[href^='/team/']"),
    ("lea", "calendars", "/calendars", None),
    ("lea", "calendar", "/calendars", "td a[href^='/calendars/']"),
    ("lea", "cases", "/cases", None),
    ("lea", "case", "/cases", "a[href^='/cases/']"),
    ("olga", "incidents", "/incidents", None),
    ("olga", "stalls", "/stalls", None),
    ("olga", "webhooks", "/webhooks", None),
    ("olga", "new-webhook", "/webhooks/new", None),
    ("grace", "processes", "/processes", None),
    ("grace", "process", "/processes", "a[href^='/processes/']"),
    ("grace", "heat-map", "/processes/customer_onboarding/heat-map", None),
    ("grace", "projects", "/designer/projects", None),
    ("grace", "project", "/designer/projects", "td a[href^='/designer/projects/']"),
    ("grace", "designer", "/designer", None),
    ("grace", "decisions", "/designer?kind=decision", None),
    ("grace", "version", "/designer", "a[href^='/designer/versions/']"),
    (
        "grace",
        "modeler",
        "/designer?q=customer_onboarding",
        "a[href^='/designer/drafts/'], button:has-text('Edit')",
    ),
    ("grace", "mails", "/mails", None),
    ("admin", "people", "/people", None),
    ("admin", "person", "/people/ada", None),
    ("admin", "groups", "/groups", None),
    ("admin", "tokens", "/tokens", None),
    ("ben", "account", "/account", None),
]


@pytest.mark.parametrize(("person", "name", "path", "link"), PAGES, ids=[page[1] for page in PAGES])
def test_a_page_is_sound_in_every_dress(
    open_as: Callable[..., Page],
    accessible: Callable[[Page], None],
    person: str,
    name: str,
    path: str,
    link: str | None,
) -> None:
    page = open_as(person)
    page.goto(path)
    if link is not None:
        page.locator("main").locator(link).first.click()
    page.wait_for_load_state("networkidle")

    for theme in ("light", "dark"):
        # The page follows what the system prefers, at once.
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.wait_for_selector(f"html[data-bs-theme={theme}]", state="attached")
        for size in (WIDE, PHONE):
            page.set_viewport_size(size)
            settle(page)
            portray(page, f"{name}-{theme}-{size['width']}")
            accessible(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def portray(page: Page, name: str) -> None:
    """Keep a picture where one was asked for: all of them, or README's few."""
    if PICTURES:
        kept = SHOWN.get(name, "" if PICTURES == README_PICTURES else name)
        if kept:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(PICTURES) / f"{kept}.png", animations="disabled")
