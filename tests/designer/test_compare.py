"""What differs between two states, in words; and the pages that show it and go back."""

import json
import re

import pytest

from designer import starters
from designer.compare import compare
from tests.designer.test_merge import BASE, MORE, moved, renamed, without
from tests.designer.test_pages import Analyst, analyst, config_of

__all__ = ["Analyst", "analyst"]


def told(kind, before, after):
    return {(change.kind, change.element_id) for change in compare(kind, before, after)}


def details_of(kind, before, after, element):
    [change] = [each for each in compare(kind, before, after) if each.element_id == element]
    return {detail.label: (detail.before, detail.after) for detail in change.details}


def test_what_is_new_gone_changed_and_moved_is_told():
    after = moved(without(renamed(MORE, "Decide", "Judge"), "chased", "to_chased"), "approved", 640)

    found = told("process", BASE, after)

    assert {("added", "tell"), ("removed", "chased"), ("changed", "decide")} <= found
    assert ("moved", "approved") in found
    assert told("process", BASE, BASE) == set()


def test_a_flow_between_what_stays_is_told():
    after = without(BASE, "to_chased")

    [gone] = compare("process", BASE, after)
    [new] = compare("process", after, BASE)

    assert (gone.kind, gone.name) == ("removed", "Chase the decision → Chased")
    assert (new.kind, new.element_id) == ("added", "to_chased")


def test_each_property_is_told_with_what_it_was():
    after = (
        BASE.replace('due="P2D"', 'due="P3D" remind="P1D"')
        .replace("Look at the request and decide.", "Look twice.")
        .replace('=approved = "yes"', "=approved")
        .replace(">P3D<", ">P5D<")
    )

    decide = details_of("process", BASE, after, "decide")

    assert decide["due date: due"] == ("P2D", "P3D")
    assert decide["due date: reminder"] == ("", "P1D")
    assert decide["instructions"] == ("Look at the request and decide.", "Look twice.")
    assert details_of("process", BASE, after, "to_approved") == {
        "condition": ('=approved = "yes"', "=approved")
    }
    late = details_of("process", BASE, after, "late")
    assert list(late.values()) == [("P3D", "P5D")]


def test_inputs_of_a_connector_are_told_by_name():
    before = starters.get("partner_call").content("order", "Order")
    after = before.replace("https://partner.example/orders", "https://partner.example/v2")

    changed = details_of("process", before, after, "call_partner")

    assert [label.rsplit(": ", 1)[-1] for label in changed] == ["url"]


TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
  <decision id="fee" name="Fee"><variable name="Fee" />
    <decisionTable id="table" hitPolicy="UNIQUE">
      <input id="i1" label="Amount"><inputExpression id="e1"><text>amount</text></inputExpression></input>
      <output id="o1" name="fee" typeRef="number" />
      <rule id="r1"><inputEntry id="c1"><text>&lt; 100</text></inputEntry><outputEntry id="c2"><text>5</text></outputEntry></rule>
      <rule id="r2"><inputEntry id="c3"><text>&gt;= 100</text></inputEntry><outputEntry id="c4"><text>9</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>"""  # noqa: E501


def test_rules_cells_and_columns_of_a_table_are_told():
    rule = re.search(r"<rule id=\"r1\">.*?</rule>", TABLE)[0]
    after = (
        TABLE.replace("<text>9</text>", "<text>12</text>")
        .replace("UNIQUE", "FIRST")
        .replace('label="Amount"', 'label="Sum"')
        .replace(rule, rule + rule.replace("r1", "r3").replace("100", "10"))
    )

    found = told("decision", TABLE, after)

    assert found == {("changed", "table"), ("changed", "i1"), ("added", "r3"), ("changed", "r2")}
    assert details_of("decision", TABLE, after, "r2") == {"result “fee”": ("9", "12")}
    assert details_of("decision", TABLE, after, "table") == {"hit policy": ("U", "F")}
    assert told("decision", after, TABLE) >= {("removed", "r3")}


def test_what_explains_a_rule_is_told_and_a_column_goes_by_its_label():
    labelled = TABLE.replace('name="fee" typeRef', 'name="fee" label="Fee in euro" typeRef')
    explained = labelled.replace(
        '<rule id="r2">', '<rule id="r2"><description>Large</description>'
    ).replace("<text>9</text>", "<text>12</text>")

    assert details_of("decision", labelled, explained, "r2") == {
        "result “Fee in euro”": ("9", "12"),
        "note": ("", "Large"),
    }


def test_rules_that_changed_places_are_told_once():
    first, second = re.findall(r"<rule id=.*?</rule>", TABLE)
    after = TABLE.replace(first, "!").replace(second, first).replace("!", second)

    assert len([kind for kind, _ in told("decision", TABLE, after) if kind == "moved"]) == 1


def test_a_new_column_is_told_and_not_every_rule():
    column = (
        '<input id="i2" label="Land"><inputExpression><text>land</text></inputExpression></input>'
    )
    after = (
        TABLE.replace("<output id", column + "<output id")
        .replace(
            '<outputEntry id="c2">',
            "<inputEntry><text></text></inputEntry>" + '<outputEntry id="c2">',
        )
        .replace(
            '<outputEntry id="c4">',
            "<inputEntry><text></text></inputEntry>" + '<outputEntry id="c4">',
        )
    )

    assert told("decision", TABLE, after) == {("added", "i2")}


def form(*components, name="Ask"):
    return json.dumps({"id": "ask", "name": name, "components": list(components)})


def test_fields_of_a_form_are_told_wherever_they_stand():
    why = {"id": "f1", "key": "why", "label": "Why", "type": "textarea"}
    sure = {"id": "f2", "key": "sure", "label": "Sure?", "type": "checkbox"}
    group = {"id": "g", "type": "group", "label": "More", "components": [sure]}
    asked = {**why, "label": "Reason", "validate": {"required": True}}

    found = told("form", form(why, sure), form(asked, group, name="Ask them"))

    assert found == {("changed", ""), ("changed", "f1"), ("added", "g"), ("moved", "f2")}
    assert details_of("form", form(why), form(asked), "f1") == {
        "label": ("Why", "Reason"),
        "required": ("", "true"),
    }
    assert told("form", form(why, sure), form(sure)) == {("removed", "f1")}


@pytest.fixture
def deployed(analyst):
    """A draft that was deployed as version 1 and then went on; its address and its config."""
    page = analyst.begin()
    config = config_of(analyst.get(page))
    analyst.send("POST", config["urls"]["deployment"], {"message": "The first"})
    text = renamed(config["draft"]["content"], "Decide", "Judge")
    analyst.send("PUT", config["urls"]["draft"], {"content": text, "revision": 1})
    return page, config


def test_the_history_keeps_compares_and_restores(analyst, deployed):
    page, config = deployed
    analyst.post(f"{page}/history", message="Before the workshop")

    history = analyst.page(f"{page}/history")
    refs = re.findall(r'data-row="([^"]+)"', history)
    link = re.search(r'href="(/designer/comparison[^"]+version[^"]+)"', history)[1]
    compared = analyst.page(link.replace("&amp;", "&"))
    answer = analyst.post(f"{page}/restorations", state=refs[1])

    assert "Before the workshop" in history
    assert "The first" in history
    assert [ref.split(":")[0] for ref in refs] == ["milestone", "version"]
    assert "<del>Decide</del>" in compared
    assert "<ins>Judge</ins>" in compared
    assert json.loads(re.search(r"data-marks>(.*?)</script>", compared)[1]) == {"decide": "changed"}
    assert answer.status_code == 303
    assert config_of(analyst.get(page))["draft"]["content"] == config["draft"]["content"]
    assert "Before going back to version 1" in analyst.page(f"{page}/history")
    assert analyst.post(f"{page}/restorations", state=refs[0]).status_code == 303


def test_a_milestone_without_words_is_refused_with_the_reason(analyst):
    page = analyst.begin()

    analyst.post(f"{page}/history", message=" ")

    assert "Say in 1 to 500 characters" in analyst.page(f"{page}/history")


def test_versions_are_compared_and_what_cannot_be_is_refused(analyst, deployed):
    page, config = deployed
    analyst.send("POST", config["urls"]["deployment"], {"message": ""})
    version = re.search(r'"(/designer/versions/[^"]+)"', analyst.get("/designer").text)[1]
    link = re.search(r'href="(/designer/comparison[^"]+)"', analyst.page(version))[1]
    form_page = analyst.begin("Decision", "decision_form")
    form_ref = f"draft:{form_page.rsplit('/', 1)[1]}"
    draft_ref = f"draft:{config['draft']['id']}"

    assert analyst.get(link.replace("&amp;", "&")).status_code == 200
    assert (
        analyst.get(f"/designer/comparison?before={form_ref}&after={draft_ref}").status_code == 422
    )
    assert analyst.get("/designer/comparison?before=draft:x&after=1").status_code == 404
    unknown = "milestone:00000000-0000-0000-0000-000000000000"
    assert analyst.get(f"/designer/comparison?before={unknown}&after=1").status_code == 404
    assert analyst.post(f"{page}/restorations", state="nothing").status_code == 404


def test_what_cannot_be_read_is_said_in_the_comparison(analyst, deployed):
    page, config = deployed
    analyst.send("PUT", config["urls"]["draft"], {"content": "<broken", "revision": 2})

    compared = analyst.page(
        re.search(r'href="(/designer/comparison[^"]+)"', analyst.page(f"{page}/history"))[
            1
        ].replace("&amp;", "&")
    )

    assert "cannot be read" in compared
