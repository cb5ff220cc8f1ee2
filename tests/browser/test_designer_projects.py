"""An analyst brings a ZIP into a project, runs its scenarios, deploys and exports all of it."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.db import transaction
from designer import drafts
from designer.projects import archives, deploying, importing, keeping
from tests.browser.complaints import complain_three_times
from tests.browser.conftest import PICTURES
from tests.browser.designing import assert_sound_in_every_dress, violations, wait_until_open
from tests.conftest import Role, actor
from tests.designer.test_projects import below

LIBRARY = Path(__file__).parents[2] / "processes" / "complaint_handling"

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def packed() -> bytes:
    """The library's complaint handling as a ZIP, with one of its scenarios only, and a stranger."""
    paths = [path for path in LIBRARY.iterdir() if path.is_file()]
    files = {f"complaints/{path.name}": path.read_bytes() for path in paths}
    first = (LIBRARY / "scenarios" / "paths.yaml").read_bytes().split(b"\n---\n")[0]
    files["complaints/scenarios/first.yaml"] = first
    files["complaints/broken.bpmn"] = b"<html>"
    return archives.pack(files)


def test_a_zip_becomes_a_project_that_is_run_seen_through_and_exported(
    page: Page, packed: bytes, dressed: Callable[[Page, str], None]
) -> None:
    # A project of one's own, empty at first.
    page.goto("/designer/projects")
    page.get_by_role("button", name="New project").first.click()
    page.get_by_label("Name", exact=True).fill("Complaints")
    page.get_by_role("dialog").get_by_role("button", name="Create").click()
    page.wait_for_url("**/designer/projects/*")
    expect(page.get_by_text("Nothing in this project yet")).to_be_visible()

    # A ZIP is looked at, then taken as far as it can be.
    page.get_by_role("button", name="Import", exact=True).last.click()
    zipped = {"name": "complaints.zip", "mimeType": "application/zip", "buffer": packed}
    page.get_by_label("A ZIP, or files").set_input_files([zipped])
    page.get_by_role("button", name="Look at it").click()
    page.wait_for_url("**/designer/imports/*")
    expect(page.get_by_text("5 new, 1 changed, 0 unchanged, 1 refused.")).to_be_visible()
    expect(page.locator("[data-row='complaints/broken.bpmn']")).to_contain_text("Refused")
    dressed(page, "import")
    page.get_by_role("button", name="Take what is ticked").click()
    page.wait_for_url("**/designer/projects/*")
    expect(page.get_by_text("6 taken into “Complaints”.")).to_be_visible()

    # All its scenarios run with progress; the page tells what none of them covers.
    page.get_by_role("button", name="Run all scenarios").click()
    expect(page.get_by_text("1 scenario passed")).to_be_visible()
    uncovered = page.locator("[data-uncovered]").first
    expect(uncovered).to_be_visible()
    dressed(page, "project-run")

    # All of it is deployed at once: what it means is told, and the scenarios run unasked.
    page.get_by_role("link", name="Deploy 4 changes").click()
    expect(page.locator("[data-piece]")).to_have_count(4)
    expect(page.locator("[data-outcome='passed']")).to_contain_text("1 scenario passed")
    dressed(page, "project-deploy")
    page.get_by_label("What changed").fill("To begin with")
    page.get_by_role("button", name="Deploy 4 files").click()
    page.wait_for_url("**/designer/projects/*")
    expect(page.get_by_text("Deployed together: ")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Deploy"))).to_have_count(0)

    # A file moves elsewhere and back.
    page.get_by_role("button", name="Move Refund to another project").click()
    page.get_by_role("dialog").get_by_role("button", name="Move").click()
    expect(page.locator("[data-row='refund']")).to_have_count(0)

    # What none covers is shown on the diagram, painted.
    element = uncovered.get_attribute("data-uncovered")
    uncovered.get_by_role("link", name="Show").click()
    wait_until_open(page)
    expect(page.locator(f"[data-element-id='{element}'].trial-uncovered")).to_be_attached()
    expect(page.locator("[data-uncovered] li").first).to_be_visible()
    dressed(page, "covered")
    page.get_by_role("link", name="Complaints", exact=True).click()
    page.wait_for_url("**/designer/projects/*")

    # And out again, as a folder.
    page.get_by_label("More", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as ZIP").click()
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        names = archive.namelist()
    assert download.value.suggested_filename == "complaints.zip"
    assert {"complaints/complaint.bpmn", "complaints/README.md"} <= set(names)
    assert any(re.fullmatch(r"complaints/scenarios/\w+\.yaml", name) for name in names)


def test_before_all_is_deployed_real_cases_tell_what_would_be_otherwise(page: Page, app) -> None:
    # The library's complaint handling is deployed from a project; three cases came to it.
    grace = actor("grace", Role.ANALYST)
    with app.test_request_context(), transaction() as session:
        project = keeping.create(session, "Complaints", by=grace)
        importing.take(session, below(LIBRARY), project, by=grace)
        deploying.deploy(session, project.id, by=grace)
        complain_three_times(session)
        # Somebody forgets half of a condition, and redraws a form.
        draft = drafts.find(session, "process", "complaint_handling", by=grace)
        half = draft.content.replace('justified = "yes" and', "")
        drafts.save(session, draft.id, half, draft.revision, by=grace)
        draft = drafts.find(session, "form", "complaint_assessment", by=grace)
        text = draft.content.replace("writes about", "complains about")
        drafts.save(session, draft.id, text, draft.revision, by=grace)
        place = f"/designer/projects/{project.id}/deployment"

    page.goto(place)
    replayed = page.locator("[data-replayed='complaint_handling']")
    expect(replayed).to_contain_text("0 of 3 go as they went, 3 would be otherwise")
    expect(page.get_by_text("3 of 3 would be otherwise")).to_be_visible()
    expect(replayed.locator("[data-difference=form]")).to_contain_text("changed form")
    way = replayed.locator("[data-difference=way]")
    expect(way).to_contain_text("instead of “Answer the customer”.")
    way.locator("summary").click()
    expect(way.get_by_role("link", name="C-0")).to_be_visible()
    assert_sound_in_every_dress(page, lambda dress: portray(page, f"project-replay-{dress}"))


def portray(page: Page, name: str) -> None:
    """Keep a picture where one was asked for."""
    if PICTURES and "docs" not in PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(PICTURES) / f"{name}.png", animations="disabled", full_page=True)


@pytest.fixture
def dressed() -> Callable[[Page, str], None]:
    """Looks at a page with axe, and keeps its picture where one was asked for."""

    def look(page: Page, name: str) -> None:
        assert violations(page) == []
        if PICTURES and "docs" not in PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(PICTURES) / f"{name}.png", animations="disabled")

    return look
