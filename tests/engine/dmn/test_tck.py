"""The runner of the kit tells what failed, and what could not be run."""

import pytest

from engine.dmn import tck
from engine.dmn.errors import NoTestFiles
from tests.engine.dmn.dmn_files import decision, definitions, literal

CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase">
<modelName>m.dmn</modelName>
<testCase id="1"><resultNode name="one" type="decision"><expected><value
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"
 xsi:type="xsd:decimal">1</value></expected></resultNode></testCase>
<testCase id="2"><resultNode name="one" type="decision"><expected><value
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"
 xsi:type="xsd:decimal">2</value></expected></resultNode></testCase>
<testCase id="3"><resultNode name="nowhere" type="decision"/></testCase>
</testCases>"""


def test_each_case_that_fails_is_told_with_what_was_expected(tmp_path):
    (tmp_path / "m.dmn").write_bytes(definitions(decision("one", literal("1"))))
    (tmp_path / "m-test-01.xml").write_text(CASES)

    report = tck.run_folder(tmp_path)

    assert (report.passed, report.failed, report.errors, report.total) == (1, 1, 1, 3)
    assert "m-test-01.xml 2 one: 1 instead of 2" in str(report)
    assert str(report).endswith("3 cases, 1 failed, 1 could not be run")
    assert report.to_json()["failures"][0]["case"] == "2"


def test_files_that_cannot_be_read_are_counted(tmp_path):
    (tmp_path / "m.dmn").write_text("<html/>")
    (tmp_path / "m-test-01.xml").write_text(CASES)
    (tmp_path / "n-test-01.xml").write_text("<testCases")

    report = tck.run_folder(tmp_path)

    assert (report.passed, report.errors) == (0, 4)


def test_a_folder_without_test_files_is_named(tmp_path):
    with pytest.raises(NoTestFiles):
        tck.run_folder(tmp_path)
