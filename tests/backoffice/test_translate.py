"""`backoffice translate`: a file of another tool with our settings, and a report beside it."""

import json

import pytest

from backoffice.__main__ import main
from tests.build import process
from tests.engine.bpmn.imports.importing import Imported, extended

CAMUNDA = ("camunda", "http://camunda.org/schema/1.0/bpmn")
ATTRIBUTES = ' camunda:assignee="ada" camunda:async="true" camunda:odd="1"'


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "of_another.bpmn"
    path.write_bytes(Imported(CAMUNDA, extended("userTask", "", ATTRIBUTES)).data)
    return path


def test_the_file_goes_out_and_the_report_beside_it(file, capfdbinary):
    assert main(["translate", str(file)]) == 0

    out, err = capfdbinary.readouterr()
    assert b'<work:assignment assignee="ada"/>' in out
    assert b'camunda:assignee="ada"' in out
    assert err.decode().splitlines() == [
        "Translated:",
        "  it: camunda:assignee → work:assignment assignee",
        "Kept in the file, without effect here:",
        "  it: camunda:odd is kept in the file, without effect: it has no counterpart here.",
        "Without meaning here:",
        "  it: camunda:async has no meaning here.",
    ]


def test_the_report_may_be_json_and_the_file_go_elsewhere(file, tmp_path, capsys):
    to = tmp_path / "ours.bpmn"

    assert main(["translate", "--json", "--to", str(to), str(file)]) == 0

    notes = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert {note["what"] for note in notes} == {"translated", "kept", "meaningless"}
    assert b"work:assignment" in to.read_bytes()


def test_a_file_of_ours_needs_nothing(tmp_path, capsys):
    path = tmp_path / "ours.bpmn"
    path.write_bytes(process().user_task("a").end())

    assert main(["translate", "--to", str(tmp_path / "same.bpmn"), str(path)]) == 0

    assert (tmp_path / "same.bpmn").read_bytes() == path.read_bytes()
    assert capsys.readouterr().err == "There is nothing to translate in this file.\n"


def test_what_cannot_be_read_is_said(tmp_path, capsys):
    (tmp_path / "odd.bpmn").write_bytes(b"<a>")

    assert main(["translate", str(tmp_path / "odd.bpmn")]) == 1
    assert main(["translate", str(tmp_path / "gone.bpmn")]) == 1
    assert "odd.bpmn cannot be read" in capsys.readouterr().err
