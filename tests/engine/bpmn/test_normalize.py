"""What BPMN leaves implicit is written out, each change is told, and the given tree is kept."""

from lxml import etree

from engine.bpmn.namespaces import bpmn
from engine.bpmn.normalize import ADDED, Normalized, normalize
from engine.bpmn.reader import read

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def normalized(body: str, *, top: str = "", executable: str = ' isExecutable="true"') -> Normalized:
    process = f'<process id="p"{executable}>{body}</process>'
    root = read(f'<definitions xmlns="{BPMN}">{top}{process}</definitions>'.encode())
    before = etree.tostring(root)
    found = normalize(root)
    assert etree.tostring(root) == before
    return found


def flows(found: Normalized) -> set[tuple[str, str]]:
    return {
        (each.get("sourceRef", ""), each.get("targetRef", ""))
        for each in found.tree.iter(bpmn("sequenceFlow"))
    }


def rules(found: Normalized) -> list[str]:
    return [each.rule for each in found.changes]


def flow(name: str, source: str, target: str, condition: str = "") -> str:
    inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return f'<sequenceFlow id="{name}" {ends}>{inner}</sequenceFlow>'


BEGIN = '<startEvent id="begin"/>'


def test_a_complete_model_stays_as_it_is():
    found = normalized(BEGIN + '<endEvent id="end"/>' + flow("f", "begin", "end"))

    assert found.changes == ()
    assert flows(found) == {("begin", "end")}


def test_missing_ids_are_given_and_never_taken_twice():
    found = normalized(
        BEGIN + '<endEvent id="end"/><task id="sequenceFlow_1"/>'
        '<sequenceFlow sourceRef="begin" targetRef="end"/>'
    )

    assert [each.element for each in found.changes] == ["sequenceFlow_2"]
    assert rules(found) == ["id_given"]


def test_prefixes_of_references_are_left_out():
    found = normalized('<startEvent id="s"/><receiveTask id="r" messageRef="tns:m"/>')

    assert found.tree.find(f".//{bpmn('receiveTask')}").get("messageRef") == "m"
    assert rules(found) == ["prefix_left_out"]


def test_shared_event_definitions_are_copied_in():
    found = normalized(
        '<startEvent id="s"><eventDefinitionRef>t:shared</eventDefinitionRef></startEvent>'
        '<startEvent id="u"><eventDefinitionRef>nowhere</eventDefinitionRef></startEvent>',
        top='<terminateEventDefinition id="shared"/>',
    )

    assert rules(found) == ["definition_copied"]
    start = found.tree.find(f".//{bpmn('startEvent')}")
    assert [each.tag for each in start] == [bpmn("terminateEventDefinition")]


def test_a_process_that_is_only_drawn_is_made_executable():
    found = normalized(BEGIN, executable="")

    assert rules(found) == ["made_executable"]


def test_link_events_become_a_sequence_flow():
    link = '<linkEventDefinition name="A"/>'
    found = normalized(
        BEGIN
        + f'<intermediateThrowEvent id="out">{link}</intermediateThrowEvent>'
        + f'<intermediateCatchEvent id="in">{link}</intermediateCatchEvent>'
        + f'<intermediateThrowEvent id="lost">{link.replace("A", "B")}</intermediateThrowEvent>'
        + flow("f", "begin", "out")
    )

    assert ("out", "in") in flows(found)
    assert rules(found) == ["link_joined"]
    assert len(list(found.tree.iter(bpmn("linkEventDefinition")))) == 1


def test_data_stores_are_noted_and_taken_out_of_the_way():
    found = normalized(
        BEGIN
        + '<dataStoreReference id="crm"/><task id="t">'
        + '<dataOutputAssociation id="a"><targetRef>crm</targetRef></dataOutputAssociation>'
        + '<dataOutputAssociation id="b"><targetRef>note</targetRef></dataOutputAssociation></task>'
    )

    assert [(each.element, each.rule) for each in found.changes] == [("crm", "data_store_noted")]
    assert [each.get("id") for each in found.tree.iter(bpmn("dataOutputAssociation"))] == ["b"]


def test_a_process_without_start_event_starts_with_what_nothing_leads_to():
    one = normalized('<task id="a"/><task id="b"/>' + flow("f", "a", "b"))
    two = normalized('<task id="a"/><task id="b"/><boundaryEvent id="x" attachedToRef="a"/>')
    cycle = normalized('<task id="a"/><task id="b"/>' + flow("f", "a", "b") + flow("g", "b", "a"))

    assert flows(one) == {(f"{ADDED}p~start", "a"), ("a", "b")}
    split = f"{ADDED}p~starts"
    assert flows(two) == {(f"{ADDED}p~start", split), (split, "a"), (split, "b")}
    assert (f"{ADDED}p~start", "a") in flows(cycle)


def test_an_empty_sub_process_passes_through_and_others_need_no_start():
    found = normalized(
        BEGIN
        + '<subProcess id="empty"/><adHocSubProcess id="any"><task id="t"/></adHocSubProcess>'
        + '<subProcess id="late" triggeredByEvent="true"><task id="u"/></subProcess>'
    )

    assert flows(found) == {(f"{ADDED}empty~start", f"{ADDED}empty~end")}
    assert normalized("").changes == ()
    assert normalized('<receiveTask id="r" instantiate="true"/>').changes == ()


def test_several_flows_out_of_a_task_all_are_taken():
    found = normalized(
        BEGIN + '<task id="a"/><task id="b"/>' + flow("f", "begin", "a") + flow("g", "begin", "b")
    )

    split = f"{ADDED}begin~split"
    assert flows(found) == {("begin", split), (split, "a"), (split, "b")}
    assert rules(found) == ["split_added"]


def test_conditions_behind_a_task_choose_and_the_default_is_kept():
    found = normalized(
        BEGIN
        + '<task id="t" default="h"/><task id="a"/><task id="b"/>'
        + flow("f", "begin", "t")
        + flow("g", "t", "a", "x > 1")
        + flow("h", "t", "b")
    )

    choice = f"{ADDED}t~choice"
    assert flows(found) == {("begin", "t"), ("t", choice), (choice, "a"), (choice, "b")}
    assert found.tree.find(f".//{bpmn('inclusiveGateway')}").get("default") == "h"


def test_unconditional_flows_go_on_when_no_condition_holds():
    found = normalized(
        BEGIN
        + '<task id="t"/><task id="a"/><task id="b"/>'
        + flow("f", "begin", "t")
        + flow("g", "t", "a", "x > 1")
        + flow("h", "t", "b")
    )

    split, choice, none = f"{ADDED}t~split", f"{ADDED}t~choice", f"{ADDED}t~none"
    assert flows(found) == {
        ("begin", "t"), ("t", split), (split, "b"), (split, choice), (choice, "a"), (choice, none)
    }  # fmt: skip


def test_a_single_condition_behind_a_task_is_kept_too():
    found = normalized(
        BEGIN + '<task id="t"/><task id="a"/>' + flow("f", "begin", "t") + flow("g", "t", "a", "x")
    )

    assert (f"{ADDED}t~choice", "a") in flows(found)
