"""Decisions as processes use them."""

from decimal import Decimal

import pytest

from engine.dmn import decisions
from engine.dmn.errors import DecisionRefused, NoSuchDecision

HEAD = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" '
    'id="d" name="d" namespace="urn:test">'
)


def files(body: str) -> dict[str, bytes]:
    """One DMN file around the given elements."""
    return {"test.dmn": f"{HEAD}{body}</definitions>".encode()}


def table(rules: str, policy: str = 'hitPolicy="UNIQUE"', outputs: str = "") -> dict[str, bytes]:
    """A decision `route` with the input `amount`."""
    return files(
        '<decision id="route" name="Route"><decisionTable id="t" ' + policy + ">"
        '<input id="i" label="Amount"><inputExpression><text>amount</text>'
        "</inputExpression></input>"
        + (outputs or '<output id="o" name="lane"/>')
        + rules
        + "</decisionTable></decision>"
    )


def rule(name: str, test: str, *outputs: str) -> str:
    """One rule of a table."""
    entries = "".join(f"<outputEntry><text>{output}</text></outputEntry>" for output in outputs)
    return f'<rule id="{name}"><inputEntry><text>{test}</text></inputEntry>{entries}</rule>'


LOW = rule("low", "&lt; 100", '"auto"')
HIGH = rule("high", "&gt;= 100", '"manual"')


def test_a_table_reads_variables_that_no_input_data_declares():
    evaluation = decisions.load(table(LOW + HIGH)).evaluate("route", {"amount": 250})

    assert evaluation.outputs == "manual"
    assert evaluation.rules == (("high", 2),)
    assert evaluation.inputs == {"Amount": 250}


def test_a_decision_is_found_by_its_name_too():
    assert decisions.load(table(LOW)).evaluate("Route", {"amount": 1}).outputs == "auto"


def test_an_unknown_decision_is_not_found():
    with pytest.raises(NoSuchDecision):
        decisions.load(table(LOW)).evaluate("other", {})


def test_the_same_bytes_are_compiled_once():
    assert decisions.load(table(LOW)) is decisions.load(table(LOW))


def test_two_matches_of_a_unique_table_give_null_and_a_warning():
    evaluation = decisions.load(table(LOW + rule("all", "-", '"x"'))).evaluate(
        "route", {"amount": 1}
    )

    assert evaluation.outputs is None
    assert "UNIQUE" in evaluation.warnings[0]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ('hitPolicy="FIRST"', 5),
        ('hitPolicy="RULE ORDER"', [5, 7, 5]),
        ('hitPolicy="COLLECT"', [5, 7, 5]),
        ('hitPolicy="COLLECT" aggregation="SUM"', 17),
        ('hitPolicy="COLLECT" aggregation="COUNT"', 3),
        ('hitPolicy="COLLECT" aggregation="MIN"', 5),
        ('hitPolicy="COLLECT" aggregation="MAX"', 7),
        ('hitPolicy="ANY"', None),
        ('hitPolicy="PRIORITY"', 7),
        ('hitPolicy="OUTPUT ORDER"', [7, 5, 5]),
    ],
)
def test_hit_policies(policy, expected):
    rules = rule("a", "-", "5") + rule("b", "&gt; 0", "7") + rule("c", "1", "5")
    outputs = '<output id="o" name="n"><outputValues><text>7, 5</text></outputValues></output>'
    found = decisions.load(table(rules, policy, outputs)).evaluate("route", {"amount": 1})

    assert found.outputs == expected


def test_several_outputs_make_a_context():
    outputs = '<output id="o" name="lane"/><output id="p" name="days"/>'
    found = decisions.load(table(rule("a", "-", '"x"', "2"), outputs=outputs))

    assert found.evaluate("route", {}).outputs == {"lane": "x", "days": Decimal(2)}


def test_a_wrong_cell_is_refused_with_its_rule():
    with pytest.raises(DecisionRefused) as caught:
        decisions.load(table(rule("bad", "&lt; ", '"x"')))

    assert caught.value.context["problems"][0].element == "bad"


def test_check_tells_a_missing_requirement():
    problems = decisions.check(
        files(
            '<decision id="a" name="a"><informationRequirement>'
            '<requiredDecision href="#b"/></informationRequirement></decision>'
        )
    )

    assert [problem.rule for problem in problems] == ["requirement_missing", "no_logic"]


def test_decisions_that_need_each_other_end():
    requirement = (
        "<informationRequirement><requiredDecision href='#{}'/></informationRequirement>"
        "<literalExpression><text>{} + 1</text></literalExpression>"
    )
    circle = files(
        f'<decision id="a" name="a">{requirement.format("b", "b")}</decision>'
        f'<decision id="b" name="b">{requirement.format("a", "a")}</decision>'
    )

    assert decisions.load(circle, tolerant=True).evaluate("a", {}).outputs is None
