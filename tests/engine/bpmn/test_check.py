"""Each kind of wrong or unfinished model is named: where, by which rule, and how bad."""

import json
from pathlib import Path

import pytest

from engine.bpmn.check import FileReport, check_files, check_paths
from engine.bpmn.problem import Problem, warning

NAMES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:t="urn:t"'
    ' xmlns:work="urn:back-office:bpmn:work:1" xmlns:other="urn:other"'
)
ENDS = '<startEvent id="start"/><endEvent id="end"/>'


def definitions(inside: str) -> bytes:
    return f"<definitions {NAMES}>{inside}</definitions>".encode()


def drawn(body: str, *, top: str = "", executable: str = "true") -> bytes:
    return definitions(f'{top}<process id="p" isExecutable="{executable}">{body}</process>')


def flow(source: str, target: str, condition: str = "") -> str:
    inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return f'<sequenceFlow id="{source}_{target}" {ends}>{inner}</sequenceFlow>'


def through(element: str, *, inner: str = "", outer: str = "", **attributes: str) -> str:
    """One element `it` between start and end; `inner` inside, `outer` beside it."""
    more = "".join(f' {name}="{value}"' for name, value in attributes.items())
    node = f'<{element} id="it"{more}>{inner}</{element}>'
    return ENDS + node + flow("start", "it") + flow("it", "end") + outer


def work(*settings: str) -> str:
    return f"<extensionElements>{''.join(settings)}</extensionElements>"


def report(data: bytes, name: str = "model.bpmn") -> FileReport:
    (found,) = check_files({name: data})
    return found


def found(data: bytes) -> set[tuple[str | None, str, str]]:
    return {(each.element, each.rule, each.severity) for each in report(data).problems}


def test_a_complete_model_runs_and_has_no_problems():
    body = through("userTask", inner=work('<work:assignment groups="billing"/>'))

    assert report(drawn(body)) == FileReport("model.bpmn", "runs", ())


@pytest.mark.parametrize(
    ("name", "data", "rule"),
    [
        ("model.bpmn", b"hello", "unreadable"),
        ("model.dmn", b"<a>", "unreadable"),
        ("model.bpmn", b"<html/>", "not_bpmn"),
        ("model.dmn", b"<html/>", "not_dmn"),
        ("model.bpmn", definitions(""), "no_process"),
        ("notes.txt", b"hello", "file_kind"),
        ("a.form", b"{", "not_a_form"),
        ("a.form", b"[]", "not_a_form"),
        ("a.form", b'{"id": "a"}', "not_a_form"),
        ("a.form", b'{"components": []}', "form_without_id"),
    ],
)
def test_what_is_no_model_is_refused(name, data, rule):
    refused = report(data, name)

    assert refused.verdict == "refused"
    assert [each.rule for each in refused.problems] == [rule]


MESSAGE = '<message id="m" name="paid"/>'
TIMER = "<timerEventDefinition><timeDuration>{}</timeDuration></timerEventDefinition>"
MESSAGE_EVENT = '<messageEventDefinition messageRef="m"/>'
MESSAGE_WAIT = through("receiveTask", messageRef="m")
LINK = '<linkEventDefinition name="{}"/>'


@pytest.mark.parametrize(
    ("body", "place", "rule"),
    [
        (ENDS + '<sequenceFlow id="f" sourceRef="start"/>', "f", "dangling_flow"),
        (ENDS + '<sequenceFlow id="f" sourceRef="start" targetRef="x"/>', "f", "dangling_flow"),
        (
            through("subProcess", inner='<task id="in"/>', outer=flow("start", "in")),
            "start_in",
            "flow_crosses_border",
        ),
        (ENDS + flow("end", "start"), "start", "flow_into_start"),
        (ENDS + flow("end", "start"), "end", "flow_out_of_end"),
        (through("subProcess", triggeredByEvent="true"), "it", "flow_at_event_sub_process"),
        (through("userTask", isForCompensation="true"), "it", "flow_at_compensation"),
        (
            through(
                "userTask",
                outer='<boundaryEvent id="b" attachedToRef="it"><compensateEventDefinition/>'
                "</boundaryEvent>" + flow("b", "end"),
            ),
            "b",
            "flow_at_compensation",
        ),
        (through("userTask", outer='<boundaryEvent id="b"/>'), "b", "boundary_without_activity"),
        (
            through("manualTask", outer='<boundaryEvent id="b" attachedToRef="end"/>'),
            "b",
            "boundary_without_activity",
        ),
        (
            through(
                "userTask",
                outer='<boundaryEvent id="b" attachedToRef="it"><cancelEventDefinition/>'
                "</boundaryEvent>",
            ),
            "b",
            "cancel_without_transaction",
        ),
        (
            through(
                "userTask",
                outer='<boundaryEvent id="b" attachedToRef="it" cancelActivity="false">'
                "<errorEventDefinition/></boundaryEvent>",
            ),
            "b",
            "must_interrupt",
        ),
        (through("intermediateThrowEvent", inner=TIMER.format("P1D")), "it", "impossible_event"),
        (
            '<startEvent id="s"><errorEventDefinition/></startEvent>',
            "s",
            "impossible_event",
        ),
        (
            through("subProcess", inner=f'<startEvent id="s">{MESSAGE_EVENT}</startEvent>'),
            "s",
            "impossible_event",
        ),
        (
            through("subProcess", inner='<endEvent id="e"><cancelEventDefinition/></endEvent>'),
            "e",
            "cancel_without_transaction",
        ),
        (through("exclusiveGateway", default="nowhere"), "it", "wrong_default"),
        (through("eventBasedGateway"), "end", "event_gateway_target"),
        (
            through("intermediateThrowEvent", inner=LINK.format("A")),
            "it",
            "link_target",
        ),
        (
            ENDS
            + flow("start", "end")
            + "".join(
                f'<intermediateCatchEvent id="{name}">{LINK.format("A")}</intermediateCatchEvent>'
                for name in "ab"
            ),
            "a",
            "link_target",
        ),
        (
            through(
                "intermediateThrowEvent", inner='<compensateEventDefinition activityRef="x"/>'
            ),
            "it",
            "unknown_reference",
        ),
        (through("userTask") + '<manualTask id="it"/>', "it", "duplicate_id"),
        (through("userTask", inner='<manualTask id="in"/>'), "in", "misplaced_element"),
        (ENDS + '<choreographyTask id="c"/>' + flow("start", "end"), "c", "not_executed"),
        (through("userTask", inner=work("<work:colour/>")), "it", "unknown_element"),
        (through("userTask", inner=work('<work:form key="a" pin="1"/>')), "it",
         "unknown_attribute"),
        (through("userTask", inner=work('<work:connector type="http"/>')), "it",
         "misplaced_element"),
        (through("userTask", inner='<work:form key="a"/>'), "it", "misplaced_element"),
        (
            through("serviceTask", inner=work('<work:connector type="http"><work:form key="a"/>'
                                              "</work:connector>")),
            "it",
            "misplaced_element",
        ),
        (through("userTask").replace('id="it"', 'id="it" work:catchUp="all"'), "it",
         "unknown_attribute"),
        (through("exclusiveGateway").replace(flow("it", "end"), flow("it", "end", "a +")),
         "it_end", "expression"),
        (through("intermediateCatchEvent", inner=TIMER.format("P1X")), "it", "timer"),
        (through("intermediateCatchEvent", inner=TIMER.format("after +")), "it", "expression"),
        (through("userTask", inner=work('<work:schedule due="P1X"/>')), "it", "duration"),
        (through("userTask", inner=work('<work:schedule due="soon"/>')), "it", "duration"),
        (through("userTask", inner=work('<work:schedule due="=a +"/>')), "it", "expression"),
        (through("userTask", inner=work('<work:assignment affinity="me"/>')), "it", "setting"),
        (through("userTask", inner=work('<work:form key="a" binding="new"/>')), "it", "setting"),
        (through("userTask", inner=work("<work:form/>")), "it", "setting"),
        (through("userTask", inner=work('<work:input value="1"/>')), "it", "setting"),
        (through("receiveTask", inner=work("<work:correlation/>")), "it", "setting"),
        (
            through("serviceTask", inner=work('<work:connector type="http"><work:input/>'
                                              '</work:connector><work:retry attempts="0"/>')),
            "it",
            "retry",
        ),
        (through("serviceTask", inner=work('<work:retry backoff="x"/>')), "it", "retry"),
        (through("serviceTask", inner=work('<work:retry jitter="2"/>')), "it", "retry"),
        (through("serviceTask", inner=work('<work:retry final="=1 +"/>')), "it", "expression"),
        (through("serviceTask", inner=work('<work:retry promise="never"/>')), "it", "setting"),
        (through("serviceTask", inner=work('<work:errorMap when="=a"/>')), "it", "setting"),
        (through("serviceTask", inner=work('<work:errorMap code="A" when="=a +"/>')), "it",
         "expression"),
        (through("userTask", inner=work("<work:label/>")), "it", "setting"),
    ],
)  # fmt: skip
def test_contradictions_are_refused(body, place, rule):
    data = drawn(body, top=MESSAGE)

    assert (place, rule, "error") in found(data)
    assert report(data).verdict == "refused"


@pytest.mark.parametrize(
    ("body", "place", "rule"),
    [
        ("", "p", "empty_process"),
        (through("task"), "it", "task_without_kind"),
        (through("serviceTask"), "it", "service_without_connector"),
        (through("sendTask"), "it", "service_without_connector"),
        (
            through("serviceTask", inner=work('<work:connector type="external"/>')),
            "it",
            "external_without_topic",
        ),
        (through("serviceTask", inner=work('<work:connector type="fax"/>')), "it",
         "unknown_connector"),
        (through("receiveTask"), "it", "event_without_message"),
        (through("businessRuleTask"), "it", "rule_without_decision"),
        (
            through("businessRuleTask", inner=work("<work:connector/>")),
            "it",
            "service_without_connector",
        ),
        (through("scriptTask"), "it", "empty_script"),
        (
            through("scriptTask", inner="<script>x</script>", scriptFormat="Groovy"),
            "it",
            "script_language",
        ),
        (through("callActivity"), "it", "call_without_process"),
        (through("intermediateCatchEvent"), "it", "event_without_trigger"),
        (
            through("userTask", outer='<boundaryEvent id="b" attachedToRef="it"/>'),
            "b",
            "event_without_trigger",
        ),
        (
            through("intermediateCatchEvent", inner="<timerEventDefinition/>"),
            "it",
            "timer_without_value",
        ),
        (
            through("intermediateCatchEvent", inner="<messageEventDefinition/>"),
            "it",
            "event_without_message",
        ),
        (
            through("intermediateThrowEvent", inner="<signalEventDefinition/>"),
            "it",
            "event_without_signal",
        ),
        (
            through("intermediateCatchEvent", inner="<conditionalEventDefinition/>"),
            "it",
            "event_without_condition",
        ),
        (
            through("intermediateThrowEvent", inner="<escalationEventDefinition/>"),
            "it",
            "event_without_escalation",
        ),
        (through("userTask", inner="<standardLoopCharacteristics/>"), "it",
         "loop_without_condition"),
        (through("userTask", inner="<multiInstanceLoopCharacteristics/>"), "it",
         "repeat_without_collection"),
        (through("exclusiveGateway", outer=flow("it", "it")), "it_end",
         "branch_without_condition"),
        (
            through("exclusiveGateway").replace(flow("it", "end"), flow("it", "end", "${x.y()}")),
            "it_end",
            "import_kept",
        ),
        (through("receiveTask", messageRef="t:nothing"), "it", "unknown_reference"),
        (
            through("intermediateCatchEvent", inner='<signalEventDefinition signalRef="x"/>'),
            "it",
            "unknown_reference",
        ),
        (through("userTask", inner="<colour/>"), "it", "unknown_element"),
        (through("userTask", inner="<timeDate/>"), "it", "misplaced_element"),
        (through("userTask", isForCompensatoin="true"), "it", "unknown_attribute"),
        (
            through("userTask", outer='<subProcess id="e" triggeredByEvent="true"/>'),
            "e",
            "event_sub_process_start",
        ),
    ],
)  # fmt: skip
def test_what_is_unfinished_makes_a_drawing(body, place, rule):
    data = drawn(body)

    assert (place, rule, "todo") in found(data)
    assert report(data).verdict == "drawing"


def test_data_stores_are_noted_and_hold_nothing_up():
    body = through("userTask", outer='<dataStoreReference id="crm"/>')

    assert report(drawn(body)).verdict == "runs"
    assert found(drawn(body)) == {("crm", "data_store", "warning")}


def test_texts_in_another_language_are_unfinished_in_a_file_of_another_tool():
    body = through("intermediateCatchEvent", inner=TIMER.format("P1X"))
    wrong = through("exclusiveGateway").replace(flow("it", "end"), flow("it", "end", "a +"))

    for each, place in ((body, "it"), (wrong, "it_end")):
        foreign = drawn(each).replace(b' xmlns:work="urn:back-office:bpmn:work:1"', b"")
        assert report(drawn(each)).verdict == "refused"
        assert report(foreign).verdict == "drawing"
        assert [one.element for one in report(foreign).problems] == [place]


def test_ids_may_be_shared_by_what_is_never_asked_for_by_id():
    body = through("userTask") + '<textAnnotation id="it"><text>x</text></textAnnotation>'

    assert found(drawn(body)) == {("it", "duplicate_id", "warning")}


def test_an_error_that_is_not_defined_is_taken_by_its_id():
    body = through("endEvent", inner='<errorEventDefinition errorRef="E1"/>')

    assert ("it", "unknown_reference", "warning") in found(drawn(body))


def test_choreographies_beside_a_process_are_told_and_hold_nothing_up():
    data = drawn(through("userTask"), top='<choreography id="c"/>')

    assert report(data).verdict == "runs"
    assert found(data) == {("c", "not_executed", "warning")}


def test_a_collaboration_without_processes_is_a_drawing():
    data = definitions('<collaboration id="c"><participant id="p"/></collaboration>')

    assert report(data).verdict == "drawing"
    assert found(data) == {(None, "no_process", "todo")}


def test_an_extension_that_must_be_understood_is_not():
    data = drawn(through("userTask"), top='<extension mustUnderstand="true" definition="t:x"/>')

    assert ("p", "not_executed", "todo") in {("p", *each[1:]) for each in found(data)}


def test_of_very_many_problems_the_gravest_are_told():
    many = "".join(f'<task id="t{number}"/>' for number in range(600))

    problems = report(drawn(many + '<manualTask id="m" work:colour="red"/>')).problems

    assert len(problems) == 501
    assert problems[0].severity == "error"
    assert problems[-1].message.startswith("There are 101 problems more")


def test_a_link_needs_a_name():
    pair = "".join(
        f'<intermediate{kind}Event id="{kind}"><linkEventDefinition/></intermediate{kind}Event>'
        for kind in ("Throw", "Catch")
    )

    problems = found(drawn(ENDS + pair + flow("start", "Throw") + flow("Catch", "end")))

    assert {("Throw", "link_without_name", "todo"), ("Catch", "link_without_name", "todo")} == (
        problems
    )


def test_what_is_not_marked_as_executable_is_a_drawing_whatever_its_conditions_say():
    body = through("exclusiveGateway").replace(
        flow("it", "end"), flow("it", "end", "more than 5 %")
    )

    assert found(drawn(body, executable="false")) >= {
        ("p", "not_executable", "todo"),
        ("it_end", "expression", "todo"),
    }


@pytest.mark.parametrize(
    ("body", "place", "rule"),
    [
        (through("userTask", outer='<manualTask id="lost"/>'), "lost", "unreachable"),
        (through("exclusiveGateway").replace(flow("it", "end"), ""), "it",
         "gateway_without_way_out"),
        (
            through("exclusiveGateway", default="it_end").replace(
                flow("it", "end"), flow("it", "end", "a")
            ),
            "it_end",
            "default_with_condition",
        ),
        (through("parallelGateway").replace(flow("it", "end"), flow("it", "end", "a")), "it_end",
         "condition_without_effect"),
        (
            through(
                "userTask",
                outer=f'<intermediateCatchEvent id="c">{LINK.format("B")}</intermediateCatchEvent>',
            ),
            "c",
            "link_source",
        ),
        (
            through("scriptTask", inner="<script>1 + 1</script>", scriptFormat="feel"),
            "it",
            "script_without_result",
        ),
        (through("userTask").replace('<userTask', '<userTask other:assignee="ada"'), "it",
         "foreign_attribute"),
        (through("userTask", inner=work("<other:formData/>")), "it", "foreign_element"),
        (through("userTask", inner="<other:formData/>"), "it", "foreign_element"),
        (through("userTask", inner="<potentialOwner/>"), "it", "noted"),
        (through("userTask", inner=work('<work:visible groups="audit"/>')), "it", "noted"),
        (through("userTask", inner=work('<work:form key="there"/>')), "it", "missing_reference"),
        (through("callActivity", calledElement="t:other"), "it", "missing_reference"),
        (through("businessRuleTask", inner=work('<work:decision key="risk"/>')), "it",
         "missing_reference"),
        (through("serviceTask", inner=work('<work:connector type="http"/>')), "it",
         "missing_input"),
        (MESSAGE_WAIT, "it", "message_without_key"),
        (ENDS + '<sequenceFlow sourceRef="start" targetRef="end"/>', "sequenceFlow_1",
         "id_given"),
        (through("userTask", assignee="ada"), "it", "unknown_attribute"),
    ],
)  # fmt: skip
def test_doubts_are_told_and_hold_nothing_up(body, place, rule):
    data = drawn(body, top=MESSAGE)

    assert (place, rule, "warning") in found(data)
    assert report(data).verdict == "runs"


def test_everything_that_can_be_reached_is_not_called_unreachable():
    body = (
        through("userTask")
        + '<boundaryEvent id="late" attachedToRef="it">'
        + f'{TIMER.format("P1D")}</boundaryEvent><manualTask id="hurry"/>'
        + flow("late", "hurry")
        + f'<intermediateThrowEvent id="go">{LINK.format("A")}</intermediateThrowEvent>'
        + flow("hurry", "go")
        + f'<intermediateCatchEvent id="on">{LINK.format("A")}</intermediateCatchEvent>'
        + '<subProcess id="beside" triggeredByEvent="true"><startEvent id="s">'
        + f'{MESSAGE_EVENT}</startEvent><manualTask id="note"/>{flow("s", "note")}</subProcess>'
        + '<subProcess id="inside"><manualTask id="one"/><manualTask id="two"/>'
        + f"{flow('one', 'two')}{flow('two', 'one')}</subProcess>{flow('on', 'inside')}"
        + '<manualTask id="undo" isForCompensation="true"/>'
    )

    assert report(drawn(body, top=MESSAGE)).problems == ()


def test_good_settings_have_no_problems():
    service = work(
        '<work:connector type="http"><work:input name="url" value="=base + path"/>'
        '<work:output name="score" value="response.body.score"/></work:connector>'
        '<work:retry attempts="3" delay="PT10S" backoff="1.5" max="PT10M" promise="at-most-once"'
        ' jitter="0.2" final="=response.status = 410"/>'
        '<work:errorMap code="A" when="=response.status = 404"/><work:errorMap code="B"/>'
    )
    person = work(
        '<work:assignment assignee="=who" groups="a, =b" skills="gas" exclude="=c"'
        ' affinity="case"/><work:priority class="=d" weight="3"/>'
        '<work:schedule due="P2D" remind="=e" followUp="2026-01-05T09:00:00Z" calendar="office"/>'
    )
    loop = (
        "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
        "<completionCondition>done &gt; 1</completionCondition></multiInstanceLoopCharacteristics>"
    )
    call = work('<work:call binding="latest"/><work:in source="=a + 1" target="b"/>'
                '<work:out all="true"/>')  # fmt: skip
    rows = work('<work:collection value="=rows" item="row"/>')
    gate = through("complexGateway", inner="<activationCondition>n = 2</activationCondition>")

    external = work('<work:connector type="external" topic="credit"/>')
    again = (
        "<standardLoopCharacteristics><loopCondition>n &lt; 3</loopCondition>"
        "</standardLoopCharacteristics>"
    )
    cancelled = '<endEvent id="stop"><cancelEventDefinition/></endEvent>'
    any_order = "<completionCondition>n = 2</completionCondition>"
    ticking = (
        TIMER.format("R/PT1H")
        .replace("Duration", "Cycle")
        .replace("Definition>", 'Definition work:catchUp="all">', 1)
    )

    for body in (
        through("intermediateCatchEvent", inner=ticking),
        through("transaction", inner=f'<subProcess id="in">{cancelled}</subProcess>'),
        through("adHocSubProcess", inner=f'<manualTask id="one"/>{any_order}'),
        through("sendTask", messageRef="m"),
        through("serviceTask", inner=external),
        through("intermediateThrowEvent", inner=external + "<messageEventDefinition/>"),
        through("userTask", inner=again),
        through("serviceTask", inner=service),
        through("userTask", inner=person + loop),
        through("callActivity", inner=call, calledElement="p"),
        through("userTask", inner=rows + "<multiInstanceLoopCharacteristics/>"),
        through("intermediateCatchEvent", inner=TIMER.format('duration("P" + days + "D")')),
        through("scriptTask", inner=work('<work:result variable="x"/>') + "<script>1</script>"),
        through(
            "intermediateCatchEvent",
            inner="<conditionalEventDefinition><condition>a &gt; 1</condition>"
            "</conditionalEventDefinition>",
        ),
        through(
            "intermediateCatchEvent",
            inner=work('<work:correlation key="=order"/>') + MESSAGE_EVENT,
        ),
        gate,
    ):
        assert report(drawn(body, top=MESSAGE)).problems == ()


FORM = b'{"id": "there", "components": []}'
DMN = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
  namespace="urn:d"><decision id="risk" name="risk"><literalExpression id="one"><text>1</text>
  </literalExpression></decision></definitions>"""


def test_files_of_one_package_may_refer_to_one_another():
    files = {
        "a.bpmn": drawn(through("userTask", inner=work('<work:form key="there"/>'))),
        "b.bpmn": definitions(
            '<globalUserTask id="ask"/><process id="q" isExecutable="true">'
            + through("businessRuleTask", inner=work('<work:decision key="risk"/>'))
            + "</process>"
        ),
        "c.bpmn": definitions(
            f'<process id="r" isExecutable="true">'
            f"{through('callActivity', calledElement='ask')}</process>"
        ),
        "there.form": FORM,
        "risk.dmn": DMN,
    }

    assert {each.verdict for each in check_files(files)} == {"runs"}
    assert not any(each.problems for each in check_files(files))


def test_decisions_are_looked_into_and_the_problem_stands_at_its_file():
    wrong = (
        DMN.replace(b"risk", b"price")
        .replace(b'"d"', b'"e"')
        .replace(b'"one"', b'"two"')
        .replace(b">1<", b">1 +<")
    )

    good, bad = check_files({"risk.dmn": DMN, "price.dmn": wrong})

    assert good.verdict == "runs"
    assert bad.verdict == "refused"


def test_what_is_deployed_already_counts_and_the_rest_is_a_todo():
    data = drawn(through("userTask", inner=work('<work:form key="there"/>')))

    (known,) = check_files(
        {"a.bpmn": data}, known=lambda kind, key: (kind, key) == ("form", "there")
    )
    (unknown,) = check_files({"a.bpmn": data}, known=lambda kind, key: False)

    assert known.verdict == "runs"
    assert (unknown.verdict, unknown.problems[0].rule) == ("drawing", "missing_reference")


def test_two_files_may_not_define_the_same():
    files = {"a.bpmn": drawn(through("userTask")), "b.bpmn": drawn(through("userTask"))}

    alone = check_files(files)
    deployed = check_files(files, known=lambda kind, key: False)

    assert [each.verdict for each in alone] == ["runs", "runs"]
    assert [each.verdict for each in deployed] == ["runs", "refused"]


def test_a_form_is_looked_into_by_those_who_know_forms():
    def doubt(data: bytes) -> list[Problem]:
        return [warning(None, "doubt", data.decode())]

    (found_there,) = check_files({"a.form": FORM}, check_form=doubt)

    assert found_there.problems == (warning(None, "doubt", FORM.decode()),)


def test_folders_and_files_are_checked_from_the_command_line(tmp_path: Path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "good.bpmn").write_bytes(drawn(through("userTask")))
    (tmp_path / "bad.bpmn").write_bytes(b"hello")
    lines: list[str] = []

    good = check_paths([tmp_path / "deep" / "good.bpmn"], True, lines.append)
    bad = check_paths([str(tmp_path), tmp_path / "none.bpmn"], True, lines.append)

    assert (good, bad) == (0, 1)
    assert [json.loads(line)["verdict"] for line in lines] == ["runs", "refused", "refused", "runs"]
    assert set(json.loads(lines[0])) == {"file", "verdict", "problems"}
    (problem,) = json.loads(lines[2])["problems"]
    assert set(problem) == {"element", "rule", "severity", "message"}


def test_people_get_sentences(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "draft.bpmn"
    path.write_bytes(
        drawn(through("task", name="Look\n at it").replace("<task", "<task work:x='1'"))
    )

    check_paths([path])

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{path}: refused"
    assert (
        "  todo    it: “Look at it” is of no kind; say whether a person or a system does it."
        in (lines[2])
    )


def test_an_id_that_the_api_would_not_take_is_refused() -> None:
    long = drawn(ENDS + flow("start", "end")).replace(b'"p"', b'"' + b"p" * 201 + b'"')

    (report,) = check_files({"p.bpmn": long})

    assert report.verdict == "refused"
    assert [each.rule for each in report.problems] == ["key_too_long"]


@pytest.mark.parametrize(("key", "rules"), [("=customer", []), ("customer", ["literal_key"])])
def test_a_correlation_key_that_is_a_mere_text_is_doubted(key: str, rules: list[str]) -> None:
    settings = work(f'<work:correlation key="{key}"/>')
    data = drawn(MESSAGE_WAIT, top=f'<message id="m" name="paid">{settings}</message>')

    assert [each.rule for each in report(data).problems] == rules
    assert report(data).verdict == "runs"


def test_a_sequence_flow_with_a_default_of_its_own_breaks_nothing():
    drawing = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d">
    <process id="p" isExecutable="true"><startEvent id="s"/>
    <sequenceFlow id="f" sourceRef="s" targetRef="gone" default="gone"/></process></definitions>"""

    [report] = check_files({"p.bpmn": drawing})

    assert report.verdict == "refused"
    assert "f" in {each.element for each in report.problems}
