"""Wrong models are refused for what is wrong in them and nothing else, each with a way out."""

import re
from pathlib import Path

import pytest
import yaml

from engine.bpmn.check import check_files

FOLDER = Path(__file__).parent / "wrong"
EXPECTED = yaml.safe_load((FOLDER / "expected.yaml").read_text())
#: What a sentence says that tells how to mend something.
ADVICE = re.compile(
    r"\b(add|choose|connect|define|draw|end|export|give|leave|look|make|mend|move|must|needs|put"
    r"|rename|save|say|shorten|start|take|use|write)\b"
)


def test_there_are_models_of_every_kind_of_mistake() -> None:
    assert len(EXPECTED) >= 50
    assert set(EXPECTED) == {file.stem for file in FOLDER.glob("*.bpmn")}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_wrong_model_is_refused_for_exactly_this(name: str) -> None:
    [report] = check_files({f"{name}.bpmn": (FOLDER / f"{name}.bpmn").read_bytes()})
    errors = [each for each in report.problems if each.severity == "error"]

    assert report.verdict == "refused"
    assert [
        {"element": each.element, "rule": each.rule, "sentence": each.message} for each in errors
    ] == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_every_sentence_says_how_to_mend_it(name: str) -> None:
    assert [each for each in EXPECTED[name] if not ADVICE.search(each["sentence"])] == []
