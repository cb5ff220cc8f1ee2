"""What is personal or secret is masked where people draw and try."""

import json
import re
from decimal import Decimal

import pytest

from designer import previews, samples
from engine import deployments, instances
from engine.bpmn.process_reader import models
from engine.bpmn.reader import read
from forms import check, classes, schema
from tests.build import process
from work import masking

#: Says of a process what of its variables is personal or secret.
MARK = (
    '<extensionElements xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">'
    '<work:data secret="pin" personal="age" xmlns:work="urn:back-office:bpmn:work:1"/>'
    "</extensionElements>"
)
KNOWN = {("name",): "personal", ("bank", "iban"): "personal", ("rows", "born"): "personal"}


def form(*components, key="asked"):
    return json.dumps(
        {"type": "default", "id": key, "schemaVersion": 16, "components": list(components)}
    ).encode()


def text_field(key, kind=None, **more):
    properties = {"properties": {"class": kind}} if kind else {}
    return {"type": "textfield", "id": key, "key": key, "label": key, **properties, **more}


def test_fields_say_their_class_and_groups_that_of_all_in_them():
    found = classes.of(
        schema.parse(
            form(
                text_field("name", "personal"),
                text_field("tariff"),
                {
                    "type": "group",
                    "id": "g",
                    "path": "bank",
                    "properties": {"class": "secret"},
                    "components": [text_field("iban")],
                },
            )
        )
    )

    assert found == {("name",): "personal", ("bank",): "secret", ("bank", "iban"): "secret"}


def test_a_class_that_nothing_knows_is_an_error():
    (problem,) = check(form(text_field("name", "persnal")))

    assert (problem.rule, problem.severity) == ("form_class", "error")


def test_stand_ins_have_the_types_of_what_they_stand_for():
    values = {
        "name": "Anna",
        "bank": {"iban": "DE02", "right": True},
        "rows": [{"born": "1990-02-03", "n": 2}, {"born": None}],
    }

    assert masking.stand_ins(values, KNOWN) == {
        "name": "masked",
        "bank": {"iban": "masked", "right": True},
        "rows": [{"born": "2000-01-01", "n": 2}, {"born": None}],
    }
    assert masking.stand_ins({"name": "a@b.example"}, KNOWN) == {"name": "masked@example.invalid"}
    assert masking.stand_ins({"name": Decimal("3.5")}, KNOWN) == {"name": 1}


def test_no_sentence_tells_a_value_of_a_class():
    values = [{"name": "Anna Becker", "rows": [{"born": "1990-02-03"}], "tariff": "gas"}]

    told = masking.redacted("gas of Anna Becker, 1990-02-03, goes nowhere", values, KNOWN)

    assert told == "gas of •••, •••, goes nowhere"


@pytest.fixture
def case(session, grace, ada, clock_at):
    """A case in which somebody's name and age were asked; the age by name of the process."""
    drawing = process("claim").user_task("ask").end("done")
    text = bytes(drawing).decode()
    data = re.sub(r"(<(\w+:)?process [^>]*>)", rf"\1{MARK}", text, count=1).encode()
    deployments.deploy(session, {"claim.bpmn": data}, by=grace)
    values = {"age": 44, "pin": "1234", "amount": 3}
    return instances.start(session, key="claim", variables=values, by=grace)


@pytest.mark.parametrize(
    "text", ["age", "age + amount", "if age > 40 then 1 else 2", 'pin = "1234"']
)
def test_a_preview_shows_nothing_that_depends_on_it(session, case, grace, text):
    with pytest.raises(previews.ValueMasked):
        previews.preview(session, case.id, "ask", f"={text}", by=grace)
    if text != 'pin = "1234"':
        with pytest.raises(previews.ValueMasked):
            previews.value_of(session, case.id, "ask", f"={text}", by=grace)


@pytest.mark.parametrize(("text", "value"), [("amount * 2", "6"), ("age > 40", "true")])
def test_a_preview_shows_the_rest_and_whether_a_condition_holds(session, case, grace, text, value):
    assert previews.preview(session, case.id, "ask", f"={text}", by=grace).value == value


def test_samples_of_real_cases_are_made_up_where_they_are_of_a_class(session, grace, clock_at):
    drawing = process("claim").script_task("find", '"Anna"', result="name")
    data = bytes(drawing.script_task("rate", '"gas"', result="tariff").end("done"))
    deployments.deploy(session, {"claim.bpmn": data}, by=grace)
    instances.start(session, key="claim", by=grace)
    (model,) = models(read(data))

    found = samples.of_process(session, model, [], KNOWN)

    assert found["find"] == [{"origin": "case", "returns": {"name": "masked"}}]
    assert found["rate"] == [{"origin": "case", "returns": {"tariff": "gas"}}]
