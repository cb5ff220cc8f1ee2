"""The `work` vocabulary becomes values; the descriptor and the reader agree."""

import dataclasses
import json
from pathlib import Path

import pytest

from engine.bpmn import extensions
from engine.bpmn.extensions import (
    Assignment,
    Call,
    Collection,
    Connector,
    Correlation,
    Data,
    Decision,
    ErrorMap,
    Expect,
    Form,
    InOut,
    Label,
    Mapping,
    Owner,
    Priority,
    Retry,
    Schedule,
    Settings,
    read_settings,
)
from engine.bpmn.reader import read

HEAD = (
    '<{tag} xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:work="urn:back-office:bpmn:work:1" id="it"{more}>'
    "<extensionElements>{body}</extensionElements></{tag}>"
)


def settings(body: str, *, tag: str = "userTask", more: str = "") -> Settings:
    return read_settings(read(HEAD.format(tag=tag, body=body, more=more).encode()))


def test_an_element_without_extensions_has_no_settings():
    assert settings("") == Settings()
    assert read_settings(read(b"<userTask/>")) == Settings()


def test_a_user_task_says_form_people_time_and_instructions():
    found = settings(
        '<work:form key="reading" binding="3"/>'
        '<work:assignment assignee="=who" groups="billing, =team" skills="gas:2"'
        ' exclude="=approver" affinity="case"/>'
        '<work:schedule due="P2D" remind="P1D" followUp="P3D" calendar="office"/>'
        '<work:priority class="=kind" weight="=amount"/>'
        "<work:instructions> Look *twice*. </work:instructions>"
    )

    assert found.form == Form("reading", "3")
    assert found.assignment == Assignment("=who", "billing, =team", "gas:2", "=approver", "case")
    assert found.schedule == Schedule("P2D", "P1D", "P3D", "office")
    assert found.priority == Priority("=kind", "=amount")
    assert found.instructions == "Look *twice*."


def test_a_service_task_says_what_it_calls_and_how_it_fails():
    found = settings(
        '<work:connector type="http"><work:input name="url" value="partner:/x"/>'
        '<work:output name="score" value="=response.body.score"/></work:connector>'
        '<work:retry attempts="3" delay="PT10S" backoff="2" max="PT10M" promise="at-most-once"/>'
        '<work:errorMap code="NO_CREDIT" when="=response.status = 404"/><work:errorMap code="X"/>'
        '<work:input name="a" value="=b"/><work:output name="c" value="=d"/>',
        tag="serviceTask",
    )

    assert found.connector == Connector(
        "http",
        None,
        (Mapping("url", "partner:/x"),),
        (Mapping("score", "=response.body.score"),),
    )
    assert found.retry == Retry("3", "PT10S", "2", "PT10M", "at-most-once")
    assert found.error_map == (ErrorMap("NO_CREDIT", "=response.status = 404"), ErrorMap("X"))
    assert found.inputs == (Mapping("a", "=b"),)
    assert found.outputs == (Mapping("c", "=d"),)


def test_jitter_final_failures_and_unique_business_keys():
    found = settings('<work:retry jitter="0.2" final="=response.status = 410"/>')
    assert found.retry == Retry(jitter="0.2", final="=response.status = 410")
    assert settings('<work:businessKey unique="true"/>', tag="process").business_key.unique
    assert not settings("<work:businessKey/>", tag="process").business_key.unique


def test_decisions_results_calls_and_collections():
    assert settings('<work:decision key="risk" result="r"/>').decision == Decision(
        "risk", "deployment", "r"
    )
    assert settings('<work:result variable="total"/>').result == "total"
    assert settings('<work:in all="true"/><work:out source="=a" target="b"/>').call == Call(
        "deployment", (InOut(None, None, True),), (InOut("=a", "b"),)
    )
    assert settings('<work:call binding="latest"/>').call == Call("latest")
    assert settings('<work:collection value="=rows" item="row"/>').collection == Collection(
        "=rows", "row"
    )
    assert settings('<work:correlation key="=customer" unique="true"/>').correlation == (
        Correlation("=customer", True)
    )


def test_a_process_says_what_it_expects_and_who_may():
    found = settings(
        '<work:expect wait="PT4H" cost="12.50 EUR"/><work:owner person="ada" group="billing"/>'
        '<work:label variable="customer" name="Customer"/><work:mayStart groups="sales, billing"/>'
        '<work:visible groups="audit"/><work:data personal="name, customer.email" secret="pin"/>',
        tag="process",
    )

    assert found.expect == Expect("PT4H", "12.50 EUR")
    assert found.owner == Owner("ada", "billing")
    assert found.label == (Label("customer", "Customer"),)
    assert found.may_start == ("sales", "billing")
    assert found.visible == ("audit",)
    assert found.data == Data(("name", "customer.email"), ("pin",))


def test_a_timer_says_whether_it_catches_up():
    assert settings("", tag="timerEventDefinition", more=' work:catchUp="all"').catch_up == "all"


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("", ()),
        ("billing", ("billing",)),
        (" billing, =team ,", ("billing", "=team")),
        ('=["a", "b"], c', ('=["a", "b"]', "c")),
        ('=if x then "a, b" else f(1, 2), c', ('=if x then "a, b" else f(1, 2)', "c")),
    ],
)
def test_lists_are_split_at_commas_outside_of_expressions(text, entries):
    assert extensions.listed(text) == entries


def test_settings_are_expressions_only_with_an_equals_sign():
    assert extensions.is_feel(" = a")
    assert not extensions.is_feel("a = b")
    assert extensions.literal_or_feel("P2D", {}) == "P2D"


def test_the_descriptor_names_what_the_reader_reads():
    descriptor = json.loads(Path(extensions.__file__).with_name("work.json").read_text())
    own = {name for name, value in vars(extensions).items() if dataclasses.is_dataclass(value)}

    names = [each["name"] for each in descriptor["types"]]

    assert len(names) == len(set(names))
    inside_others = {"Instructions", "Result", "Input", "Output", "In", "Out", "CatchUp", "Point"}
    plain_groups = {"Visible", "MayStart", "WaitsFor"}
    assert set(names) - inside_others - plain_groups == own - {
        "Settings",
        "NOTHING",
        "Mapping",
        "InOut",
    }
