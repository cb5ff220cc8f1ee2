"""The command `backoffice tck`: what it prints, and what it makes of folders that are no kit."""

import json
import shutil
from pathlib import Path

import pytest

from backoffice.__main__ import main

KIT = Path(__file__).parents[1] / "conformance" / "dmn-tck"


@pytest.fixture
def folder(tmp_path):
    """One folder of the kit."""
    (negation,) = KIT.rglob("0066-feel-negation")
    return Path(shutil.copytree(negation, tmp_path / "negation"))


def test_a_folder_that_passes_is_reported_as_json(folder, capsys):
    code = main(["tck", "--json", str(folder)])

    report = json.loads(capsys.readouterr().out)
    assert code == 0
    assert report == {"passed": 6, "failed": 0, "errors": 0, "total": 6, "failures": []}


def test_what_failed_is_named(folder, capsys):
    (file,) = folder.glob("*-test-01.xml")
    file.write_bytes(file.read_bytes().replace(b">true<", b">false<"))
    (folder / "broken-test-02.xml").write_text("<testCases")

    code = main(["tck", "--json", str(folder)])
    report = json.loads(capsys.readouterr().out)
    main(["tck", str(folder)])
    *lines, counts = capsys.readouterr().out.splitlines()

    assert code == 1
    assert report["errors"] == 1
    assert report["failed"] == len(report["failures"]) - 1 > 0
    assert report["total"] == report["passed"] + report["failed"] + report["errors"]
    assert len(lines) == len(report["failures"])
    assert counts == f"7 cases, {report['failed']} failed, 1 could not be run"


def test_a_folder_without_tests_is_refused(tmp_path, capsys):
    assert main(["tck", "--json", str(tmp_path / "nowhere")]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "no test files" in captured.err
