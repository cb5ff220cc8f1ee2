"""Elements without id get one, always the same, and never one that is taken."""

from engine.bpmn.normalize import Change, give_ids
from engine.bpmn.reader import read

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def test_missing_ids_are_given_and_never_taken_twice():
    body = '<startEvent id="begin"/><task/><task id="sequenceFlow_1"/><sequenceFlow/><incoming/>'
    tree = read(f'<definitions xmlns="{BPMN}"><process>{body}</process></definitions>'.encode())

    changes = give_ids(tree)

    assert [each.element for each in changes] == ["process_1", "task_1", "sequenceFlow_2"]
    assert changes[1] == Change("task_1", "id_given", "A task had no id and is called task_1.")
    assert [each.get("id") for each in tree[0]][-1] is None


def test_a_tree_with_all_ids_stays_as_it_is():
    assert give_ids(read(b"<definitions/>")) == []
