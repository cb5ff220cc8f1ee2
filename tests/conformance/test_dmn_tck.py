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


def test_the_whole_kit_is_there():
    cases = sum(tck.run_folder(folder).total for folder in ROOT.glob("compliance-level-*"))

    assert cases == 2635
