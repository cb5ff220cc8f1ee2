"""The reference models of BPMN's Model Interchange Working Group: accepted and walked through."""

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from engine.bpmn.check import check_files
from engine.bpmn.model import DATA, NODES
from engine.bpmn.namespaces import kind, text_of
from engine.bpmn.play import Play
from engine.bpmn.reader import read
from tests.conformance.walker import MONDAY, Walker

ROOT = Path(__file__).parent / "miwg"
FILES = sorted(ROOT.glob("*.bpmn"))


def every(**choices: list[Any]) -> tuple[Mapping[str, Any], ...]:
    """All combinations of the values of some variables."""
    return tuple(dict(zip(choices, values, strict=True)) for values in product(*choices.values()))


INVOICE = every(approved=[True, False], clarified=["yes", "no"])
ANSWER = "Vacation Approval"
STATUS = ["Approved", "Manual Validation Required", "Refused"]
VACATION = tuple({ANSWER: each, f"{ANSWER} Status": {"Approval": each}} for each in STATUS)
ONBOARDING = every(
    approved=[True, False],
    fraud=[True, False],
    result=[{"riskLevel": [each], "risk": []} for each in ("red", "yellow", "green")],
    documents=[["passport"]],
    documentReferenceId=["D-1"],
    fraudSuspectedId=["F-1"],
)
#: What the conditions of finished processes ask for.
ANSWERS = {
    "C.1.0": INVOICE,
    "C.1.1": INVOICE,
    "C.8.0": VACATION,
    "C.8.1": VACATION,
    "C.9.0": ONBOARDING,
    "C.9.1": ONBOARDING,
    "C.9.2": ONBOARDING,
}


def package(file: Path) -> dict[str, bytes]:
    """The file, with the others that it calls; its own comes first."""
    others = sorted(ROOT.glob("C.9.*")) if file.name.startswith("C.9") else []
    return {each.name: each.read_bytes() for each in dict.fromkeys([file, *others])}


def drawn(file: Path) -> Iterator[str]:
    """Keys of the processes of a file that are more than an empty pool."""
    play = Play({file.name: file.read_bytes()}, at=MONDAY)
    for key, program in play.stage.programs.items():
        if any(each.is_node for each in program.model.elements.values()):
            yield key


WALKS = [(file, key) for file in FILES for key in drawn(file)]


def test_all_models_are_there():
    assert len(FILES) == 21


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_model_is_not_refused(file):
    [report] = check_files({file.name: file.read_bytes()})

    assert report.verdict in ("runs", "drawing")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_element_of_a_model_is_known_to_the_runtime(file):
    tree = read(file.read_bytes(), name=file.name)
    in_file = {each.get("id") for each in tree.iter() if kind(each) in NODES}

    programs = Play({file.name: file.read_bytes()}, at=MONDAY).stage.programs.values()
    specs = [spec for program in programs for spec in program.specs.values()]
    known = {node.element.id for spec in specs for node in spec.task_specs.values()}

    assert in_file <= known


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nothing_that_says_how_a_process_runs_is_dropped(file):
    tree = read(file.read_bytes(), name=file.name)
    programs = Play({file.name: file.read_bytes()}, at=MONDAY).stage.programs.values()
    elements = {key: each for one in programs for key, each in one.model.elements.items()}
    nodes = {
        node.element.id: node
        for one in programs
        for spec in one.specs.values()
        for node in spec.task_specs.values()
        if " " not in node.name
    }

    for each in (each for process in tree.iter("{*}process") for each in process.iter()):
        name, found = kind(each), elements.get(each.get("id", ""))
        if name == "sequenceFlow":
            flows = {flow.id for flow in nodes[each.get("sourceRef")].flows}
            assert each.get("id") in flows
            assert (found.condition is None) == (text_of(each, "conditionExpression") is None)
        elif name in NODES:
            told = [kind(one) for one in each if kind(one).endswith("EventDefinition")]
            assert len(found.events) == len(told) or name.endswith("Task")
            assert found.attached_to == each.get("attachedToRef")
            loops = [one for one in each if kind(one).endswith("LoopCharacteristics")]
            assert (found.loop is None) == (not loops)
        elif name in DATA:
            assert found is not None
        elif name == "flowNodeRef" and elements[each.text.strip()].kind in NODES:
            assert elements[each.text.strip()].lane is not None


@pytest.mark.parametrize(
    ("file", "key"), WALKS, ids=[f"{file.stem}-{number}" for number, (file, _) in enumerate(WALKS)]
)
def test_a_process_can_be_walked_to_its_end(file, key):
    walker = Walker(package(file), key, ANSWERS.get(file.stem, ({},)))
    seen = walker.walk()
    [report] = check_files({file.name: file.read_bytes()})
    todo = {each.element for each in report.problems if each.severity == "todo"}
    model = next(one for one in Play(package(file), at=MONDAY).stage.programs.values()
                 if one.model.key == key).model  # fmt: skip

    assert seen.stuck == []
    assert seen.ended > 0
    assert [each.title for each in seen.missed] == []
    # What a person was asked is on the to-do list that makes the drawing executable.
    own = [each for each in walker.asked if each in model.elements]
    assert [each for each in own if not todo & {each, *model.elements[each].outgoing}] == []
