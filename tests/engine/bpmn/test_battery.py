"""Small drawings in the handwriting of many tools, each with what BPMN 2.0.2 says must happen."""

from pathlib import Path

import pytest

from engine.bpmn.check import check_files
from engine.bpmn.scenario import Scenario, read_scenarios
from engine.scenarios import run

FOLDER = Path(__file__).parent / "scenarios"
SCENARIOS = [each for file in sorted(FOLDER.glob("*.yaml")) for each in read_scenarios(file)]
DRAWINGS = sorted(FOLDER.glob("*.bpmn"))


@pytest.mark.parametrize(
    "scenario", SCENARIOS, ids=lambda each: f"{each.file.stem}-{each.name}".replace(" ", "_")
)
def test_what_the_standard_says_happens(scenario: Scenario) -> None:
    assert run(scenario).failure is None


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda each: each.stem)
def test_no_drawing_is_refused(drawing: Path) -> None:
    [report] = check_files({drawing.name: drawing.read_bytes()})

    assert [each for each in report.problems if each.severity == "error"] == []
