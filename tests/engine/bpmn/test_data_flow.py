"""Data objects are variables, and data associations move them in and out of activities."""

from tests.build import process
from tests.engine.bpmn.driving import Drive

DATA = (
    '<bpmn:dataObject id="o1"/><bpmn:dataObjectReference id="r1" name="order" dataObjectRef="o1"/>'
    '<bpmn:dataObject id="o2"/><bpmn:dataObjectReference id="r2" name="bill" dataObjectRef="o2"/>'
)


def test_data_inputs_and_outputs_are_moved() -> None:
    inner = (
        '<bpmn:ioSpecification><bpmn:dataInput id="i" name="given"/><bpmn:dataOutput id="o" '
        'name="made"/></bpmn:ioSpecification>'
        "<bpmn:dataInputAssociation><bpmn:sourceRef>r1</bpmn:sourceRef><bpmn:targetRef>i"
        "</bpmn:targetRef></bpmn:dataInputAssociation>"
        "<bpmn:dataOutputAssociation><bpmn:sourceRef>o</bpmn:sourceRef><bpmn:targetRef>r2"
        "</bpmn:targetRef></bpmn:dataOutputAssociation>"
    )
    run = Drive(process().then("userTask", "work", inner).extend(DATA).end(), {"order": {"n": 3}})

    assert run.runtime.token_variables(run.wait("work").token)["given"] == {"n": 3}
    run.complete("work", made=12)

    assert run.variables["bill"] == 12
    assert "given" not in run.variables


def test_assignments_and_transformations_are_feel() -> None:
    inner = (
        "<bpmn:dataInputAssociation><bpmn:assignment><bpmn:from>order.n * 2</bpmn:from>"
        "<bpmn:to>double</bpmn:to></bpmn:assignment></bpmn:dataInputAssociation>"
        "<bpmn:dataOutputAssociation><bpmn:sourceRef>r1</bpmn:sourceRef><bpmn:targetRef>r2"
        "</bpmn:targetRef><bpmn:transformation>double + 1</bpmn:transformation>"
        "</bpmn:dataOutputAssociation>"
    )
    run = Drive(process().then("userTask", "work", inner).extend(DATA).end(), {"order": {"n": 3}})

    run.complete("work")

    assert run.variables["bill"] == 7


def test_an_association_that_only_points_moves_nothing() -> None:
    inner = (
        '<bpmn:property id="p" name="__targetRef_placeholder"/>'
        "<bpmn:dataInputAssociation><bpmn:sourceRef>r1</bpmn:sourceRef><bpmn:targetRef>p"
        "</bpmn:targetRef></bpmn:dataInputAssociation>"
        "<bpmn:dataOutputAssociation><bpmn:targetRef>r2</bpmn:targetRef>"
        "</bpmn:dataOutputAssociation>"
    )
    run = Drive(process().then("userTask", "work", inner).extend(DATA).end(), {"order": 1})

    run.complete("work")

    assert run.ended
    assert run.variables == {"order": 1}


def test_a_value_no_variable_can_keep_is_an_incident() -> None:
    run = Drive(process().script_task("s", "[1..5]", result="x").end())

    assert [each.kind for each in run.failures] == ["expression"]
