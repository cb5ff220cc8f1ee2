from io import BytesIO

import pytest

from tests.browsing import signed_in
from tests.build import process
from tests.screens import casework


@pytest.fixture
def grace(app):
    return signed_in(app, "grace", "analyst")


@pytest.fixture
def olga(app):
    return signed_in(app, "olga", "operator")


def upload(browser, *files: tuple[str, bytes], **fields):
    parts = [(BytesIO(data), name) for name, data in files]
    return browser.client.post(
        "/processes/deployments", data={"csrf_token": browser.token(), "files": parts, **fields}
    )


def test_the_list_shows_versions_and_how_much_runs(olga):
    casework.deploy(process("invoice", name="Invoice").user_task("a").end())
    casework.deploy(process("invoice", name="Invoice").user_task("b").end())
    casework.start("invoice")

    page = " ".join(olga.get("/processes").text.split())

    assert "Invoice" in page
    assert '<td data-label="Version">2</td>' in page
    assert 'state=open">1</a>' in page


def test_a_process_says_which_groups_see_its_cases(app, olga):
    drawing = process("invoice").with_settings('<work:visible groups="audit"/>')
    casework.deploy(drawing.user_task("a", groups="billing").end())
    case = casework.start("invoice")

    assert "All cases seen by</dt> <dd> audit </dd>" in " ".join(
        olga.page("/processes/invoice").split()
    )
    assert (
        signed_in(app, "adam", "associate", groups=["audit"]).get(f"/cases/{case}").status_code
        == 200
    )
    assert (
        signed_in(app, "eve", "associate", groups=["people"]).get(f"/cases/{case}").status_code
        == 404
    )


def test_a_process_shows_its_versions_and_any_of_them(olga):
    casework.deploy(process("invoice", name="Invoice").user_task("a").end())
    casework.deploy(process("invoice", name="Invoice").user_task("b").end())

    assert "Version 2" in olga.get("/processes/invoice").text
    first = olga.get("/processes/invoice/versions/1").text
    assert "Version 1" in first
    assert "not the newest" in first
    assert olga.get("/processes/invoice/versions/3").status_code == 404
    assert olga.get("/processes/unknown").status_code == 404


def test_the_file_of_a_version_is_served_as_it_was_deployed(olga):
    drawing = process("invoice").user_task("a").end()
    definition = casework.deploy(drawing)

    answer = olga.get(f"/processes/definitions/{definition}.bpmn")

    assert answer.data == bytes(drawing)
    assert answer.mimetype == "application/xml"
    assert "immutable" in answer.headers["Cache-Control"]


def test_files_are_deployed_together(grace):
    drawing = process("leave", name="Leave").user_task("decide", form="decision").end()

    answer = upload(
        grace, ("leave.bpmn", bytes(drawing)), ("decision.form", casework.form("decision", []))
    )

    assert answer.status_code == 200
    assert "Deployed." in answer.text
    assert "Leave" in grace.get("/processes").text


def test_the_same_files_again_change_nothing(grace):
    drawing = bytes(process("leave").user_task("decide").end())
    upload(grace, ("leave.bpmn", drawing))

    assert "Nothing changed" in upload(grace, ("leave.bpmn", drawing)).text


def test_a_wrong_file_is_refused_with_its_problems(grace):
    answer = upload(grace, ("broken.bpmn", b"<not bpmn"))

    assert answer.status_code == 422
    assert "Nothing was deployed" in answer.text
    assert "broken.bpmn" in answer.text
    assert "Error:" in answer.text


def test_checking_stores_nothing(grace):
    drawing = bytes(process("leave", name="Leave").user_task("decide").end())

    answer = upload(grace, ("leave.bpmn", drawing), only="check")

    assert "can be deployed" in answer.text
    assert "Leave" not in grace.get("/processes").text


def test_without_a_file_there_is_nothing_to_deploy(grace):
    assert upload(grace).status_code == 422


def test_two_files_of_one_name_are_refused(grace):
    drawing = bytes(process("leave").user_task("decide").end())

    assert upload(grace, ("a.bpmn", drawing), ("a.bpmn", drawing)).status_code == 422


def test_associates_deploy_nothing(app):
    ada = signed_in(app, "ada", "associate")

    assert upload(ada, ("a.bpmn", b"")).status_code == 403
    assert ada.get("/processes/deployments/new").status_code == 403


def test_an_empty_installation_says_how_to_begin(grace):
    assert "Nothing is deployed yet" in grace.get("/processes").text
