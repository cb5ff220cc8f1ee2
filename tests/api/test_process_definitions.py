from tests.api.drawings import APPROVAL_FORM, PLAIN
from tests.build import process
from tests.engine.bpmn.imports.importing import Imported, extended


def test_a_process_is_read_by_its_id(analyst):
    (deployed,) = analyst.deploy(plain_bpmn=PLAIN).json["definitions"]

    read = analyst.get(f"/process-definitions/{deployed['id']}")

    assert read.status_code == 200
    assert read.json | {"kind": "process"} == read.json | deployed
    assert (read.json["file"], read.json["verdict"]) == ("plain.bpmn", "runs")


def test_the_file_comes_back_as_it_was_sent(analyst):
    (deployed,) = analyst.deploy(plain_bpmn=PLAIN).json["definitions"]

    response = analyst.get(f"/process-definitions/{deployed['id']}/xml")

    assert response.data == PLAIN
    assert response.mimetype == "application/xml"
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_versions_are_listed_page_by_page(analyst):
    for name in ("look", "see", "check"):
        analyst.deploy(plain_bpmn=process("plain").user_task(name).end())

    first = analyst.get("/process-definitions", key="plain", limit=2).json
    rest = analyst.get("/process-definitions", key="plain", limit=2, after=first["next"]).json
    latest = analyst.get("/process-definitions", key="plain", latest="true").json

    versions = [item["version"] for item in first["items"] + rest["items"]]
    assert sorted(versions) == [1, 2, 3]
    assert rest["next"] is None
    assert [item["version"] for item in latest["items"]] == [3]


def test_a_form_is_no_process(analyst):
    (form,) = analyst.deploy(approval_form=APPROVAL_FORM).json["definitions"]

    assert analyst.get(f"/process-definitions/{form['id']}").status_code == 404


def test_the_file_of_another_tool_says_the_same_in_our_words_too(analyst):
    body = extended("userTask", "", ' camunda:candidateGroups="billing"')
    model = Imported(("camunda", "http://camunda.org/schema/1.0/bpmn"), body).data
    [deployed] = analyst.deploy(it_bpmn=model).json["definitions"]

    content = analyst.get(f"/process-definitions/{deployed['id']}/xml").data

    assert b'camunda:candidateGroups="billing"' in content
    assert b'<work:assignment groups="billing"/>' in content
