"""What Camunda 7 says with `camunda:` is said in our words."""

import pytest

from engine.bpmn.extensions import (
    Assignment,
    Call,
    Connector,
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

CAMUNDA = ("camunda", "http://camunda.org/schema/1.0/bpmn")


def imported(tag: str, attributes: str = "", inside: str = "", after: str = "") -> Imported:
    return Imported(CAMUNDA, extended(tag, inside, attributes, after))


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('camunda:assignee="ada"', Assignment(assignee="ada")),
        ('camunda:assignee="${boss.id}"', Assignment(assignee="=boss.id")),
        ('camunda:candidateGroups="sales,${team}"', Assignment(groups="sales, =team")),
        ('camunda:candidateUsers="bob"', Assignment(assignee="bob")),
        ('camunda:assignee="${f(x)}"', None),
        ('camunda:candidateGroups="a, ${f(x)}"', None),
        (
            'camunda:assignee="ada" camunda:candidateGroups="a, b"',
            Assignment(assignee="ada", groups="a, b"),
        ),
    ],
)
def test_who_does_a_task(attributes: str, expected: Assignment | None) -> None:
    assert imported("userTask", f" {attributes}").element.settings.assignment == expected


def test_several_candidates_are_a_question() -> None:
    several = imported("userTask", ' camunda:candidateUsers="ada, bob"')
    assert several.unfinished == ["camunda:candidateUsers"]
    assert several.report.verdict == "drawing"

    beside = imported("userTask", ' camunda:candidateUsers="ada" camunda:candidateGroups="a"')
    assert beside.unfinished == []
    assert beside.told("kept") == ["camunda:candidateUsers"]


def test_when_it_is_due_and_how_much_it_matters() -> None:
    task = imported(
        "userTask",
        ' camunda:dueDate="${dateTime().plusDays(3)}" camunda:followUpDate="P1D"'
        ' camunda:priority="${weight}"',
    ).element

    due = '=(now() + duration("P" + string(3) + "D"))'
    assert task.settings.schedule == Schedule(due=due, follow_up="P1D")
    assert task.settings.priority == Priority(weight="=weight")


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('camunda:formKey="camunda-forms:deployment:forms/check.form"', Form("check")),
        ('camunda:formKey="check"', Form("check")),
        ('camunda:formRef="check" camunda:formRefBinding="latest"', Form("check", "latest")),
        (
            'camunda:formRef="check" camunda:formRefBinding="version" camunda:formRefVersion="3"',
            Form("check", "3"),
        ),
        ('camunda:formKey="embedded:app:forms/check.html"', None),
        ('camunda:formKey="${form}"', None),
    ],
)
def test_a_form_by_its_key_or_file(attributes: str, expected: Form | None) -> None:
    assert imported("userTask", f" {attributes}").element.settings.form == expected


def test_fields_in_the_drawing_ask_for_a_form() -> None:
    inside = '<camunda:formData><camunda:formField id="a"/></camunda:formData>'

    assert imported("startEvent", "", inside).unfinished == ["camunda:formData"]


@pytest.mark.parametrize(
    ("attributes", "topic"),
    [
        ('camunda:type="external" camunda:topic="charge"', "charge"),
        ('camunda:class="com.acme.Charge"', "com.acme.Charge"),
        ('camunda:delegateExpression="${charge}"', "charge"),
        ('camunda:expression="#{charge.run(order)}" camunda:resultVariable="x"', "charge.run"),
    ],
)
@pytest.mark.parametrize("tag", ["serviceTask", "sendTask", "businessRuleTask"])
def test_code_is_leased_by_a_worker(tag: str, attributes: str, topic: str) -> None:
    found = imported(tag, f" {attributes}")

    assert found.element.settings.connector == Connector("external", topic)
    assert found.told("kept") == []
    assert found.report.verdict == "runs"


def test_a_topic_that_is_computed_is_a_question() -> None:
    found = imported("serviceTask", ' camunda:type="external" camunda:topic="${topic}"')

    assert found.element.settings.connector is None
    assert "camunda:topic" in found.unfinished


@pytest.mark.parametrize("tag", ["intermediateThrowEvent", "endEvent"])
def test_a_message_event_calls_too(tag: str) -> None:
    definition = '<messageEventDefinition camunda:type="external" camunda:topic="tell"/>'

    connector = imported(tag, "", "", definition).element.settings.connector

    assert connector == Connector("external", "tell")


def test_a_caught_message_calls_nothing() -> None:
    definition = '<messageEventDefinition camunda:class="x"/>'
    found = imported("intermediateCatchEvent", "", "", definition)

    assert found.told("kept") == ["camunda:class"]


def test_a_connector_is_called_by_its_id_with_its_inputs() -> None:
    inside = (
        "<camunda:connector><camunda:connectorId>soap</camunda:connectorId><camunda:inputOutput>"
        '<camunda:inputParameter name="url">https://a/${id}</camunda:inputParameter>'
        '<camunda:outputParameter name="answer">${response}</camunda:outputParameter>'
        "</camunda:inputOutput></camunda:connector>"
    )

    connector = imported("serviceTask", "", inside).element.settings.connector

    assert connector == Connector(
        "external",
        "soap",
        (Mapping("url", '="https://a/" + string(id)'),),
        (Mapping("answer", "response"),),
    )


@pytest.mark.parametrize(
    ("cycle", "expected"),
    [
        ("R3/PT10M", Retry("3", "PT10M")),
        ("PT1M, PT5M", Retry("3", "PT1M")),
        ("${cycle}", None),
        ("R0/PT1M", None),
    ],
)
def test_a_retry_cycle(cycle: str, expected: Retry | None) -> None:
    inside = f"<camunda:failedJobRetryTimeCycle>{cycle}</camunda:failedJobRetryTimeCycle>"

    assert imported("serviceTask", "", inside).element.settings.retry == expected
    assert imported("userTask", "", inside).told("meaningless") == [
        "camunda:failedJobRetryTimeCycle"
    ]


def test_inputs_and_outputs_with_lists_and_maps() -> None:
    inside = (
        "<camunda:inputOutput>"
        '<camunda:inputParameter name="a">${x}</camunda:inputParameter>'
        '<camunda:inputParameter name="l"><camunda:list><camunda:value>1</camunda:value>'
        "<camunda:value>${b}</camunda:value></camunda:list></camunda:inputParameter>"
        '<camunda:inputParameter name="s"><camunda:script>x</camunda:script>'
        "</camunda:inputParameter>"
        '<camunda:inputParameter name="t"><camunda:list><camunda:value>${f(x)}</camunda:value>'
        "</camunda:list></camunda:inputParameter>"
        '<camunda:outputParameter name="m"><camunda:map><camunda:entry key="k">v</camunda:entry>'
        '<camunda:entry key="j">${w}</camunda:entry></camunda:map></camunda:outputParameter>'
        '<camunda:outputParameter name="n"><camunda:map>'
        '<camunda:entry key="k">${f(x)}</camunda:entry></camunda:map></camunda:outputParameter>'
        "</camunda:inputOutput>"
    )
    found = imported("userTask", "", inside)

    assert found.element.settings.inputs == (Mapping("a", "=x"), Mapping("l", '=["1", b]'))
    assert found.element.settings.outputs == (Mapping("m", '={"k": "v", "j": w}'),)
    assert found.unfinished == ["inputParameter s", "inputParameter t", "outputParameter n"]


def test_what_goes_into_a_called_process_and_comes_out() -> None:
    inside = (
        '<camunda:in variables="all"/><camunda:in source="a" target="b"/>'
        '<camunda:in sourceExpression="${c.d}" target="e"/><camunda:in businessKey="#{x}"/>'
        '<camunda:in sourceExpression="${f(x)}" target="g"/><camunda:in/>'
        '<camunda:out source="r" target="s"/>'
    )
    attributes = ' calledElement="${which}" camunda:calledElementBinding="latest"'
    found = imported("callActivity", attributes, inside)

    assert found.element.called_element == "=which"
    assert found.element.settings.call == Call(
        "latest", (InOut(all=True), InOut("a", "b"), InOut("c.d", "e")), (InOut("r", "s"),)
    )
    assert found.unfinished == ["camunda:in"]


def test_a_called_process_that_cannot_be_told_is_open() -> None:
    found = imported("callActivity", ' calledElement="${f(x)}"')

    assert found.element.called_element is None
    assert found.unfinished == ["calledElement"]


def test_a_decision_and_its_result() -> None:
    attributes = (
        ' camunda:decisionRef="risk" camunda:resultVariable="level"'
        ' camunda:mapDecisionResult="{}" camunda:decisionRefBinding="deployment"'
    )
    single = imported("businessRuleTask", attributes.format("singleEntry"))
    rows = imported("businessRuleTask", attributes.format("resultList"))
    computed = imported("businessRuleTask", ' camunda:decisionRef="${x}"')

    assert single.element.settings.decision == Decision("risk", "deployment", "level")
    assert rows.told("kept") == ["camunda:mapDecisionResult"]
    assert computed.told("kept") == ["camunda:decisionRef"]


def test_several_instances_with_counters_of_their_own_names() -> None:
    loop = (
        '<multiInstanceLoopCharacteristics camunda:collection="${people}"'
        ' camunda:elementVariable="person">'
        "<completionCondition>${nrOfCompletedInstances == 2}</completionCondition>"
        "</multiInstanceLoopCharacteristics>"
    )
    assert repeated(loop) == ("people", "person", "numberOfCompletedInstances = 2")
    computed = loop.replace("${people}", "${a.b}")
    assert repeated(computed)[0] == "=a.b"
    unknown = loop.replace("${people}", "${f(x)}")
    assert repeated(unknown)[:2] == (None, "person")
    assert imported("userTask", "", "", unknown).unfinished == ["camunda:collection"]


def repeated(loop: str) -> tuple[str | None, str | None, str | None]:
    found = imported("userTask", "", "", loop).element.loop
    assert found is not None
    return found.collection, found.item, found.completion_condition


def test_a_script_that_only_sets_variables_is_feel() -> None:
    script = "<script>execution.setVariable('total', a * b)</script>"
    found = imported("scriptTask", ' scriptFormat="groovy"', "", script).element
    assert (found.script_format, found.script) == ("feel", "{total: a * b}")

    value = imported(
        "scriptTask", ' scriptFormat="juel" camunda:resultVariable="x"', "", "<script>${a}</script>"
    ).element
    assert (value.script, value.settings.result) == ("a", "x")

    kept = imported("scriptTask", ' scriptFormat="groovy"', "", "<script>run(x)</script>")
    assert kept.element.script_format == "groovy"
    assert kept.report.verdict == "drawing"
    empty = imported("scriptTask", ' scriptFormat="groovy"')
    assert empty.element.script is None


def test_conditions_are_read_as_feel_and_the_rest_is_asked() -> None:
    gateway = Imported(
        CAMUNDA,
        '<exclusiveGateway id="it"/><userTask id="a"/><sequenceFlow id="f" sourceRef="it"'
        ' targetRef="a"><conditionExpression>${amount &gt; 9 &amp;&amp; !paid}'
        "</conditionExpression></sequenceFlow>",
        flow='<conditionExpression xsi:type="tFormalExpression">${f(x)}</conditionExpression>',
    )
    assert gateway.elements["f"].condition == "amount > 9 and not(paid)"
    assert gateway.report.verdict == "drawing"

    assert Drive(gateway.data, {"amount": 10, "paid": False}, key="p").open == ["a"]
    run = Drive(gateway.data, {"amount": 1, "paid": False}, key="p")
    assert run.wait("it").kind == "choice"
    assert run.complete("it", flow="out").ended


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("PT1H", "PT1H"),
        ("${due}", "due"),
        ("P${days}D", '"P" + string(days) + "D"'),
        ("${f(x)}", None),
    ],
)
def test_a_timer_in_juel(written: str, expected: str | None) -> None:
    timer = f"<timerEventDefinition><timeDuration>{written}</timeDuration></timerEventDefinition>"
    event = imported("intermediateCatchEvent", "", "", timer).element.event

    assert event is not None
    assert (event.timer_kind, event.expression) == ("duration", expected)


def test_a_message_name_with_an_expression() -> None:
    found = Imported(
        CAMUNDA,
        extended("receiveTask", "", ' messageRef="m"'),
        top='<message id="m" name="paid-${id}"/><message id="n" name="x-${f(x)}"/>',
    )

    assert found.element.event is not None
    assert found.element.event.name == '="paid-" + string(id)'


def test_what_we_say_already_is_kept() -> None:
    inside = '<work:assignment assignee="cleo"/>'
    found = imported("userTask", ' camunda:assignee="ada"', inside)

    assert found.element.settings.assignment == Assignment(assignee="cleo")
    assert found.told("kept") == ["camunda:assignee"]
    assert found.report.verdict == "runs"

    every = (
        '<work:input name="a" value="=1"/><work:connector type="http"/>'
        "<camunda:connector><camunda:connectorId>c</camunda:connectorId><camunda:inputOutput>"
        '<camunda:inputParameter name="b">2</camunda:inputParameter></camunda:inputOutput>'
        '</camunda:connector><camunda:inputOutput><camunda:inputParameter name="c">3'
        "</camunda:inputParameter></camunda:inputOutput>"
    )
    task = imported("serviceTask", "", every)
    assert task.element.settings.inputs == (Mapping("a", "=1"),)
    assert task.element.settings.connector == Connector("http")
    assert task.told("translated") == []


def test_a_class_beside_a_topic_is_only_kept() -> None:
    attributes = ' camunda:type="external" camunda:topic="a" camunda:class="b.C"'

    topic = imported("serviceTask", attributes).element.settings.connector

    assert topic == Connector("external", "a")


def test_every_other_name_is_told() -> None:
    found = Imported(
        CAMUNDA,
        extended(
            "userTask",
            '<camunda:taskListener event="create" class="x"/><camunda:new/>',
            ' camunda:asyncBefore="true" camunda:colour="red"',
        ),
        process=' camunda:candidateStarterGroups="sales" camunda:historyTimeToLive="30"',
    )

    assert found.told("meaningless") == ["camunda:asyncBefore", "camunda:historyTimeToLive"]
    assert found.told("kept") == ["camunda:colour", "camunda:new", "camunda:taskListener"]
    assert found.unfinished == ["camunda:taskListener"]
    assert {each.rule for each in found.report.problems} == {
        "imported",
        "import_kept",
        "import_meaningless",
    }


def test_a_translated_process_runs() -> None:
    run = Drive(imported("userTask", ' camunda:assignee="${boss}"').data, {"boss": "ada"}, key="p")

    assert run.program.model.elements["it"].settings.assignment == Assignment(assignee="=boss")
    assert run.complete("it").ended


def test_a_computed_or_tagged_version_of_a_called_process_is_asked_for() -> None:
    computed = ' camunda:calledElementBinding="version" camunda:calledElementVersion="${v}"'
    tagged = ' camunda:calledElementBinding="versionTag" camunda:calledElementVersionTag="1.0"'

    for attributes, source in (
        (computed, "camunda:calledElementVersion"),
        (tagged, "camunda:calledElementBinding"),
    ):
        found = imported("callActivity", f' calledElement="q"{attributes}')
        assert found.unfinished == [source]
        assert found.report.verdict == "drawing"


def test_what_a_signal_carries_is_an_input_of_its_event() -> None:
    carried = (
        '<camunda:in source="a" target="b"/><camunda:in sourceExpression="${c + 1}" target="d"/>'
    )
    box = f'<extensionElements>{carried}<camunda:in variables="all"/></extensionElements>'
    after = f"<signalEventDefinition>{box}</signalEventDefinition>"
    found = imported("intermediateThrowEvent", after=after)

    assert found.element.settings.inputs == (Mapping("b", "=a"), Mapping("d", "=c + 1"))
    assert found.unfinished == ["camunda:in"]


def test_fields_of_code_are_inputs_of_the_worker() -> None:
    fields = '<camunda:field name="url" stringValue="x"/><camunda:field name="n">'
    found = imported(
        "serviceTask",
        ' camunda:class="org.acme.D"',
        f"{fields}<camunda:expression>${{a.b}}</camunda:expression></camunda:field>",
    )

    assert found.element.settings.inputs == (Mapping("url", "x"), Mapping("n", "=a.b"))


def test_variables_that_only_the_other_engine_sets_are_asked_for() -> None:
    code = '<errorEventDefinition camunda:errorCodeVariable="code"/>'
    starter = '<startEvent id="s2" camunda:initiator="starter"/>'
    task = extended("userTask", "", ' camunda:assignee="${starter}"')

    assert imported("boundaryEvent", ' attachedToRef="x"', after=code).unfinished == [
        "camunda:errorCodeVariable"
    ]
    assert Imported(CAMUNDA, starter + task).unfinished == ["camunda:initiator"]
    assert Imported(CAMUNDA, starter + extended("userTask", "")).unfinished == []


def test_a_computed_code_of_an_error_is_read_as_ours() -> None:
    top = '<error id="e1" errorCode="E-${n}"/>'
    found = Imported(CAMUNDA, extended("userTask", ""), top=top)

    assert found.told("translated") == ["errorCode E-${n}"]
