"""What Flowable and Activiti say under their own names is said in our words."""

import pytest

from engine.bpmn.extensions import Assignment, Connector, Decision, InOut, Mapping
from tests.engine.bpmn.imports.importing import Imported, extended

FLOWABLE = ("flowable", "http://flowable.org/bpmn")
ACTIVITI = ("activiti", "http://activiti.org/bpmn")


def imported(tag: str, attributes: str = "", inside: str = "", after: str = "") -> Imported:
    return Imported(FLOWABLE, extended(tag, inside, attributes, after))


@pytest.mark.parametrize("vocabulary", [FLOWABLE, ACTIVITI])
def test_the_words_of_the_family_are_read_under_each_name(vocabulary: tuple[str, str]) -> None:
    prefix = vocabulary[0]
    attributes = (
        f' {prefix}:assignee="${{boss}}" {prefix}:candidateGroups="a" {prefix}:async="true"'
    )
    found = Imported(vocabulary, extended("userTask", "", attributes))

    assert found.element.settings.assignment == Assignment(assignee="=boss", groups="a")
    assert found.told("meaningless") == [f"{prefix}:async"]


@pytest.mark.parametrize(
    ("attributes", "topic"),
    [
        ('flowable:type="external-worker" flowable:topic="charge"', "charge"),
        ('flowable:class="a.B"', "a.B"),
        ('flowable:type="shell"', "shell"),
    ],
)
def test_a_task_is_leased_by_a_worker(attributes: str, topic: str) -> None:
    found = imported("serviceTask", f" {attributes}")

    assert found.element.settings.connector == Connector("external", topic)
    assert found.report.verdict == "runs"


def test_fields_are_inputs_of_the_worker() -> None:
    inside = (
        '<flowable:field name="a" stringValue="x"/>'
        '<flowable:field name="b"><flowable:expression>${y}</flowable:expression></flowable:field>'
        '<flowable:field name="c" expression="${f(x)}"/>'
    )
    found = imported("serviceTask", ' flowable:delegateExpression="${run}"', inside)

    assert found.element.settings.inputs == (Mapping("a", "x"), Mapping("b", "=y"))
    assert found.unfinished == ["flowable:field"]


def test_http_and_mail_are_our_own_connectors() -> None:
    field = '<flowable:field name="{}"><flowable:string>{}</flowable:string></flowable:field>'
    inside = (
        field.format("requestUrl", "https://a/${id}")
        + field.format("requestMethod", "GET")
        + field.format("responseVariableName", "x")
        + field.format("requestBody", "${f(x)}")
    )
    http = imported("serviceTask", ' flowable:type="http"', inside)

    assert http.element.settings.connector == Connector(
        "http",
        None,
        (Mapping("url", '="https://a/" + string(id)'), Mapping("method", "GET")),
        (Mapping("x", "response.body"),),
    )
    assert http.told("kept") == ["flowable:field requestBody"]
    mail = imported("serviceTask", ' flowable:type="mail"', field.format("to", "ada@example.org"))
    assert mail.element.settings.connector == Connector(
        "email", None, (Mapping("to", "ada@example.org"),)
    )


@pytest.mark.parametrize("tag", ["serviceTask", "businessRuleTask"])
def test_a_task_that_decides_is_a_business_rule_task(tag: str) -> None:
    inside = (
        '<flowable:field name="decisionTableReferenceKey" stringValue="risk"/>'
        '<flowable:field name="decisionTaskThrowErrorOnNoHits" stringValue="false"/>'
    )
    found = imported(tag, ' flowable:type="dmn"', inside)

    assert found.element.kind == "businessRuleTask"
    assert found.element.settings.decision == Decision("risk")
    assert found.told("kept") == ["flowable:field decisionTaskThrowErrorOnNoHits"]


def test_a_called_process() -> None:
    attributes = ' calledElement="child" flowable:inheritVariables="{}"'
    attributes += ' flowable:calledElementType="{}"'

    found = imported("callActivity", attributes.format("true", "key"))
    assert found.element.settings.call is not None
    assert found.element.settings.call.ins == (InOut(all=True),)
    other = imported("callActivity", attributes.format("false", "id"))
    assert other.element.settings.call is None
    assert other.unfinished == ["flowable:calledElementType"]


def test_fields_of_a_form_in_the_drawing_are_kept() -> None:
    found = imported("userTask", "", '<flowable:formProperty id="a"/>')

    assert found.told("kept") == ["flowable:formProperty a"]


def test_several_instances() -> None:
    loop = '<multiInstanceLoopCharacteristics flowable:collection="people"/>'
    found = imported("userTask", "", "", loop).element.loop

    assert found is not None
    assert found.collection == "people"


def test_what_runs_differently_is_asked_for() -> None:
    html = '<flowable:field name="html" stringValue="x"/>'
    mail = imported("serviceTask", ' flowable:type="mail"', html)
    case = imported("serviceTask", ' flowable:type="case" flowable:caseDefinitionKey="k"')
    starter = imported("userTask", ' flowable:assignee="$INITIATOR"')

    assert mail.unfinished == ["flowable:field html"]
    assert case.unfinished == ["flowable:caseDefinitionKey"]
    assert starter.unfinished == ["flowable:assignee"]
    assert starter.element.settings.assignment is None
