"""What jBPM says with `drools:` and in data associations is said in our words."""

import pytest

from engine.bpmn.extensions import (
    Assignment,
    Connector,
    Decision,
    InOut,
    Priority,
    Schedule,
)
from tests.engine.bpmn.driving import Drive
from tests.engine.bpmn.imports.importing import Imported, extended

DROOLS = ("tns", "http://www.jboss.org/drools")


def imported(tag: str, attributes: str = "", inside: str = "", after: str = "") -> Imported:
    body = extended(tag, inside, attributes, after)
    return Imported(DROOLS, body, process=' tns:packageName="a.b" tns:version="1"')


def assigned(**values: str) -> str:
    """Data inputs of a task, with a text assigned to each."""
    inputs = "".join(f'<dataInput id="in_{name}" name="{name}"/>' for name in values)
    associations = "".join(
        f"<dataInputAssociation><targetRef>in_{name}</targetRef><assignment>"
        f"<from>{value}</from><to>in_{name}</to></assignment></dataInputAssociation>"
        for name, value in values.items()
    )
    return f"<ioSpecification>{inputs}<inputSet/><outputSet/></ioSpecification>{associations}"


def test_people_by_what_is_assigned_to_a_task() -> None:
    data = assigned(GroupId="sales,#{team}", DueDate="P2D", Priority="#{weight}", Comment="a b")
    found = imported("userTask", "", "", data)
    settings = found.element.settings

    assert settings.assignment == Assignment(groups="sales, =team")
    assert settings.schedule == Schedule(due="P2D")
    assert settings.priority == Priority(weight="=weight")
    run = Drive(found.data, {"team": "x", "weight": 2}, key="p")
    assert run.runtime.token_variables(run.wait("it").token)["Comment"] == "a b"


def test_people_by_their_names() -> None:
    owner = (
        "<potentialOwner><resourceAssignmentExpression><formalExpression>ada</formalExpression>"
        "</resourceAssignmentExpression></potentialOwner>"
    )
    assert imported("userTask", "", "", owner).element.settings.assignment == Assignment("ada")
    actor = imported("userTask", "", "", assigned(ActorId="#{who}"))
    assert actor.element.settings.assignment == Assignment("=who")
    empty = imported("userTask", "", "", "<potentialOwner/>" + assigned(ActorId=""))
    assert empty.element.settings.assignment is None


def test_what_cannot_be_translated_is_a_question() -> None:
    found = imported("userTask", "", "", assigned(DueDate="#{f(x)}"))

    assert found.unfinished == ["DueDate", "from"]


@pytest.mark.parametrize("tag", ["task", "serviceTask"])
def test_a_work_item_is_leased_by_a_worker(tag: str) -> None:
    found = imported(tag, ' tns:taskName="Email"')

    assert found.element.kind == "serviceTask"
    assert found.element.settings.connector == Connector("external", "Email")
    assert found.report.verdict == "runs"


def test_the_name_of_a_user_task_means_nothing() -> None:
    found = imported("userTask", ' tns:taskName="check"').told("meaningless")

    assert "tns:taskName" in found


@pytest.mark.parametrize(
    ("attributes", "topic"),
    [
        ('tns:serviceimplementation="Java" tns:serviceinterface="a.B"', "a.B"),
        ('tns:serviceinterface="a.B" tns:serviceoperation="run"', "a.B.run"),
    ],
)
def test_a_method_is_leased_by_its_name(attributes: str, topic: str) -> None:
    found = imported("serviceTask", f" {attributes}")

    assert found.element.settings.connector == Connector("external", topic)


def test_data_associations_of_a_call_are_what_goes_in_and_out() -> None:
    data = (
        '<ioSpecification><dataInput id="i" name="amount"/><dataInput id="k"/>'
        '<dataOutput id="o" name="result"/><inputSet/><outputSet/></ioSpecification>'
        "<dataInputAssociation><sourceRef>total</sourceRef><targetRef>i</targetRef>"
        "</dataInputAssociation>"
        "<dataInputAssociation><targetRef>k</targetRef><assignment><from>fixed</from><to>k</to>"
        "</assignment></dataInputAssociation>"
        "<dataInputAssociation><targetRef>i</targetRef></dataInputAssociation>"
        "<dataOutputAssociation><sourceRef>o</sourceRef><targetRef>answer</targetRef>"
        "</dataOutputAssociation><dataOutputAssociation/>"
    )
    attributes = ' calledElement="child" tns:independent="true" tns:waitForCompletion="{}"'
    found = imported("callActivity", attributes.format("true"), "", data)
    call = found.element.settings.call

    assert call is not None
    assert call.ins == (InOut("total", "amount"), InOut('"fixed"', "k"))
    assert call.outs == (InOut("result", "answer"),)
    assert found.unfinished == []
    alone = imported("callActivity", attributes.format("false"), "", data)
    assert alone.unfinished == ["tns:waitForCompletion"]


def test_a_collection_is_the_variable_behind_the_input() -> None:
    data = (
        '<ioSpecification><dataInput id="i" name="list"/><inputSet/><outputSet/></ioSpecification>'
        "<dataInputAssociation><sourceRef>people</sourceRef><targetRef>i</targetRef>"
        "</dataInputAssociation><dataInputAssociation/>"
        "<multiInstanceLoopCharacteristics>{}</multiInstanceLoopCharacteristics>"
    )
    reference = "<loopDataInputRef>i</loopDataInputRef>"

    loop = imported("userTask", "", "", data.format(reference)).element.loop
    assert loop is not None
    assert loop.collection == "people"
    assert imported("userTask", "", "", data.format("")).element.loop is not None
    twice = data.format("") + "<multiInstanceLoopCharacteristics/>"
    assert imported("userTask", "", "", twice).element.loop is not None


def test_a_dmn_decision_by_its_name() -> None:
    attributes = ' implementation="http://www.jboss.org/drools/dmn"'
    data = assigned(decision="risk", model="m")

    found = imported("businessRuleTask", attributes, "", data).element.settings.decision

    assert found == Decision("risk")


def test_a_script_that_only_sets_variables_is_feel() -> None:
    attributes = ' scriptFormat="http://www.java.com/java"'
    script = '<script>kcontext.setVariable("a", b + 1);</script>'

    found = imported("scriptTask", attributes, "", script).element

    assert (found.script_format, found.script) == ("feel", "{a: b + 1}")


def test_rules_and_code_at_the_border_of_a_step_are_questions() -> None:
    inside = "<tns:onEntry-script/><tns:metaData/>"
    found = imported("businessRuleTask", ' tns:ruleFlowGroup="g"', inside)

    assert found.unfinished == ["tns:onEntry-script", "tns:ruleFlowGroup"]
    assert found.report.verdict == "drawing"


def test_files_that_only_borrow_a_name_keep_their_own_meaning() -> None:
    body = extended("userTask", "", ' tns:priority="1"', assigned(GroupId="sales"))

    assert Imported(DROOLS, body).element.settings.assignment is None
    by_exporter = Imported(DROOLS, body, root=' exporter="jBPM Process Modeler"')
    assert by_exporter.element.settings.assignment == Assignment(groups="sales")


def test_a_call_for_each_item_gathers_what_comes_out() -> None:
    data = (
        '<ioSpecification><dataInput id="i" name="list"/><dataInput id="n" name="number"/>'
        '<dataOutput id="o" name="all"/><dataOutput id="d" name="double"/><inputSet/><outputSet/>'
        "</ioSpecification>"
        "<dataInputAssociation><sourceRef>numbers</sourceRef><targetRef>i</targetRef>"
        "</dataInputAssociation>"
        "<dataInputAssociation><sourceRef>x</sourceRef><targetRef>n</targetRef>"
        "</dataInputAssociation>"
        "<dataOutputAssociation><sourceRef>d</sourceRef><targetRef>y</targetRef>"
        "</dataOutputAssociation>"
        "<dataOutputAssociation><sourceRef>o</sourceRef><targetRef>doubles</targetRef>"
        "</dataOutputAssociation>"
        "<multiInstanceLoopCharacteristics><loopDataInputRef>i</loopDataInputRef>"
        '<loopDataOutputRef>o</loopDataOutputRef><inputDataItem id="x"/><outputDataItem id="y"/>'
        "</multiInstanceLoopCharacteristics>"
    )
    body = extended("callActivity", "", ' calledElement="child"', data)
    parent = Imported(DROOLS, body, root=' expressionLanguage="http://www.mvel.org/2.0"')
    script = '<script>kcontext.setVariable("double", number * 2);</script>'
    child = Imported(
        DROOLS, extended("scriptTask", "", ' scriptFormat="http://www.java.com/java"', script),
        process=' tns:version="1"',
    ).data.replace(b'id="p"', b'id="child"')  # fmt: skip

    run = Drive({"a.bpmn": parent.data, "b.bpmn": child}, {"numbers": [1, 2]}, key="p")

    assert run.ended
    assert run.variables["doubles"] == [2, 4]


def test_reminders_in_inputs_of_a_task_are_asked_for() -> None:
    data = (
        '<ioSpecification><dataInput id="n" name="NotCompletedNotify"/><inputSet/><outputSet/>'
        "</ioSpecification><dataInputAssociation><targetRef>n</targetRef><assignment>"
        "<from>[tousers:bob|subject:x]@[1h]</from><to>n</to></assignment></dataInputAssociation>"
    )

    assert imported("userTask", "", "", data).unfinished == ["NotCompletedNotify"]
