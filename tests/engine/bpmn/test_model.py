"""A process is described as drawn: elements, flows, lanes, events and loops."""

from engine.bpmn.extensions import Correlation
from engine.bpmn.model import EventDefinition, Loop, ProcessModel
from engine.bpmn.process_reader import models
from engine.bpmn.reader import read

FILE = """
<b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:t="urn:t"
    xmlns:work="urn:back-office:bpmn:work:1" targetNamespace="urn:t">
  <b:message id="m1" name="paid"><b:extensionElements>
    <work:correlation key="=order"/></b:extensionElements></b:message>
  <b:error id="e1" name="No money" errorCode="POOR"/>
  <b:signal id="s1" name="price"/>
  <b:timerEventDefinition id="shared"><b:timeCycle>R3/PT1H</b:timeCycle></b:timerEventDefinition>
  <b:collaboration id="c"><b:participant id="p" name="Shop" processRef="t:shop"/>
    <b:participant id="q"/></b:collaboration>
  <b:process id="shop" isExecutable="true"><b:documentation> Sells. </b:documentation>
    <b:laneSet id="ls"><b:lane id="l1" name="front">
      <b:flowNodeRef>sub</b:flowNodeRef><b:flowNodeRef/>
      <b:childLaneSet><b:lane id="l2" name="desk"><b:flowNodeRef>ask</b:flowNodeRef></b:lane>
      </b:childLaneSet></b:lane></b:laneSet>
    <b:startEvent id="begin"><b:messageEventDefinition messageRef="t:m1"/></b:startEvent>
    <b:sequenceFlow id="f1" sourceRef="begin" targetRef="ask"/>
    <b:userTask id="ask" name="Ask" default="f2">
      <b:multiInstanceLoopCharacteristics isSequential="true">
        <b:loopDataInputRef>rows</b:loopDataInputRef><b:loopDataOutputRef>out</b:loopDataOutputRef>
        <b:inputDataItem id="i" name="row"/><b:outputDataItem id="done"/>
        <b:completionCondition>n = 1</b:completionCondition>
      </b:multiInstanceLoopCharacteristics></b:userTask>
    <b:boundaryEvent id="late" attachedToRef="ask" cancelActivity="false">
      <b:timerEventDefinition work:catchUp="all"><b:timeDuration>P2D</b:timeDuration>
      </b:timerEventDefinition></b:boundaryEvent>
    <b:boundaryEvent id="poor" attachedToRef="ask">
      <b:errorEventDefinition errorRef="e1"/></b:boundaryEvent>
    <b:sequenceFlow id="f2" sourceRef="ask" targetRef="sub"/>
    <b:sequenceFlow id="f3" sourceRef="ask" targetRef="end">
      <b:conditionExpression>x > 1</b:conditionExpression></b:sequenceFlow>
    <b:subProcess id="sub"><b:standardLoopCharacteristics testBefore="true" loopMaximum="3">
      <b:loopCondition>again</b:loopCondition></b:standardLoopCharacteristics>
      <b:startEvent id="inner"/><b:task id="work"/></b:subProcess>
    <b:intermediateCatchEvent id="wait"><b:eventDefinitionRef>t:shared</b:eventDefinitionRef>
      <b:signalEventDefinition signalRef="s1"/></b:intermediateCatchEvent>
    <b:intermediateThrowEvent id="jump"><b:linkEventDefinition name="A"/></b:intermediateThrowEvent>
    <b:receiveTask id="receive" messageRef="m1"/>
    <b:endEvent id="end"/><b:sequenceFlow sourceRef="end" targetRef="ask"/>
  </b:process>
</b:definitions>
"""


def shop() -> ProcessModel:
    (found,) = models(read(FILE.encode()), file="shop.bpmn")
    return found


def test_a_process_knows_its_names_lanes_and_starts():
    model = shop()

    assert (model.key, model.name, model.file) == ("shop", "Shop", "shop.bpmn")
    assert model.is_executable
    assert model.documentation == "Sells."
    assert model.lanes == ("front", "desk")
    assert [each.id for each in model.starts] == ["begin"]


def test_elements_know_their_flows_scope_and_lane():
    model = shop()
    ask, inner = model.elements["ask"], model.elements["inner"]

    assert (ask.incoming, ask.outgoing, ask.default) == (("f1",), ("f2", "f3"), "f2")
    assert model.elements["f3"].condition == "x > 1"
    assert [each.outgoing for each in model.flows_from("ask")] == [("sub",), ("end",)]
    assert (ask.lane, inner.lane, inner.parent) == ("desk", "front", "sub")
    assert [each.id for each in model.inside("sub")] == ["inner", "work"]
    assert inner.is_node
    assert not model.elements["f1"].is_node


def test_events_know_what_they_wait_for():
    elements = shop().elements

    assert elements["begin"].event == EventDefinition(
        "message", "paid", correlation=Correlation("=order"), ref="m1"
    )
    assert elements["receive"].event == elements["begin"].event
    late = elements["late"]
    assert late.event == EventDefinition(
        "timer", timer_kind="duration", expression="P2D", catch_up="all"
    )
    assert (late.attached_to, late.interrupting) == ("ask", False)
    assert elements["poor"].event == EventDefinition("error", "No money", code="POOR", ref="e1")
    assert elements["jump"].event == EventDefinition("link", "A")
    assert [each.kind for each in elements["wait"].events] == ["signal", "timer"]
    assert elements["end"].event is None


def test_activities_know_how_they_repeat():
    elements = shop().elements

    assert elements["ask"].loop == Loop(
        "sequential",
        collection="rows",
        item="row",
        output_collection="out",
        output_item="done",
        completion_condition="n = 1",
    )
    assert elements["sub"].loop == Loop("standard", condition="again", maximum=3, test_before=True)
