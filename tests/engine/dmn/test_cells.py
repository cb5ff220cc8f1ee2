"""Cells that can never fit their columns keep a table from being deployed."""

import pytest

from engine.dmn import decisions
from engine.dmn.errors import DecisionRefused
from tests.engine.dmn.dmn_files import decision, definitions

TABLE = """
<decisionTable id="t" hitPolicy="UNIQUE">
  <input id="i" label="Amount">
    <inputExpression typeRef="{kind}"><text>amount</text></inputExpression>
  </input>
  <output id="o" name="out" typeRef="{gives}">{values}</output>
  <rule id="r1"><inputEntry><text>{cell}</text></inputEntry>
    <outputEntry><text>{answer}</text></outputEntry></rule>
</decisionTable>
"""
ALLOWED = '<outputValues><text>"low", "high"</text></outputValues>'
ITEMS = """
<itemDefinition name="Amount"><typeRef>number</typeRef></itemDefinition>
<itemDefinition name="Amounts" isCollection="true"><typeRef>number</typeRef></itemDefinition>
"""


def refused(*, kind="number", cell="1", gives="string", answer='"low"', values=""):
    body = TABLE.format(kind=kind, cell=cell, gives=gives, answer=answer, values=values)
    try:
        decisions.compiled({"d.dmn": definitions(ITEMS + decision("d", body))})
    except DecisionRefused as refusal:
        return [(each.element, each.rule, each.message) for each in refusal.context["problems"]]
    return []


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("number", '"c"'),
        ("number", '1, "c"'),
        ("number", '["a".."c"]'),
        ("Amount", '"c"'),
        ("string", "5"),
        ("date", '"2026-01-01"'),
        ("boolean", '"true"'),
        ("duration", "5"),
    ],
)
def test_a_cell_of_another_type_is_refused(kind, cell):
    [(element, rule, message)] = refused(kind=kind, cell=cell)

    assert (element, rule) == ("r1", "wrong_type")
    assert message.startswith("Rule 1, Amount: ")


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("number", "-"),
        ("number", "null"),
        ("number", "&gt; 5"),
        ("number", "not(5)"),
        ("number", "? + 1 = 3"),
        ("Amount", "[1..5)"),
        ("Amounts", "5"),
        ("Any", '"c", 5'),
        ("date", 'date("2026-01-01")'),
        ("duration", 'duration("P2D")'),
        ("boolean", "true"),
    ],
)
def test_a_cell_that_may_match_is_taken(kind, cell):
    assert refused(kind=kind, cell=cell) == []


@pytest.mark.parametrize(
    ("gives", "answer", "values"),
    [("string", "5", ""), ("Amount", '"c"', ""), ("string", '"lost"', ALLOWED)],
)
def test_an_output_that_does_not_fit_is_refused(gives, answer, values):
    [(element, rule, message)] = refused(gives=gives, answer=answer, values=values)

    assert (element, rule) == ("r1", "wrong_type")
    assert message.startswith("Rule 1, out: ")


@pytest.mark.parametrize(
    ("gives", "answer", "values"),
    [
        ("string", '"high"', ALLOWED),
        ("string", "amount", ""),
        ("Any", "5", ""),
        ("Amounts", "5", ""),
    ],
)
def test_an_output_that_may_fit_is_taken(gives, answer, values):
    assert refused(gives=gives, answer=answer, values=values) == []


@pytest.mark.parametrize(
    ("kind", "cell", "answer", "found"),
    [
        ("string", "gold", '"low"', ["Amount: gold"]),
        ("number", "1", "low", ["out: low"]),
        ("string", '"gold"', "null", []),
        ("number", "limit", '"low"', []),
        ("string", "amount", '"low"', []),
        ("string", 'starts with(?, "g")', '"low"', []),
    ],
)
def test_a_text_without_quotes_is_told(kind, cell, answer, found):
    body = TABLE.format(kind=kind, cell=cell, gives="string", answer=answer, values="")
    problems = decisions.check({"d.dmn": definitions(ITEMS + decision("d", body))})

    told = [each for each in problems if each.rule == "bare_text"]
    assert [(each.element, each.severity) for each in told] == [("r1", "warning")] * len(found)
    assert [each.message.split(" is read")[0] for each in told] == [
        f"Rule 1, {one}" for one in found
    ]
