"""Item definitions: components, collections, allowed values and constraints."""

import pytest

from engine.dmn import decisions
from tests.engine.dmn.dmn_files import decision, definitions, literal

ITEMS = """
<itemDefinition name="tSize"><typeRef>string</typeRef>
  <allowedValues><text>"S","L"</text></allowedValues></itemDefinition>
<itemDefinition name="tSizes" isCollection="true"><typeRef>tSize</typeRef>
  <typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>
<itemDefinition name="tPoint">
  <itemComponent name="x"><typeRef>number</typeRef></itemComponent>
  <itemComponent name="label"><typeRef>tSize</typeRef></itemComponent></itemDefinition>
<itemDefinition name="tRule"><functionItem outputTypeRef="number">
  <parameters name="n" typeRef="number"/></functionItem></itemDefinition>
"""


def value(kind: str, text: str):
    """What is left of a value where a type is expected."""
    body = ITEMS + decision("d", literal(text), type_ref=kind)
    return decisions.compiled({"d.dmn": definitions(body)}).evaluate("d", {}).outputs


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("tSize", '"S"', "S"),
        ("tSize", '"M"', None),
        ("tSize", '["L"]', "L"),
        ("tSize", "null", None),
        ("tSizes", '["S", "L"]', ["S", "L"]),
        ("tSizes", '"S"', ["S"]),
        ("tSizes", '["S", null]', ["S", None]),
        ("tSizes", '["S", "M"]', None),
        ("tSizes", '["S", "L", "S"]', None),
        ("tPoint", '{x: 1, label: "S"}', {"x": 1, "label": "S"}),
        ("tPoint", '{x: 1, label: "S", more: 2}', {"x": 1, "label": "S", "more": 2}),
        ("tPoint", "{x: 1}", None),
        ("tPoint", '{x: 1, label: "M"}', None),
        ("tPoint", "5", None),
    ],
)
def test_a_value_fits_its_type_or_is_null(kind, text, expected):
    assert value(kind, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"S" instance of tSize', True),
        ('"M" instance of tSize', False),
        ('["S"] instance of tSizes', True),
        ('"S" instance of tSizes', False),
        ('["S", 1] instance of tSizes', False),
        ('{x: 1, label: "S"} instance of tPoint', True),
        ("{x: 1, label: null} instance of tPoint", True),
        ("{x: 1} instance of tPoint", False),
        ("7 instance of tPoint", False),
        ("(function(n: number) n + 1) instance of tRule", True),
        ("(function(n: string) 1) instance of tRule", False),
        ("[] instance of list<tPoint>", True),
    ],
)
def test_a_value_is_an_instance_of_a_defined_type(text, expected):
    assert value("Any", text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lines[net-price > 1].net-price", [3]),
        ("lines[item.net-price > 1 and 1 < net-price][1].net-price", 3),
        ("[{net: 5, price: 1}][net-price > 2].net", [5]),
        ("[{tax-free: true}][tax-free].tax-free", [True]),
    ],
)
def test_entries_with_operators_in_their_names_are_found_in_filters(text, expected):
    kind = (
        '<itemDefinition name="tLine"><itemComponent name="net-price">'
        "<typeRef>number</typeRef></itemComponent></itemDefinition>"
    )
    if "net:" in text:
        kind = ""
    files = {"d.dmn": definitions(kind + decision("d", literal(text)))}
    found = decisions.compiled(files, tolerant=True).evaluate(
        "d", {"lines": [{"net-price": 3}, {"net-price": 1}]}
    )
    assert found.outputs == expected
