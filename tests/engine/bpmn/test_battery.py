"""Small drawings in the handwriting of many tools, each with what BPMN 2.0.2 says must happen."""

from pathlib import Path

import pytest

from engine.bpmn.check import check_files
from engine.bpmn.play import Play
from engine.bpmn.runtime import Runtime
from engine.bpmn.scenario import Scenario, read_scenarios
from engine.bpmn.stage import Stage
from engine.scenarios import run

FOLDER = Path(__file__).parent / "scenarios"
SCENARIOS = [each for file in sorted(FOLDER.glob("*.yaml")) for each in read_scenarios(file)]
DRAWINGS = sorted(FOLDER.glob("*.bpmn"))


@pytest.mark.parametrize(
    "scenario", SCENARIOS, ids=lambda each: f"{each.file.stem}-{each.name}".replace(" ", "_")
)
def test_what_the_standard_says_happens(scenario: Scenario) -> None:
    assert run(scenario).failure is None


def test_the_same_happens_when_an_instance_is_stored_and_loaded_again_and_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run_on = Stage.run

    def run_and_store(stage: Stage) -> bool:
        moved = run_on(stage)
        for runtime in stage.runtimes:
            stored = Runtime.restore(runtime.program, runtime.dump())
            assert stored.waits() == runtime.waits()
            vars(runtime).update(vars(stored))
        return moved

    monkeypatch.setattr(Stage, "run", run_and_store)
    assert [each.name for each in SCENARIOS if run(each).failure is not None] == []


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda each: each.stem)
def test_no_drawing_is_refused(drawing: Path) -> None:
    [report] = check_files({drawing.name: drawing.read_bytes()})

    assert [each for each in report.problems if each.severity == "error"] == []


@pytest.mark.parametrize("kind", ["par", "seq"])
def test_each_item_of_a_repeated_sub_process_is_logged_and_the_whole_is_not(kind: str) -> None:
    name = {"par": "mi_sub", "seq": "mi_sub_seq"}[kind]
    scenario = next(each for each in SCENARIOS if each.name == name)
    play = Play({f"{name}.bpmn": scenario.package[0].read_bytes()}, at=scenario.now)

    play.start(scenario.start)
    while play.waits():
        play.complete("u")

    entries = [each.lifecycle for each in play.entries if each.element_id == "sp"]
    assert sorted(entries) == ["complete"] * 3 + ["start"] * 3


def test_an_uncaught_error_without_code_is_told_as_such() -> None:
    scenario = next(each for each in SCENARIOS if each.name == "err_end_nocode")
    play = Play({"a.bpmn": scenario.package[0].read_bytes()}, at=scenario.now)

    play.start({})

    assert play.incidents() == {"x": "Nobody catches this error."}
