"""The same drawing in other handwritings does the same: what tools leave out or order otherwise."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from engine.bpmn.namespaces import BPMN, bpmn, kind
from engine.bpmn.scenario import Scenario, read_scenarios
from engine.scenarios import run

FOLDER = Path(__file__).parent / "scenarios"
SCENARIOS = [each for file in sorted(FOLDER.glob("*.yaml")) for each in read_scenarios(file)]


def without_hints(root: etree._Element) -> None:
    """As tools that do not repeat at an element which flows enter and leave it."""
    for name in ("incoming", "outgoing"):
        for each in list(root.iter(bpmn(name))):
            parent = each.getparent()
            assert parent is not None
            parent.remove(each)


def flows_first(root: etree._Element) -> None:
    """As tools that write all flows before, and all nodes after them."""
    for scope in root.iter(bpmn("process"), bpmn("subProcess"), bpmn("transaction")):
        scope[:] = sorted(scope, key=lambda each: kind(each) not in ("sequenceFlow", "association"))


def decorated(root: etree._Element) -> None:
    """As tools that keep notes of their own at every element."""
    for each in list(root.iter(f"{{{BPMN}}}*")):
        if each.get("id") and kind(each) not in ("definitions",):
            each.set("{urn:tool}colour", "red")
            box = each.find(bpmn("extensionElements"))
            if box is None:
                box = etree.Element(bpmn("extensionElements"))
                each.insert(0, box)
            etree.SubElement(box, "{urn:tool}note").text = "x"


def of_another_prefix(root: etree._Element) -> None:
    """As tools that qualify references by a prefix."""
    for each in root.iter():
        for name in ("messageRef", "signalRef", "errorRef", "escalationRef", "calledElement"):
            written = each.get(name)
            if written and not written.startswith("=") and ":" not in written:
                each.set(name, f"tns:{written}")
    for each in root.iter(bpmn("sequenceFlow")):
        each.set("sourceRef", f"tns:{each.get('sourceRef')}")
        each.set("targetRef", f" {each.get('targetRef')} ")


HANDWRITINGS = (without_hints, flows_first, decorated, of_another_prefix)


@pytest.mark.parametrize("rewrite", HANDWRITINGS, ids=lambda each: each.__name__)
def test_all_scenarios_pass_in_another_handwriting(
    rewrite: Callable[[etree._Element], None], tmp_path: Path
) -> None:
    failed = []
    for scenario in SCENARIOS:
        rewritten = _rewritten(scenario, rewrite, tmp_path)
        failure = run(rewritten).failure
        if failure is not None:
            failed.append(f"{scenario.name}: {failure}")

    assert failed == []


def test_a_scenario_of_ten_steps_takes_a_moment_once_it_is_loaded() -> None:
    [scenario] = [each for each in SCENARIOS if each.name == "mi_behavior_complex"]
    run(scenario)
    times = []
    for _ in range(5):
        started = time.process_time()
        assert run(scenario).passed
        times.append(time.process_time() - started)

    assert len(scenario.steps) == 10
    assert min(times) < 0.05


def _rewritten(
    scenario: Scenario, rewrite: Callable[[etree._Element], None], folder: Path
) -> Scenario:
    files = []
    for file in scenario.package:
        target = folder / file.name
        if file.suffix == ".bpmn":
            root = etree.fromstring(file.read_bytes().lstrip())
            rewrite(root)
            target.write_bytes(etree.tostring(root))
        else:
            target.write_bytes(file.read_bytes())
        files.append(target)
    return replace(scenario, package=tuple(files))
