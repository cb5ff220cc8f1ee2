"""The builder of BPMN files draws what it says."""

from lxml import etree

from tests.build import BPMN, each, process


def _ids(xml: bytes, tag: str) -> list[str | None]:
    return [e.get("id") for e in etree.fromstring(xml).iter(f"{{{BPMN}}}{tag}")]


def test_a_line_has_start_task_end_and_a_lane() -> None:
    xml = process("invoice").user_task("approve", lane="finance").end("done")

    assert _ids(xml, "startEvent") == ["start"]
    assert _ids(xml, "userTask") == ["approve"]
    flows = [
        (flow.get("sourceRef"), flow.get("targetRef"))
        for flow in etree.fromstring(xml).iter(f"{{{BPMN}}}sequenceFlow")
    ]
    assert flows == [("start", "approve"), ("approve", "done")]
    assert etree.fromstring(xml).findtext(f".//{{{BPMN}}}flowNodeRef") == "approve"


def test_a_gateway_has_a_condition_and_a_default() -> None:
    drawing = process().exclusive_gateway("g").when("amount > 9").user_task("check").end()
    xml = drawing.at("g").otherwise(flow_id="no").end("done")

    root = etree.fromstring(xml)
    assert root.findtext(f".//{{{BPMN}}}conditionExpression") == "amount > 9"
    assert root.find(f".//{{{BPMN}}}exclusiveGateway").get("default") == "no"


def test_sub_processes_boundaries_and_loops_are_nested() -> None:
    xml = (
        process()
        .sub_process("inner", process("in").service_task("call", loop=each("items")))
        .boundary("late", timer="PT1H", interrupting=False)
        .end("chased")
    )

    root = etree.fromstring(xml)
    assert root.find(f".//{{{BPMN}}}subProcess/{{{BPMN}}}serviceTask") is not None
    assert root.find(f".//{{{BPMN}}}boundaryEvent").get("attachedToRef") == "inner"
    assert root.findtext(f".//{{{BPMN}}}timeDuration") == "PT1H"
