"""What SpiffWorkflow says with its own names and in Python is said in our words."""

import pytest

from engine.bpmn.extensions import Connector, Correlation, Decision, Form, Mapping
from tests.engine.bpmn.driving import Drive
from tests.engine.bpmn.imports.importing import Imported, extended

SPIFF = ("spiffworkflow", "http://spiffworkflow.org/bpmn/schema/1.0/core")


def imported(tag: str, inside: str = "", attributes: str = "", after: str = "") -> Imported:
    return Imported(SPIFF, extended(tag, inside, attributes, after))


def test_an_operator_is_leased_by_a_worker_with_its_parameters() -> None:
    inside = (
        '<spiffworkflow:serviceTaskOperator id="http/Get" resultVariable="answer">'
        "<spiffworkflow:parameters>"
        '<spiffworkflow:parameter id="url" type="str" value="\'https://a\'"/>'
        '<spiffworkflow:parameter id="id" type="str" value="order.id"/>'
        '<spiffworkflow:parameter name="none" type="str"/>'
        '<spiffworkflow:parameter id="odd" type="str" value="f(x)"/>'
        "</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>"
    )
    found = imported("serviceTask", inside)

    assert found.element.settings.connector == Connector(
        "external",
        "http/Get",
        (Mapping("url", "https://a"), Mapping("id", "=order.id"), Mapping("none", "=null")),
        (Mapping("answer", "response"),),
    )
    assert found.unfinished == ["parameter odd"]


def test_an_operator_without_result() -> None:
    inside = '<spiffworkflow:{} id="do"/>'

    for name in ("serviceTaskOperator", "ServiceTaskOperator"):
        found = imported("serviceTask", inside.format(name))
        assert found.element.settings.connector == Connector("external", "do")


def test_a_decision_and_instructions() -> None:
    rule = "<spiffworkflow:calledDecisionId>risk</spiffworkflow:calledDecisionId>"
    assert imported("businessRuleTask", rule).element.settings.decision == Decision("risk")

    told = "<spiffworkflow:instructionsForEndUser># Look</spiffworkflow:instructionsForEndUser>"
    assert imported("manualTask", told).element.settings.instructions == "# Look"
    ours = "<work:instructions>Ours</work:instructions>"
    assert imported("manualTask", ours + told).element.settings.instructions == "Ours"
    assert imported("endEvent", told).told("kept") == ["spiffworkflow:instructionsForEndUser"]


def test_a_form_by_its_file() -> None:
    entry = '<spiffworkflow:property name="{}" value="{}"/>'
    inside = (
        "<spiffworkflow:properties>"
        + entry.format("formJsonSchemaFilename", "sign-up-schema.json")
        + entry.format("formUiSchemaFilename", "sign-up-uischema.json")
        + entry.format("other", "x")
        + "</spiffworkflow:properties>"
    )
    found = imported("userTask", inside)

    assert found.element.settings.form == Form("sign-up")
    assert found.told("kept") == ["spiffworkflow:properties other"]


def test_scripts_that_only_set_variables_are_feel() -> None:
    script = "<script>total = a * b\nlarge = total > 5</script>"
    run = Drive(imported("scriptTask", "", "", script).data, {"a": 2, "b": 3}, key="p")

    assert run.ended
    assert run.variables["total"] == 6
    assert run.variables["large"] is True


@pytest.mark.parametrize(
    ("attributes", "script", "expected"),
    [
        ("", "<script>print(x)</script>", "python"),
        (' scriptFormat="feel"', "<script>{a: 1}</script>", "feel"),
        ("", "", None),
    ],
)
def test_other_scripts_stay_what_they_are(
    attributes: str, script: str, expected: str | None
) -> None:
    assert imported("scriptTask", "", attributes, script).element.script_format == expected


def test_code_around_a_step() -> None:
    inside = (
        "<spiffworkflow:preScript>{}</spiffworkflow:preScript>"
        "<spiffworkflow:postScript>{}</spiffworkflow:postScript>"
    )
    simple = imported("userTask", inside.format("", "total = a + 1"))
    assert simple.element.settings.outputs == (Mapping("total", "=a + 1"),)
    assert simple.unfinished == []

    code = imported("userTask", inside.format("x = 1", "run(x)"))
    assert code.unfinished == ["spiffworkflow:postScript", "spiffworkflow:preScript"]
    assert code.report.verdict == "drawing"


def test_python_in_conditions_and_timers() -> None:
    condition = "<conditionExpression>x == 'a' and not y</conditionExpression>"
    gateway = Imported(SPIFF, '<exclusiveGateway id="it"/>', flow=condition)
    assert gateway.elements["out"].condition == 'x = "a" and not(y)'

    same = "<conditionExpression>x > 1</conditionExpression>"
    untouched = Imported(SPIFF, '<exclusiveGateway id="it"/>', flow=same)
    assert untouched.elements["out"].condition == "x > 1"
    assert untouched.notes == ()

    timer = "<timerEventDefinition><timeDuration>{}</timeDuration></timerEventDefinition>"
    same = "2026-01-05T09:00:00Z"
    for written, expected in (
        ('"PT1H"', "PT1H"),
        (same, same),
        ("R3/PT1H", "R3/PT1H"),
        ("PT1H", "PT1H"),
        ("wait", "wait"),
    ):
        event = imported("intermediateCatchEvent", "", "", timer.format(written)).element.event
        assert event is not None
        assert event.expression == expected


MESSAGE = (
    '<message id="m" name="order"><extensionElements>'
    "<spiffworkflow:messagePayload>{}</spiffworkflow:messagePayload>"
    "<spiffworkflow:messageVariable>{}</spiffworkflow:messageVariable>"
    "</extensionElements></message>"
)


@pytest.mark.parametrize(
    ("payload", "variable", "expected"),
    [
        ('{"id": order.id}', "", {"id": 7}),
        ('{"id": order.id}', "sent", {"sent": {"id": 7}}),
        ("order.id", "sent", {"sent": 7}),
    ],
)
@pytest.mark.parametrize("tag", ["sendTask", "intermediateThrowEvent"])
def test_what_a_message_carries(
    tag: str, payload: str, variable: str, expected: dict[str, object]
) -> None:
    sender = (
        extended(tag, "", ' messageRef="m"')
        if tag == "sendTask"
        else extended(tag, "", "", '<messageEventDefinition messageRef="m"/>')
    )
    others = '<receiveTask id="r" messageRef="m"/><sendTask id="s" messageRef="other"/>'
    others += '<intermediateCatchEvent id="c"><messageEventDefinition messageRef="m"/>'
    others += "</intermediateCatchEvent>"
    found = Imported(SPIFF, sender + others, top=MESSAGE.format(payload, variable))

    run = Drive(found.data, {"order": {"id": 7}}, key="p")

    assert [thrown.variables for thrown in run.thrown] == [expected]


def test_content_that_very_many_send_is_a_question() -> None:
    payload = "{" + ", ".join(f'"a{number}": b' for number in range(101)) + "}"
    senders = "".join(f'<sendTask id="s{number}" messageRef="m"/>' for number in range(10))
    found = Imported(SPIFF, extended("userTask", "") + senders, top=MESSAGE.format(payload, ""))

    assert found.unfinished == ["spiffworkflow:messagePayload"]
    assert found.elements["s1"].settings.inputs == ()


def test_what_a_signal_carries() -> None:
    signal = (
        '<signal id="s" name="price"><extensionElements>'
        "<spiffworkflow:payloadExpression>amount * 2</spiffworkflow:payloadExpression>"
        "<spiffworkflow:variableName>price</spiffworkflow:variableName></extensionElements></signal>"
    )
    definition = '<signalEventDefinition signalRef="s"/>'
    sender = extended("intermediateThrowEvent", "", "", definition)
    found = Imported(SPIFF, sender, top=signal)

    run = Drive(found.data, {"amount": 2}, key="p")

    assert [thrown.variables for thrown in run.thrown] == [{"price": 4}]


@pytest.mark.parametrize(("payload", "variable"), [("f(x)", "sent"), ("x", ""), ("", "sent")])
def test_a_message_whose_content_cannot_be_told(payload: str, variable: str) -> None:
    found = Imported(
        SPIFF, extended("userTask", ""), top=MESSAGE.format(payload, variable)
    ).unfinished

    assert found == (["spiffworkflow:messagePayload"] if payload else [])


@pytest.mark.parametrize(
    ("expressions", "expected"),
    [
        (["order.id"], Correlation("=order.id")),
        (["a", "b"], Correlation('=string(a) + "/" + string(b)')),
        (["f(x)"], None),
        ([""], None),
    ],
)
def test_the_key_of_a_message(expressions: list[str], expected: Correlation | None) -> None:
    inside = "".join(
        "<spiffworkflow:processVariableCorrelation>"
        f"<spiffworkflow:expression>{each}</spiffworkflow:expression>"
        "</spiffworkflow:processVariableCorrelation>"
        for each in expressions
    )
    message = f'<message id="m" name="x"><extensionElements>{inside}</extensionElements></message>'
    found = Imported(SPIFF, extended("receiveTask", "", ' messageRef="m"'), top=message)

    assert found.element.event is not None
    assert found.element.event.correlation == expected


def test_what_is_repeated_over_keeps_its_name() -> None:
    loop = (
        "<multiInstanceLoopCharacteristics><loopDataInputRef>items-1</loopDataInputRef>"
        "<completionCondition>x == 1</completionCondition></multiInstanceLoopCharacteristics>"
    )
    found = imported("userTask", "", "", loop).element.loop

    assert found is not None
    assert (found.collection, found.completion_condition) == ("items-1", "x = 1")


def test_what_a_message_carries_that_nothing_throws_is_told() -> None:
    inside = "<t:messagePayload>{'a': b}</t:messagePayload><t:messageVariable>v</t:messageVariable>"
    box = f"<extensionElements>{inside}</extensionElements>"
    vocabulary = ("t", "http://spiffworkflow.org/bpmn/schema/1.0/core")
    top = f'<message id="m" name="m">{box}</message>'
    found = Imported(vocabulary, extended("userTask", ""), top=top)

    assert found.told("kept") == ["t:messagePayload", "t:messageVariable"]
