"""A real Chromium against a real installation with the demo."""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from core import db as database
from core import people
from demo import past_note
from tests.backoffice.running import Installation
from tests.browser.designing import WIDE, settle, watched
from tests.browsing import add_person
from tests.serving import served

ROOT = Path(__file__).parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
#: Where `make pictures` wants the pages' portraits.
PICTURES = os.environ.get("BACKOFFICE_PICTURES", "")
#: The demo's past is told by then, also on a machine with much to do.
PAST_SECONDS = 900.0
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One process runs them all: they share an installation. One that fails is tried again."""
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.xdist_group("browser"))
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The demo, as `make run` starts it, with a few days of past; for pictures with all of it."""
    settings = {} if PICTURES else {"BACKOFFICE_DEMO_DAYS": "8"}
    folder = tmp_path_factory.mktemp("demo") / "data"
    with Installation(folder, options=(), settings=settings) as installation:
        wait_until_told(folder)
        yield installation


def wait_until_told(folder: Path) -> None:
    """Wait for the past of the demo, so that pages rest and show the same every time."""
    deadline = time.monotonic() + PAST_SECONDS
    while past_note.asked(folder) is not None:
        assert time.monotonic() < deadline, (folder / "logs" / "demo.log").read_text()[-3000:]
        time.sleep(0.5)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, else the one that Playwright has."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_as(browser: Browser, installation: Installation) -> Iterator[Callable[..., Page]]:
    """Sign in as one of the demo's people in a browser of their own: `open_as("ada")`."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def sign_in(name: str, **options: Any) -> Page:
        viewport = options.pop("viewport", {"width": 1440, "height": 900})
        context = browser.new_context(
            base_url=installation.url, viewport=viewport, locale="en-GB", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda said: said.type == "error" and troubles.append(f"{page.url}: {said.text}"),
        )
        page.on(
            "request",
            lambda request: (
                request.url.startswith((installation.url, "data:", "blob:"))
                or troubles.append(f"a request to the outside: {request.url}")
            ),
        )
        if name:
            page.goto("/sign-in")
            if not page.locator(f".sign-in__demo button[value={name}]").is_visible():
                page.get_by_text("More colleagues").click()
            page.get_by_role("button", name=f"Sign in as {name.capitalize()}").click()
            page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert not [trouble for trouble in troubles if "status of 4" not in trouble]


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Fails when axe finds a violation of WCAG 2.2 A or AA on the page."""

    def check(page: Page) -> None:
        settle(page)
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE.read_text())
        found = page.evaluate(
            "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", WCAG
        )
        said = [
            f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes']][:4]}"
            for one in found["violations"]
        ]
        assert not said, json.dumps(said, indent=1)

    return check


@pytest.fixture
def address(app) -> Iterator[str]:
    """Where the application answers, with one analyst in it."""
    add_person("grace", "analyst", display_name="Grace Hopper")
    with served(app) as address:
        yield address


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the console or the network complains about: there must be nothing."""
    said: list[str] = []
    yield said
    assert said == []


@pytest.fixture
def analyst(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A browser in which the analyst is signed in."""
    context = browser.new_context(
        viewport=WIDE, base_url=address, permissions=["clipboard-read", "clipboard-write"]
    )
    with database.transaction() as session:
        link = people.make_sign_in_link(session, people.get_person(session, "grace"))
    page = context.new_page()
    page.goto(f"/sign-in/{link}")
    page.get_by_role("button").click()
    page.wait_for_url("**/account*")
    page.wait_for_load_state("networkidle")
    page.close()
    yield context
    for page in context.pages:
        # A file that is still on its way would stay open in the server.
        page.wait_for_load_state("networkidle")
    context.close()


@pytest.fixture
def page(analyst: BrowserContext, address: str, complaints: list[str]) -> Page:
    return watched(analyst, address, complaints)
