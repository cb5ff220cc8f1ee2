"""Models as other tools and engines write them: accepted, told about, and walked to their end."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine.bpmn.check import check_files
from engine.bpmn.model import NODES
from engine.bpmn.namespaces import kind, split
from engine.bpmn.play import Play
from engine.bpmn.reader import read
from tests.conformance.walker import MONDAY, Walker

FILES = sorted((Path(__file__).parent / "vendors").glob("*.bpmn"))
#: What finished conditions ask for.
ANSWERS: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "activiti_exclusive_script": ({"sum": 5}, {"sum": 200}),
    "spiff_python_conditions": ({"choice": "Yes"}, {"choice": {"x": 1}}),
    "spiff_all": ({"name": "x", "y": False}, {"name": "z"}),
    "jbpm_multi": ({"list": [1, 2]},),
    "trisotech": ({"Order": {"total": 2000}}, {}),
    "oracle_bpm": ({"order": "APPROVE"}, {}),
    "flowable_events": ({}, {"ok": True}),
}
#: What nothing in these models ever throws, and what is wild in them on purpose.
NEVER = {
    "camunda_link_escalation": {"be2"},
    "event_sub_all": {"es1", "es1s"},
    # One side always cancels before the other can complete.
    "flowable_transaction": {"e"},
}
#: Names that a reader of the report needs not be told: standards, and pictures.
_STANDARDS = ("http://www.omg.org/spec/", "http://schema.omg.org/", "http://www.w3.org/")


def foreign_names(root: etree._Element) -> Iterator[str]:
    """Names of other vocabularies on BPMN's elements, as a report may call them."""
    for each in root.iter(etree.Element):
        parent = each.getparent()
        namespace, name = split(str(each.tag))
        if not namespace.startswith(_STANDARDS):
            if parent is not None and split(str(parent.tag))[0].startswith(_STANDARDS):
                yield name
            continue
        if "DI" not in namespace.split("/"):
            for attribute in map(str, each.attrib):
                spoken, local = split(attribute)
                if spoken and not spoken.startswith(_STANDARDS):
                    yield local


#: Parts of what is told of as a whole.
PARTS = {
    "decisionRefBinding", "resultVariable", "inputOutput", "formRefBinding", "formRefVersion",
    "serviceimplementation", "serviceoperation", "waitForCompletion", "ioMapping",
}  # fmt: skip


def drawn(file: Path) -> list[str]:
    programs = Play({file.name: file.read_bytes()}, at=MONDAY).stage.programs
    return [
        key
        for key, program in programs.items()
        if any(each.is_node for each in program.model.elements.values())
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda each: each.stem)
def test_a_model_is_accepted_and_nothing_in_it_is_passed_over(file: Path) -> None:
    data = file.read_bytes()
    [report] = check_files({file.name: data})
    told = " ".join(each.message for each in report.problems)

    assert report.verdict in ("runs", "drawing")
    assert {each for each in foreign_names(etree.fromstring(data)) if each not in told} <= PARTS


@pytest.mark.parametrize("file", FILES, ids=lambda each: each.stem)
def test_every_element_is_known_to_the_runtime(file: Path) -> None:
    tree = read(file.read_bytes())
    in_file = {
        each.get("id")
        for process in tree.iter("{*}process")
        for each in process.iter()
        if kind(each) in NODES and each.get("id")
    }
    programs = Play({file.name: file.read_bytes()}, at=MONDAY).stage.programs.values()
    specs = [spec for program in programs for spec in program.specs.values()]

    assert in_file <= {node.element.id for spec in specs for node in spec.task_specs.values()}


@pytest.mark.parametrize(
    ("file", "key"),
    [(file, key) for file in FILES for key in drawn(file)],
    ids=lambda each: each.stem if isinstance(each, Path) else each,
)
def test_a_process_is_walked_to_its_end(file: Path, key: str) -> None:
    seen = Walker({file.name: file.read_bytes()}, key, ANSWERS.get(file.stem, ({},))).walk()

    assert seen.stuck == []
    assert seen.ended > 0
    assert {each.id for each in seen.missed} <= NEVER.get(file.stem, set())
