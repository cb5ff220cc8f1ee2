"""Unfinished drawings: what nobody can do by itself becomes work for people."""

import json

from lxml import etree

from core.people import SYSTEM
from engine import deployments, incidents, instances, user_tasks
from tests.build import process


def waiting(session):
    """Element and kind of the open tasks."""
    tasks = user_tasks.find(session, by=SYSTEM)
    return {task.element_id: task.kind for task in tasks}


def complete(session, element_id, **variables):
    [task] = user_tasks.find(session, by=SYSTEM, element_id=element_id)
    user_tasks.complete(session, task.id, variables, by=SYSTEM)


def test_a_branch_without_condition_is_chosen_by_a_person(session, start):
    drawing = process("p").exclusive_gateway("which").user_task("left").end().at("which")
    instance = start(drawing.user_task("right").end())
    root = etree.fromstring(instance.definition.content)
    [flow] = root.xpath('//*[@targetRef="right"]/@id')

    asked = waiting(session)
    complete(session, "which", flow=str(flow))

    assert asked == {"which": "exclusiveGateway"}
    assert [each.element_id for each in instances.tokens(session, instance)] == ["right"]


def test_a_timer_without_a_moment_is_completed_by_hand(session, start):
    event = "<bpmn:timerEventDefinition/>"
    instance = start(process("p").then("intermediateCatchEvent", "wait", event).end())

    [token] = instances.tokens(session, instance)
    asked = waiting(session)
    complete(session, "wait")

    assert (token.element_id, token.kind) == ("wait", "timer")
    assert asked == {"wait": "intermediateCatchEvent"}
    assert instance.state == "completed"


def test_manual_tasks_and_plain_tasks_are_work_for_people(session, start):
    instance = start(process("p").manual_task("lift").task("carry").end())

    seen = waiting(session)
    complete(session, "lift")
    complete(session, "carry")

    assert seen == {"lift": "manualTask"}
    assert instance.state == "completed"


def test_a_task_that_cannot_be_offered_is_an_incident_and_can_be_retried(session, start, olga):
    groups = "=if team = null then string(for x in 1..1000000 return x) else team"
    instance = start(process("p").user_task("t", groups=groups).end())
    [incident] = incidents.find(session, by=olga)
    before = waiting(session)
    instances.set_variables(session, instance.id, {"team": "billing"}, by=olga)

    incidents.retry(session, incident.id, by=olga)

    assert (incident.kind, before) == ("assignment", {})
    [task] = user_tasks.find(session, by=SYSTEM)
    assert task.groups == ("billing",)
    assert instance.incidents == 0


DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
 namespace="urn:test"><decision id="risk" name="risk"><variable name="risk"/>
 <literalExpression><text>if score &gt; {limit} then "low" else "high"</text></literalExpression>
 <informationRequirement><requiredInput href="#score"/></informationRequirement>
 </decision><inputData id="score" name="score"><variable name="score"/></inputData></definitions>"""


def decided(session, drawing, **variables):
    instance = instances.start(session, key="p", variables=variables, by=SYSTEM)
    return instances.variables(session, instance)["risk"]


def test_a_business_rule_task_decides_by_the_version_of_its_deployment(session, clock_at):
    drawing = bytes(process("p").business_rule_task("decide", "risk", result="risk").end())
    deployments.deploy(
        session, {"p.bpmn": drawing, "r.dmn": DMN.format(limit=500).encode()}, by=SYSTEM
    )
    first = decided(session, drawing, score=600)
    deployments.deploy(session, {"r.dmn": DMN.format(limit=900).encode()}, by=SYSTEM)

    assert (first, decided(session, drawing, score=600)) == ("low", "low")


def test_a_business_rule_task_bound_to_the_latest_follows_it(session, clock_at):
    settings = '<work:decision key="risk" result="risk" binding="latest"/>'
    drawing = bytes(process("p").then("businessRuleTask", "decide", ext(settings)).end())
    deployments.deploy(
        session, {"p.bpmn": drawing, "r.dmn": DMN.format(limit=500).encode()}, by=SYSTEM
    )
    first = decided(session, drawing, score=600)
    deployments.deploy(session, {"r.dmn": DMN.format(limit=900).encode()}, by=SYSTEM)

    assert (first, decided(session, drawing, score=600)) == ("low", "high")


def ext(settings):
    return f"<bpmn:extensionElements>{settings}</bpmn:extensionElements>"


def test_forms_of_a_drawing_may_come_later(session, clock_at):
    settings = '<work:form key="ask"/>'
    drawing = bytes(process("p").user_task("t", settings=settings).end())
    outcome = deployments.deploy(session, {"p.bpmn": drawing}, by=SYSTEM)
    form = json.dumps({"id": "ask", "type": "default", "components": []}).encode()

    again = deployments.deploy(session, {"p.bpmn": drawing, "ask.form": form}, by=SYSTEM)

    assert outcome.definitions[0].verdict == "drawing"
    assert again.definitions[0].verdict == "runs"
