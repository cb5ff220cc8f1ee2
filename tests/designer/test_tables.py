"""A deployed decision to look at: what analysts call its columns, and why each rule is there."""

import pytest

from designer import tables

FILE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d">
  <decision id="fee" name="Fee">
    <decisionTable id="table">
      <input id="i1"><inputExpression><text>amount</text></inputExpression></input>
      <output id="o1" name="fee" label="Fee in euro"/>
      {columns}
      <rule id="r1">{why}<inputEntry><text>1</text></inputEntry><outputEntry><text>5</text></outputEntry>{more}</rule>
      <rule id="r2"><inputEntry><text>2</text></inputEntry><outputEntry><text>9</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>"""  # noqa: E501

ENTRY = "<annotationEntry><text>By law</text></annotationEntry>"


@pytest.mark.parametrize(
    ("parts", "titles", "said"),
    [
        ({}, (), ()),
        ({"why": "<description>By law</description>"}, ("",), ("By law",)),
        ({"columns": '<annotation name="Source"/>', "more": ENTRY}, ("Source",), ("By law",)),
        ({"columns": '<annotation name="Source"/>'}, ("Source",), ()),
        ({"more": ENTRY * 2}, ("", ""), ("By law", "By law")),
    ],
    ids=["none", "a text", "a column", "an empty column", "columns without names"],
)
def test_rules_show_what_explains_them(parts, titles, said):
    (picture,) = tables.of(FILE.format(**{"columns": "", "why": "", "more": "", **parts}))

    assert picture.annotations == titles
    assert picture.rules[0].annotations == said
    assert picture.table.outputs[0].title == "Fee in euro"
