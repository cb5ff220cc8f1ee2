"""Projects over HTTP: begun, filled from a ZIP or folder, run, exported, archived."""

import io
import re
from pathlib import Path

import pytest

from designer.projects import archives
from tests.browsing import signed_in
from tests.designer.test_pages import Analyst, config_of

LIBRARY = Path(__file__).parents[2] / "processes" / "complaint_handling"


@pytest.fixture
def analyst(app):
    browser = Analyst(app)
    browser.client = signed_in(app, "grace", "analyst").client
    return browser


@pytest.fixture
def packed():
    files = {path.relative_to(LIBRARY).as_posix(): path for path in LIBRARY.rglob("*")}
    found = {name: path.read_bytes() for name, path in files.items() if path.is_file()}
    return archives.pack({f"complaints/{name}": data for name, data in found.items()})


def brought(analyst, *files, project=""):
    """The address of the report on what was brought."""
    sent = [(io.BytesIO(data), name) for data, name in files]
    answer = analyst.post("/designer/imports", files=sent, project=project)
    assert answer.status_code == 303
    return answer.location


def taken(analyst, place, **more):
    """Press “Take what is ticked”; where it leads."""
    page = analyst.get(place).text
    fields = {
        "items": [
            match.replace("&#34;", '"')
            for match in re.findall(r'name="items"\s+value="(.*?)"', page)
        ],
        "into": re.search(r'name="into"\s+value="(.*?)"', page)[1],
        "fingerprint": re.search(r'name="fingerprint"\s+value="(.*?)"', page)[1],
        "name": (re.search(r'name="name"\s+value="(.*?)"', page) or ["", ""])[1],
    }
    return analyst.post(place.partition("?")[0], **{**fields, **more})


def test_a_zip_becomes_a_project_that_is_run_and_exported(analyst, packed):
    place = brought(analyst, (packed, "complaints.zip"))
    report = analyst.page(place)
    assert "Name of the new project" in report
    assert "0 changed, 0 unchanged, 0 refused." in report

    project = taken(analyst, place).location
    page = analyst.page(project)
    assert '<h1 title="Complaint handling">' in page
    assert page.count('data-kind="form"') == 3
    assert "not run yet" in page

    ran = analyst.client.post(
        f"{project}/scenario-runs",
        data={"csrf_token": analyst.token(), "process": "complaint_handling"},
        headers={"Accept": "application/json"},
    )
    assert (ran.json["failed"], ran.json["scenarios"] > 3) == (0, True)
    assert "scenarios passed" in analyst.page(project)
    assert analyst.get(f"{project}/folder.zip").data == analyst.get(f"{project}/folder.zip").data

    again = analyst.page(brought(analyst, (analyst.get(f"{project}/folder.zip").data, "x.zip")))
    assert "0 new, 0 changed," in again
    assert f'<option value="{project.rpartition("/")[2]}" selected>' in again


def test_what_no_scenario_covers_is_shown_on_a_version_too(analyst):
    project = analyst.post("/designer/projects", name="Claims", about="").location
    draft = analyst.post(
        "/designer/drafts", name="Claim", starter="approval", project=project.rpartition("/")[2]
    ).location
    config = config_of(analyst.get(draft))
    analyst.send("POST", config["urls"]["deployment"], {"message": ""})
    analyst.send("DELETE", config["urls"]["draft"])
    analyst.post(f"{project}/scenario-runs")

    page = analyst.get(project).text
    version = re.search(r'action="(/designer/versions/[^"]+/draft)"', page)[1]
    element = re.search(r'name="covered" value="(.+?)"', page)[1]
    opened = analyst.post(version, covered=element)

    assert opened.location.endswith(f"#covered={element}")


def test_a_folder_is_brought_as_it_lies(analyst):
    files = [
        (path.read_bytes(), f"complaint_handling/{path.name}") for path in LIBRARY.glob("*.form")
    ]

    place = brought(analyst, *files)

    assert "Import complaint_handling" in analyst.page(place)
    assert taken(analyst, place, name="").status_code == 422
    assert taken(analyst, place, name="Complaints").status_code == 303


def test_a_report_that_is_no_longer_true_is_shown_again(analyst, packed):
    place = brought(analyst, (packed, "complaints.zip"))

    answer = taken(analyst, place, fingerprint="0")

    assert answer.status_code == 422
    assert "What is here has changed since you looked." in answer.text


def test_rubbish_and_nothing_are_refused_with_a_sentence(analyst):
    for name, said in (
        ("a.zip", "This is no ZIP that can be read"),
        ("", "Choose a ZIP, files or a folder."),
    ):
        place = analyst.post("/designer/imports", files=(io.BytesIO(b"rubbish"), name)).location
        assert place == "/designer/projects"
        assert said in analyst.page(place)


def test_what_somebody_brought_is_seen_by_nobody_else_and_can_be_thrown_away(app, analyst, packed):
    place = brought(analyst, (packed, "complaints.zip"))
    other = signed_in(app, "hedy", "analyst")

    assert other.get(place).status_code == 404
    assert analyst.post(f"{place.partition('?')[0]}/removal").status_code == 303
    assert analyst.get(place).status_code == 404


def test_a_project_is_begun_filled_renamed_and_archived(analyst):
    first = analyst.post("/designer/projects", name="Moving", about="").location
    second = analyst.post("/designer/projects", name="moving").status_code
    draft = analyst.post(
        "/designer/drafts", name="Claim", starter="approval", project=first.rpartition("/")[2]
    ).location

    editor = analyst.get(draft)
    assert f'href="{first}"' in editor.text
    assert config_of(editor)["draft"]["key"] == "claim"
    assert 'data-row="claim"' in analyst.page(first)
    general = "00000000-0000-0000-0000-000000000000"
    analyst.post(f"{first}/files", kind="process", key="claim", to=general)
    assert 'data-row="claim"' not in analyst.page(first)
    assert 'data-row="claim"' in analyst.page(f"/designer/projects/{general}")
    analyst.post(first, name="Moving house", about="For *all*.")
    assert "<em>all</em>" in analyst.page(first)
    assert second == 422
    analyst.post(f"{first}/archive")
    assert "Moving house" not in analyst.page("/designer/projects").partition("<main")[2].replace(
        "“Moving house” is archived", ""
    )
    assert "Moving house" in analyst.page("/designer/projects?archived=1")
    analyst.post(f"{first}/return")
    assert "Moving house" in analyst.page("/designer/projects")


def test_only_analysts_see_projects(app):
    ada = signed_in(app, "ada", "associate")

    for path in ("/designer/projects", "/designer/projects/00000000-0000-0000-0000-000000000000"):
        assert ada.get(path).status_code == 403
