"""The main job through the screens: draw, deploy, start, work, finish, look back."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from demo.customers import customers
from tests.backoffice.running import Installation

pytestmark = [pytest.mark.xdist_group("main job"), pytest.mark.browser, pytest.mark.timeout(300)]

CASES = 20
#: What an associate answers, by the task's element, for tasks that the test does over the API.
ANSWERS: dict[str, dict[str, Any]] = {
    "clarify_address": {"addressOutcome": "unknown"},
    "decide_credit": {"creditDecision": "accept", "creditReason": "Pays by direct debit"},
    "correct_bill": {"reading": 4711, "readAt": "2026-11-20", "correctionNote": "Digits swapped"},
}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A demo of its own without a past, whose partners answer at once and never fail."""
    settings = {"BACKOFFICE_DEMO_RATES": "steady", "BACKOFFICE_DEMO_DAYS": "0"}
    folder = tmp_path_factory.mktemp("main-job") / "data"
    with Installation(folder, options=(), settings=settings) as installation:
        yield installation


def test_from_drawing_to_the_last_case(
    installation: Installation, open_as: Callable[..., Page]
) -> None:
    grace = open_as("grace")
    rename_task_and_deploy(grace, "Look at the credit file")

    with installation.client("integrator", "crm") as crm:
        started = [start(crm, customer) for customer in customers(CASES, first=500)]
        assert {case["version"] for case in started} == {2}

        # The associate does one task through the page; the rest is the same work.
        ada = open_as("ada")
        done = complete_first_task(ada)

        with installation.client("administrator", "robot") as robot:
            work_until_all_ended(robot, crm, [case["id"] for case in started])

    admin = open_as("admin")
    admin.goto(f"/cases?q={done}")
    admin.get_by_role("link", name=done).first.click()
    expect(admin.get_by_role("heading", name=done)).to_be_visible()
    expect(admin.locator(".djs-visual").first).to_be_visible()
    expect(admin.locator("[data-diagram] .diagram-visited").first).to_be_attached()


def rename_task_and_deploy(page: Page, name: str) -> None:
    page.goto("/designer")
    page.get_by_role("link", name="Customer onboarding").first.click()
    page.get_by_role("button", name="Edit").click()
    page.wait_for_selector(".djs-container svg")
    page.locator('[data-element-id="decide_credit"] .djs-hit').first.click()
    field = page.locator("#bio-properties-panel-name")
    field.fill(name)
    field.blur()
    page.get_by_role("button", name=re.compile("Deploy")).first.click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("Deploy")).click()
    expect(page.get_by_text(re.compile("[Vv]ersion 2")).first).to_be_visible()


def start(client: httpx.Client, customer: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(
        "/process-instances",
        json={
            "key": "customer_onboarding",
            "businessKey": customer["caseNumber"],
            "variables": customer,
        },
    )
    assert answer.status_code == 201, answer.text
    case: dict[str, Any] = answer.json()
    return case


def complete_first_task(page: Page) -> str:
    """Claim and complete the first address to clarify; the business key of its case."""
    page.goto("/work?view=groups")
    row = page.locator("tr", has_text="Clarify the address").first
    row.wait_for()
    row.get_by_role("link", name="Clarify the address").click()
    case = page.get_by_role("link", name=re.compile(r"SU-\d+")).first.inner_text()
    page.get_by_role("button", name="Claim").click()
    page.get_by_role("button", name="Release").wait_for(state="attached")
    page.get_by_label("We cannot supply this address").check()
    page.get_by_role("button", name="Complete").click()
    # The page says so, and offers the next task at once.
    expect(page.get_by_text(re.compile("done|completed", re.IGNORECASE)).first).to_be_visible()
    return case


def work_until_all_ended(robot: httpx.Client, crm: httpx.Client, cases: list[str]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        for task in open_tasks(robot):
            values = robot.get(f"/user-tasks/{task['id']}").json()["values"]
            answer = robot.post(
                f"/user-tasks/{task['id']}/completion",
                json={"variables": {**values, **ANSWERS[task["elementId"]]}},
            )
            assert answer.status_code in (201, 409), answer.text
        if all(crm.get(f"/process-instances/{case}").json()["endedAt"] for case in cases):
            return
        time.sleep(0.3)
    waiting = [crm.get(f"/process-instances/{case}/tokens").json() for case in cases]
    raise AssertionError(f"some cases did not end: {[tokens for tokens in waiting if tokens]}")


def open_tasks(client: httpx.Client) -> list[dict[str, Any]]:
    page = client.get("/user-tasks", params={"state": "open", "limit": "200"}).json()
    tasks: list[dict[str, Any]] = page["items"]
    return tasks
