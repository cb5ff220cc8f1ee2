"""A file of another tool becomes a draft in our words, and what it refers to is found."""

import io

from designer import contents
from engine.bpmn.check import check_files
from tests.designer.test_pages import analyst  # noqa: F401 - a fixture
from tests.engine.bpmn.imports.importing import Imported, extended

CAMUNDA = ("camunda", "http://camunda.org/schema/1.0/bpmn")
TASK = extended("userTask", "", ' camunda:candidateGroups="billing" camunda:formKey="sign_up.form"')


def test_an_imported_draft_says_all_it_can_in_our_words():
    text = contents.imported("process", Imported(CAMUNDA, TASK).data)
    report = check_files({"a.bpmn": text.encode()})[0]

    assert '<work:assignment groups="billing"/>' in text
    assert 'camunda:candidateGroups="billing"' in text
    assert "camunda:candidateGroups → work:assignment groups" in report.problems[0].message


def test_an_imported_draft_is_read_in_the_encoding_that_it_has():
    data = Imported(CAMUNDA, TASK).data.decode().replace('id="p"', 'id="p" name="Übernahme"')
    text = contents.imported("process", data.encode("utf-16"))

    assert contents.identify("process", text).name == "Übernahme"


def test_forms_and_decisions_of_another_tool_are_found_as_references():
    found = contents.references(Imported(CAMUNDA, TASK).data.decode())

    assert found == [contents.Reference("form", "sign_up", "deployment")]


def test_the_page_takes_a_file_of_another_tool(analyst):  # noqa: F811
    file = (io.BytesIO(Imported(CAMUNDA, TASK).data), "of_another.bpmn")

    answer = analyst.post("/designer/drafts", file=file)

    assert answer.status_code == 303
    assert "work:assignment" in analyst.get(answer.location).text
