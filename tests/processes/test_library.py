"""Every process of the library is complete, tested and pleasant to look at."""

import json
import re
from itertools import combinations, pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from lxml import etree

from engine.bpmn.check import check_files
from engine.bpmn.model import SUB_PROCESSES
from engine.bpmn.namespaces import BPMN_DI, DC, DI
from engine.bpmn.process_reader import models
from engine.bpmn.reader import read
from engine.bpmn.scenario import read_scenarios
from engine.scenarios import run
from forms import schema

LIBRARY = Path(__file__).parents[2] / "processes"
PROCESSES = sorted(path for path in LIBRARY.iterdir() if path.is_dir())
DRAWINGS = sorted(LIBRARY.rglob("*.bpmn"))
SCENARIOS = [one for path in sorted(LIBRARY.rglob("*.yaml")) for one in read_scenarios(path)]


class Box(NamedTuple):
    """Where something is drawn."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def named(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("folder", PROCESSES, ids=named)
def test_a_process_runs_without_a_single_problem(folder):
    paths = [path for path in folder.iterdir() if path.suffix in (".bpmn", ".dmn", ".form")]
    files = {path.name: path.read_bytes() for path in paths}

    reports = check_files(files, known=lambda kind, key: False)

    assert {report.file: report.problems for report in reports if report.problems} == {}


@pytest.mark.parametrize("path", sorted(LIBRARY.rglob("*.form")), ids=named)
def test_a_form_is_read_and_goes_by_its_file_name(path):
    assert schema.parse(path.read_bytes()).components
    assert f'"id": "{path.stem}"' in path.read_text()


def test_every_form_has_a_name_of_its_own():
    names = [json.loads(path.read_bytes()).get("name", "") for path in LIBRARY.rglob("*.form")]

    assert all(re.fullmatch(r"[A-Z][a-z -]+", name) for name in names)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.name)
def test_a_scenario_passes(scenario):
    assert run(scenario).failure is None


@pytest.mark.parametrize("folder", PROCESSES, ids=named)
def test_the_scenarios_of_a_process_enter_every_element(folder):
    entered = {
        element
        for scenario in SCENARIOS
        if folder in scenario.file.parents
        for element in run(scenario).visited
    }

    for path in folder.glob("*.bpmn"):
        for model in models(read(path.read_bytes())):
            nodes = {each.id for each in model.elements.values() if each.is_node}
            assert nodes - entered == set()


@pytest.mark.parametrize("folder", PROCESSES, ids=named)
def test_a_process_says_what_it_is_for(folder):
    assert (folder / "README.md").read_text().startswith("# ")


@pytest.mark.parametrize("path", DRAWINGS, ids=named)
def test_everything_is_drawn_and_nothing_lies_on_anything_else(path):
    root = read(path.read_bytes())
    drawn = {
        shape.get("bpmnElement"): box(shape.find(f"{{{DC}}}Bounds"))
        for shape in root.iter(f"{{{BPMN_DI}}}BPMNShape")
    }
    elements = {key: each for model in models(root) for key, each in model.elements.items()}
    nodes = {key: each for key, each in elements.items() if each.is_node}

    assert set(nodes) <= set(drawn)
    beside = [key for key in nodes if nodes[key].kind != "boundaryEvent"]
    for one, other in combinations(beside, 2):
        if nodes[one].parent == nodes[other].parent:
            assert not drawn[one].overlaps(drawn[other]), (one, other)
    unframed = [key for key in beside if nodes[key].kind not in SUB_PROCESSES]
    for label in labels(root):
        for key in unframed:
            assert not label.overlaps(drawn[key]), (label, key)
    for one, other in combinations(labels(root), 2):
        assert not one.overlaps(other)


@pytest.mark.parametrize("path", DRAWINGS, ids=named)
def test_flows_are_drawn_at_right_angles_from_border_to_border(path):
    root = read(path.read_bytes())
    flows = {
        key: each
        for model in models(root)
        for key, each in model.elements.items()
        if each.kind == "sequenceFlow"
    }
    shapes = {
        each.get("bpmnElement"): box(each.find(f"{{{DC}}}Bounds"))
        for each in root.iter(f"{{{BPMN_DI}}}BPMNShape")
    }
    edges = {each.get("bpmnElement"): each for each in root.iter(f"{{{BPMN_DI}}}BPMNEdge")}

    assert set(edges) == set(flows)
    for key, edge in edges.items():
        points = [
            (float(each.get("x", "")), float(each.get("y", "")))
            for each in edge.iter(f"{{{DI}}}waypoint")
        ]
        for (x, y), (next_x, next_y) in pairwise(points):
            assert x == next_x or y == next_y, key
        for end, point in (
            (flows[key].incoming[0], points[0]),
            (flows[key].outgoing[0], points[-1]),
        ):
            assert on_border(shapes[end], *point), (key, end)


def box(bounds: etree._Element | None) -> Box:
    assert bounds is not None
    x, y, width, height = (float(bounds.get(name, "")) for name in ("x", "y", "width", "height"))
    return Box(x, y, x + width, y + height)


def labels(root: etree._Element) -> list[Box]:
    return [box(each.find(f"{{{DC}}}Bounds")) for each in root.iter(f"{{{BPMN_DI}}}BPMNLabel")]


def on_border(shape: Box, x: float, y: float) -> bool:
    inside = shape.left <= x <= shape.right and shape.top <= y <= shape.bottom
    return inside and (x in (shape.left, shape.right) or y in (shape.top, shape.bottom))
