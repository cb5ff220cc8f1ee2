"""Two people draw on the same text: what is put together by itself, and what is asked about."""

import random
import re

import pytest

from designer import starters
from designer.contents import main_process
from designer.merge import merge
from designer.units import take_apart
from engine.bpmn.check import check_files

BASE = starters.get("approval").content("claim", "Claim")
#: A task that only follows "Chased", with its flow and its shapes.
MORE = BASE.replace(
    '<bpmn:endEvent id="chased" name="Chased">',
    '<bpmn:userTask id="tell" name="Tell"><bpmn:incoming>to_tell</bpmn:incoming></bpmn:userTask>'
    '\n<bpmn:sequenceFlow id="to_tell" sourceRef="chase" targetRef="tell" />'
    '\n<bpmn:endEvent id="chased" name="Chased">',
).replace(
    '<bpmndi:BPMNShape id="chased_shape"',
    '<bpmndi:BPMNShape id="tell_shape" bpmnElement="tell">'
    '<dc:Bounds x="560" y="450" width="100" height="80" /></bpmndi:BPMNShape>'
    '<bpmndi:BPMNEdge id="to_tell_edge" bpmnElement="to_tell">'
    '<di:waypoint x="430" y="410" /><di:waypoint x="560" y="490" /></bpmndi:BPMNEdge>'
    '<bpmndi:BPMNShape id="chased_shape"',
)


def renamed(content, name, to):
    assert f'name="{name}"' in content
    return content.replace(f'name="{name}"', f'name="{to}"', 1)


def without(content, *ids):
    """The text without these elements, their shapes and what names them."""
    for key in ids:
        for kind in ("userTask", "endEvent", "boundaryEvent", "sequenceFlow"):
            content = re.sub(
                rf'<bpmn:{kind} id="{key}"[^>]*?(/>|>.*?</bpmn:{kind}>)', "", content, flags=re.S
            )
        shape = rf'<bpmndi:BPMN(Shape|Edge) id="[^"]*" bpmnElement="{key}".*?</bpmndi:BPMN\1>'
        content = re.sub(shape, "", content, flags=re.S)
        content = re.sub(rf"<bpmn:(incoming|outgoing)>{key}</bpmn:\1>", "", content)
    return content


def moved(content, key, x):
    return re.sub(rf'(bpmnElement="{key}"[^>]*>\s*<dc:Bounds x=")\d+', rf"\g<1>{x}", content)


def says(content):
    """All a text says and where it draws it, whatever its order."""
    drawing = take_apart(content)
    return (
        {key: (unit.said, unit.parent, unit.lane) for key, unit in drawing.units.items()},
        {key: place.said for key, place in drawing.places.items()},
    )


def test_who_drew_alone_loses_nothing():
    for mine, theirs in ((MORE, BASE), (BASE, MORE), (BASE, BASE), (MORE, MORE)):
        merged = merge(BASE, mine, theirs, {})

        expected = MORE if MORE in (mine, theirs) else BASE
        assert merged.conflicts == ()
        assert says(merged.content) == says(expected)


def test_changes_of_different_elements_are_put_together():
    mine = moved(renamed(MORE, "Decide", "Judge"), "approved", 640)
    theirs = without(renamed(BASE, "Approved?", "Fine?"), "chased", "to_chased")

    merged = merge(BASE, mine, theirs, {})
    names = {key: each.title for key, each in main_process(merged.content).elements.items()}

    assert (names["decide"], names["outcome"], names["tell"]) == ("Judge", "Fine?", "Tell")
    assert "chased" not in names
    assert take_apart(merged.content).places["approved"].box[0] == 640
    (report,) = check_files({"claim.bpmn": merged.content.encode()})
    assert report.verdict != "refused"


def test_flows_are_told_at_both_their_ends():
    merged = merge(BASE, MORE, renamed(BASE, "Chase the decision", "Chase"), {})

    chase = re.search(r'<bpmn:userTask id="chase".*?</bpmn:userTask>', merged.content, re.S)[0]
    assert re.findall(r"<bpmn:outgoing>(\w+)<", chase) == ["to_chased", "to_tell"]
    assert re.findall(r"<bpmn:incoming>(\w+)<", chase) == ["to_chase"]


@pytest.mark.parametrize(("side", "name"), [("mine", "Judge"), ("theirs", "Weigh")])
def test_what_both_changed_is_asked_and_the_choice_counts(side, name):
    mine, theirs = renamed(MORE, "Decide", "Judge"), renamed(BASE, "Decide", "Weigh")

    asked = merge(BASE, mine, theirs, {})
    merged = merge(BASE, mine, theirs, {"decide": side})

    assert asked.content is None
    assert [(each.element_id, each.mine, each.theirs) for each in asked.conflicts] == [
        ("decide", "changed", "changed")
    ]
    elements = main_process(merged.content).elements
    assert (elements["decide"].name, "tell" in elements) == (name, True)


def test_both_changed_it_alike_is_no_conflict():
    both = renamed(BASE, "Decide", "Judge")

    assert merge(BASE, both, both, {}).conflicts == ()


def test_an_element_that_both_moved_is_asked_about():
    asked = merge(BASE, moved(BASE, "decide", 300), moved(BASE, "decide", 250), {})

    (conflict,) = asked.conflicts
    assert (conflict.name, conflict.mine, conflict.theirs) == ("Decide", "moved", "moved")


def test_a_line_follows_both_ends_when_each_moved_one():
    mine, theirs = (
        content.replace(old, new)
        for content, old, new in (
            (
                moved(BASE, "requested", 160),
                '<di:waypoint x="216" y="178"',
                '<di:waypoint x="196" y="178"',
            ),
            (
                moved(BASE, "decide", 300),
                '<di:waypoint x="280" y="178"',
                '<di:waypoint x="300" y="178"',
            ),
        )
    )

    merged = merge(BASE, mine, theirs, {})

    edge = re.search(r'bpmnElement="to_decide".*?</bpmndi:BPMNEdge>', merged.content, re.S)[0]
    assert re.findall(r'waypoint x="(\d+)"', edge) == ["196", "300"]


def test_what_one_removed_and_the_other_changed_is_asked():
    mine = without(BASE, "chased", "to_chased")
    theirs = renamed(BASE, "Chased", "Given up")

    asked = merge(BASE, mine, theirs, {})
    gone = merge(BASE, mine, theirs, {"chased": "mine"})
    kept = merge(BASE, mine, theirs, {"chased": "theirs"})

    assert [(each.mine, each.theirs) for each in asked.conflicts] == [("removed", "changed")]
    assert "chased" not in main_process(gone.content).elements
    assert main_process(kept.content).elements["chased"].name == "Given up"


def test_nothing_leads_to_what_was_removed():
    mine = without(BASE, "chase", "chased", "to_chase", "to_chased", "late")

    asked = merge(BASE, mine, MORE, {})
    gone = merge(BASE, mine, MORE, {"chase": "mine"})
    kept = merge(BASE, mine, MORE, {"chase": "theirs"})

    assert ("chase", "removed", "needed") in [
        (each.element_id, each.mine, each.theirs) for each in asked.conflicts
    ]
    assert "to_tell" not in main_process(gone.content).elements
    assert {"chase", "to_tell", "tell"} <= set(main_process(kept.content).elements)


def test_whatever_two_people_do_the_result_can_be_read_and_hangs_together():
    chance = random.Random(8)

    def drawn():
        content = chance.choice([BASE, MORE])
        for name in ("Decide", "Chased", "Approved?", "Chase the decision"):
            if chance.random() < 0.4:
                content = renamed(content, name, f"{name} {chance.randrange(9)}")
        if chance.random() < 0.3:
            content = without(content, "chased", "to_chased")
        if chance.random() < 0.3 and "tell" not in content:
            content = without(content, "chase", "chased", "to_chase", "to_chased")
        return moved(content, chance.choice(["approved", "decide"]), chance.randrange(100, 900))

    for _ in range(150):
        mine, theirs = drawn(), drawn()
        choices = {}
        for _attempt in range(3):
            merged = merge(BASE, mine, theirs, choices)
            if merged.content is not None:
                break
            choices |= {
                each.element_id: chance.choice(["mine", "theirs"]) for each in merged.conflicts
            }
        assert merged.content is not None
        drawing = take_apart(merged.content)
        for unit in drawing.units.values():
            assert all(need in drawing.units for need in unit.needs)
            assert unit.parent is None or unit.parent in drawing.units
        assert set(drawing.places) <= set(drawing.units)
        shown = {key for key in drawing.units if key not in ("claim",)}
        assert shown == set(drawing.places)
