"""The public test cases of DMN, folder by folder."""

from pathlib import Path

import pytest

from engine.dmn import tck

ROOT = Path(__file__).parent / "dmn-tck"
FOLDERS = sorted(path.parent for path in ROOT.rglob("*-test-01.xml"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_case_of_the_folder_passes(folder):
    report = tck.run_folder(folder)

    assert report.failures == []
    assert report.passed > 0
    assert report.passed == report.total


def test_the_whole_kit_is_there_and_passes(record_property):
    reports = [tck.run_folder(folder) for folder in ROOT.glob("compliance-level-*")]

    passed, total = sum(each.passed for each in reports), sum(each.total for each in reports)

    record_property("feel_tck", f"{passed}/{total}")
    assert (passed, total) == (2635, 2635)
