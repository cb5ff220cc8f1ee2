"""What Camunda 8 says with `zeebe:` is said in our words."""

import pytest

from engine.bpmn.extensions import (
    Assignment,
    Call,
    Connector,
    Correlation,
    Decision,
    Form,
    InOut,
    Mapping,
    Priority,
    Retry,
    Schedule,
)
from tests.engine.bpmn.driving import Drive
from tests.engine.bpmn.imports.importing import Imported, extended

ZEEBE = ("zeebe", "http://camunda.org/schema/zeebe/1.0")


def imported(tag: str, inside: str = "", attributes: str = "", after: str = "") -> Imported:
    return Imported(ZEEBE, extended(tag, inside, attributes, after))


@pytest.mark.parametrize(
    "tag", ["serviceTask", "sendTask", "businessRuleTask", "intermediateThrowEvent", "endEvent"]
)
def test_a_job_is_leased_by_a_worker_who_sees_its_headers(tag: str) -> None:
    inside = (
        '<zeebe:taskDefinition type="charge" retries="5"/><zeebe:taskHeaders>'
        '<zeebe:header key="method" value="card"/><zeebe:header value="x"/></zeebe:taskHeaders>'
    )

    settings = imported(tag, inside).element.settings

    assert settings.connector == Connector("external", "charge")
    assert settings.retry == Retry("5")
    assert settings.inputs == (Mapping("method", "card"),)


def test_retries_that_are_computed_and_jobs_of_other_tasks_are_kept() -> None:
    computed = imported("serviceTask", '<zeebe:taskDefinition type="a" retries="=n"/>')
    assert computed.told("kept") == ["zeebe:taskDefinition retries"]

    user = imported("userTask", '<zeebe:taskDefinition type="a"/>')
    assert user.told("kept") == ["zeebe:taskDefinition"]


def test_mappings_are_inputs_and_outputs_and_dots_are_entries() -> None:
    inside = (
        "<zeebe:ioMapping>"
        '<zeebe:input source="=order.id" target="id"/>'
        '<zeebe:input source="=a" target="address.street"/>'
        '<zeebe:input source="b" target="address.town.name"/>'
        '<zeebe:input source="=c" target="id.more"/>'
        '<zeebe:input source="=c" target=""/>'
        '<zeebe:output source="=result" target="total"/></zeebe:ioMapping>'
    )

    settings = imported("serviceTask", inside).element.settings

    assert settings.inputs == (
        Mapping("id", "={more: c}"),
        Mapping("address", '={street: a, town: {name: "b"}}'),
    )
    assert settings.outputs == (Mapping("total", "=result"),)


def test_who_does_a_task_and_when() -> None:
    inside = (
        '<zeebe:userTask/><zeebe:assignmentDefinition assignee="=boss" candidateGroups="a, b"/>'
        '<zeebe:taskSchedule dueDate="=now()" followUpDate="2026-01-05T09:00:00Z"/>'
        '<zeebe:priorityDefinition priority="80"/>'
    )
    found = imported("userTask", inside)
    settings = found.element.settings

    assert settings.assignment == Assignment(assignee="=boss", groups="a, b")
    assert settings.schedule == Schedule(due="=now()", follow_up="2026-01-05T09:00:00Z")
    assert settings.priority == Priority(weight="80")
    assert found.told("meaningless") == ["zeebe:userTask"]


def test_candidates_by_name() -> None:
    alone = imported("userTask", '<zeebe:assignmentDefinition candidateUsers="ada"/>')
    assert alone.element.settings.assignment == Assignment(assignee="ada")

    computed = imported("userTask", '<zeebe:assignmentDefinition candidateUsers="=team"/>')
    assert computed.unfinished == ["zeebe:assignmentDefinition candidateUsers"]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('formId="check"', Form("check")),
        ('formId="check" bindingType="latest"', Form("check", "latest")),
        ('formId="check" bindingType="versionTag" versionTag="x"', Form("check")),
        ('formKey="check"', Form("check")),
        ('formKey="camunda-forms:bpmn:userTaskForm_1"', None),
        ('formId="=which"', None),
        ('externalReference="https://a"', None),
    ],
)
def test_a_form(attributes: str, expected: Form | None) -> None:
    found = imported("userTask", f"<zeebe:formDefinition {attributes}/>")

    assert found.element.settings.form == expected
    assert len(found.notes) == (2 if "versionTag" in attributes else 1)


def test_a_form_inside_of_the_drawing_is_kept() -> None:
    box = (
        '<extensionElements><zeebe:userTaskForm id="f">{}</zeebe:userTaskForm></extensionElements>'
    )
    found = Imported(ZEEBE, box + extended("userTask", ""))

    assert found.told("kept") == ["zeebe:userTaskForm"]


def test_a_decision() -> None:
    inside = '<zeebe:calledDecision decisionId="{}" resultVariable="level"/>'

    found = imported("businessRuleTask", inside.format("risk")).element.settings.decision
    assert found == Decision("risk", "deployment", "level")
    computed = imported("businessRuleTask", inside.format("=which"))
    assert computed.told("kept") == ["zeebe:calledDecision"]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (
            '<zeebe:calledElement processId="child"/>',
            Call("deployment", (InOut(all=True),), (InOut(all=True),)),
        ),
        (
            '<zeebe:calledElement processId="child" bindingType="latest"'
            ' propagateAllChildVariables="false" propagateAllParentVariables="false"/>'
            '<zeebe:ioMapping><zeebe:input source="=a" target="b"/>'
            '<zeebe:output source="=c" target="d"/></zeebe:ioMapping>',
            Call("latest", (InOut("a", "b"),), (InOut("c", "d"),)),
        ),
        (
            '<zeebe:calledElement processId="child" propagateAllChildVariables="false"/>',
            Call("deployment", (InOut(all=True),)),
        ),
    ],
)
def test_a_called_process(inside: str, expected: Call) -> None:
    found = imported("callActivity", inside).element

    assert found.called_element == "child"
    assert found.settings.call == expected


def test_a_called_process_that_is_computed_is_looked_for_when_it_is_called() -> None:
    found = imported("callActivity", '<zeebe:calledElement processId="=which"/>')

    assert found.element.called_element == "=which"
    assert found.report.verdict == "runs"


def test_a_called_process_that_bpmn_names_already_stays() -> None:
    inside = '<zeebe:calledElement processId="child"/>'
    found = imported("callActivity", inside, ' calledElement="own"')

    assert found.element.called_element == "own"
    assert found.told("kept") == ["zeebe:calledElement"]
    same = imported("callActivity", inside, ' calledElement="child"')
    assert same.told("kept") == []
    empty = imported("callActivity", "<zeebe:calledElement/>")
    assert empty.report.verdict == "drawing"


def test_a_script_in_feel() -> None:
    inside = '<zeebe:script expression="=a * b" resultVariable="total"/>'
    run = Drive(imported("scriptTask", inside).data, {"a": 2, "b": 3}, key="p")

    assert run.ended
    assert run.variables["total"] == 6

    alone = imported("scriptTask", '<zeebe:script expression="=a"/>', "", "<script>b</script>")
    assert alone.element.script == "b"


def test_the_key_of_a_message() -> None:
    found = Imported(
        ZEEBE,
        extended("receiveTask", "", ' messageRef="m"'),
        top='<message id="m" name="paid"><extensionElements>'
        '<zeebe:subscription correlationKey="=order.id"/></extensionElements></message>'
        '<message id="n"><extensionElements><zeebe:subscription/></extensionElements></message>',
    )

    assert found.element.event is not None
    assert found.element.event.correlation == Correlation("=order.id")
    run = Drive(found.data, {"order": {"id": "C-1"}}, key="p")
    assert run.wait("it").correlation_key == "C-1"


def test_several_instances_and_what_they_give() -> None:
    inside = (
        '<multiInstanceLoopCharacteristics isSequential="true"><extensionElements>'
        '<zeebe:loopCharacteristics inputCollection="=numbers" inputElement="n"'
        ' outputCollection="doubled" outputElement="=n * 2"/></extensionElements>'
        "</multiInstanceLoopCharacteristics>"
    )
    run = Drive(imported("userTask", "", "", inside).data, {"numbers": [1, 2]}, key="p")

    run.complete("it").complete("it")

    assert run.ended
    assert run.variables["doubled"] == [2, 4]


def test_a_loop_without_collection_asks_for_one() -> None:
    inside = (
        "<multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics/>"
        "</extensionElements></multiInstanceLoopCharacteristics>"
    )

    assert imported("userTask", "", "", inside).report.verdict == "drawing"


def test_what_a_loop_gives_by_bpmns_own_words_stays() -> None:
    inside = (
        "<multiInstanceLoopCharacteristics><extensionElements>"
        '<zeebe:loopCharacteristics inputCollection="=a" outputCollection="b"/>'
        "</extensionElements><loopDataOutputRef>c</loopDataOutputRef>"
        "</multiInstanceLoopCharacteristics>"
    )
    loop = imported("userTask", "", "", inside).element.loop

    assert loop is not None
    assert loop.output_collection == "c"


def test_an_expression_after_an_equals_sign_is_feel_already() -> None:
    found = Imported(
        ZEEBE,
        '<exclusiveGateway id="it"/>',
        flow="<conditionExpression>=x = 1</conditionExpression>",
    )

    assert found.elements["out"].condition == "=x = 1"
    assert Drive(found.data, {"x": 1}, key="p").ended


def test_listeners_are_a_question() -> None:
    inside = "<zeebe:executionListeners/><zeebe:versionTag value='1'/>"
    found = imported("serviceTask", inside)

    assert found.unfinished == ["zeebe:executionListeners"]
    assert found.told("kept") == ["zeebe:executionListeners", "zeebe:versionTag"]


def test_headers_of_a_worker_are_texts_and_versions_by_tag_are_asked_for() -> None:
    headers = '<zeebe:taskHeaders><zeebe:header key="resultExpression" value="={x: response}"/>'
    job = '<zeebe:taskDefinition type="w"/>'
    found = imported("serviceTask", f"{job}{headers}</zeebe:taskHeaders>")
    called = '<zeebe:calledElement processId="q" bindingType="versionTag" versionTag="v2"/>'

    assert found.element.settings.inputs == (Mapping("resultExpression", '="={x: response}"'),)
    assert imported("callActivity", called).unfinished == ["zeebe:calledElement versionTag"]
