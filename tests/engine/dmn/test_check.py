"""What people are told about their decisions before anything is deployed."""

import pytest

from engine.dmn import decisions
from engine.dmn.errors import DecisionRefused
from tests.engine.dmn.dmn_files import decision, definitions, literal, requires, table


def found(body: str) -> list[tuple[str, str | None]]:
    """Rule and element of each problem."""
    return [
        (problem.rule, problem.element) for problem in decisions.check({"a.dmn": definitions(body)})
    ]


def messages(body: str) -> list[str]:
    """The sentences of all problems."""
    return [problem.message for problem in decisions.check({"a.dmn": definitions(body)})]


def test_a_complete_table_has_no_problem():
    rows = [["< 10", "1"], ["[10..20)", "2"], [">= 20", "3"]]

    assert found(decision("d1", table(["age"], rows))) == []


def test_a_gap_is_told_with_an_example():
    rows = [["< 10", '"yes"', "1"], [">= 12", "-", "2"], ["< 10", '"no"', "3"]]

    assert set(messages(decision("d1", table(["age", "member"], rows)))) == {
        "No rule matches age = 10: the decision is null then.",
        "No rule matches age = 9, member = another text: the decision is null then.",
    }


def test_a_default_closes_all_gaps():
    output = '<output name="o"><defaultOutputEntry><text>0</text></defaultOutputEntry></output>'

    assert found(decision("d1", table(["age"], [["1", "1"]], outputs=output))) == []


def test_a_table_without_rules_decides_nothing():
    assert messages(decision("d1", table(["age"], []))) == [
        "This table has no rules: nothing is ever decided."
    ]


def test_allowed_texts_that_no_cell_names_are_inputs_too():
    def said(*rules):
        logic = table(["age"], [list(rule) for rule in rules], "FIRST").replace(
            "</inputExpression>",
            '</inputExpression><inputValues><text>"a","b"</text></inputValues>',
        )
        return messages(decision("d1", logic))

    assert said(('"a"', "1")) == ['No rule matches age = "b": the decision is null then.']
    assert said(('"a"', "1"), ("-", "2")) == []
    assert said(('"a"', "1"), ('"b"', "2")) == []


def test_booleans_have_two_values():
    assert found(decision("d1", table(["ok"], [["true", "1"], ["false", "2"]]))) == []
    assert messages(decision("d1", table(["ok"], [["true", "1"]]))) == [
        "No rule matches ok = false: the decision is null then."
    ]


def test_rules_that_clash_are_told_with_an_example():
    rows = [["< 10", "1"], ["[5..30]", "2"], ["> 30", "3"]]

    assert messages(decision("d1", table(["age"], rows))) == [
        "Rules 1 and 2 both match age = 5, which hit policy UNIQUE forbids."
    ]


def test_rules_of_an_any_table_may_agree():
    rows = [["< 10", "1"], ["< 20", "1"], [">= 20", "2"]]

    assert found(decision("d1", table(["age"], rows, "ANY"))) == []


def test_a_rule_behind_wider_ones_is_never_reached():
    rows = [["< 10", "1"], [">= 10", "2"], ["[3..30]", "3"]]

    assert found(decision("d1", table(["age"], rows, "FIRST"))) == [("table_unreachable", "r3")]


def test_a_cell_that_nothing_fits_is_told():
    rows = [["[20..10]", "1"], ["-", "2"]]

    assert ("table_unreachable", "r1") in found(decision("d1", table(["age"], rows)))


def test_cells_that_must_be_evaluated_are_never_called_wrong():
    rows = [["? > limit", "1"], ["not(3)", "2"]]

    assert found(decision("d1", table(["age"], rows, "FIRST"))) == []


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (decision("d1", table(["a"], [["1", "2", "3"]])), "table_shape"),
        (decision("d1", literal("1 +")), "feel_syntax"),
        (decision("d1", literal("1"), type_ref="tNothing"), "unknown_type"),
        (decision("d1", literal("1"), requirements=requires("#x")), "requirement_missing"),
        (decision("d1", literal("1"), requirements=requires("#d1")), "circular_requirement"),
        (decision("d1", literal("1")) + decision("d1", literal("2")), "duplicate_name"),
        (decision("d1", table(["a"], [["1", "2"]], "SOMETIMES")), "hit_policy"),
    ],
)
def test_mistakes_refuse_the_file(body, rule):
    if rule == "duplicate_name":
        body = body.replace('id="d1"', 'id="d2"', 1)

    with pytest.raises(DecisionRefused) as caught:
        decisions.load({"a.dmn": definitions(body)})

    assert rule in [problem.rule for problem in caught.value.context["problems"]]


def test_what_is_no_dmn_is_refused():
    with pytest.raises(DecisionRefused):
        decisions.load({"a.dmn": b"<definitions/>"})
    with pytest.raises(DecisionRefused):
        decisions.load({"a.dmn": b"nothing"})


def test_a_doubtful_expression_is_a_warning_only():
    body = decision("d1", literal('sume([1]) + date("2020-13-01")'))

    assert {problem.severity for problem in decisions.check({"a.dmn": definitions(body)})} == {
        "warning"
    }
    assert decisions.load({"a.dmn": definitions(body)}).evaluate("d1", {}).outputs is None


def test_a_large_table_is_looked_at_in_bounded_time():
    rows = [[f">= {at}", f'"v{at % 7}"', f"< {at * 3}", str(at)] for at in range(600)]

    assert len(found(decision("d1", table(["a", "b", "c"], rows)))) <= 620


@pytest.mark.parametrize(
    ("cells", "example"),
    [
        (['< date("2026-01-01")', '> date("2026-01-01")'], "x = 2026-01-01"),
        (['<= date("2026-01-01")', '>= date("2026-01-03")'], "x = 2026-01-02"),
        (['< duration("P1Y")', '> duration("P1Y")'], "x = P1Y"),
        (['<= duration("P1Y")', '>= duration("P2Y")'], "x = P1Y1M"),
        (['< "b"', '> "b"'], 'x = "b"'),
        (["<= 1", ">= 2"], "x = 1.5"),
        (["true"], "x = false"),
        (['"a"'], "x = another text"),
    ],
)
def test_a_gap_between_values_of_any_kind_has_an_example(cells, example):
    rows = [[cell, str(at)] for at, cell in enumerate(cells)]

    assert messages(decision("d1", table(["x"], rows))) == [
        f"No rule matches {example}: the decision is null then."
    ]


def test_days_that_follow_each_other_leave_no_gap():
    rows = [['<= date("2026-01-01")', "1"], ['>= date("2026-01-02")', "2"]]

    assert messages(decision("d1", table(["x"], rows))) == []


def test_each_gap_of_a_column_is_told_once():
    rows = [["< 1", "1"], ["[5..6)", "2"], ["> 9", "3"]]

    assert messages(decision("d1", table(["x"], rows))) == [
        "No rule matches x = 1: the decision is null then.",
        "No rule matches x = 6: the decision is null then.",
    ]


def test_a_table_whose_cells_do_not_fit_its_columns_is_refused():
    short = table(["x", "y"], [["1", "2"]])
    twice = table(["x"], [["-", "1"]], outputs='<output name="a"/><output name="b"/>')

    assert ("table_shape", "r1") in found(decision("d1", short))
    assert ("table_shape", "r1") in found(decision("d1", twice))


def test_a_policy_that_lacks_what_it_needs_is_told():
    priority = table(["x"], [["-", "1"]], policy="PRIORITY")
    several = (
        '<decisionTable id="t" hitPolicy="COLLECT" aggregation="SUM"><output name="a"/>'
        '<output name="b"/><rule id="r"><outputEntry><text>1</text></outputEntry>'
        "<outputEntry><text>2</text></outputEntry></rule></decisionTable>"
    )
    none = '<decisionTable id="t"><input id="i"><inputExpression><text>x</text></inputExpression>'

    assert ("table_priority", "t") in found(decision("d1", priority))
    assert ("table_aggregation", "t") in found(decision("d1", several))
    assert ("table_outputs", "t") in found(decision("d1", none + "</input></decisionTable>"))


def test_a_table_with_a_wrong_cell_is_not_analysed_as_well():
    rows = [["< 1 +", "1"], ["> 0", "2"]]

    assert [rule for rule, _ in found(decision("d1", table(["x"], rows)))] == ["feel_syntax"]


def test_an_id_that_several_elements_have_is_told():
    assert ("duplicate_id", "d1") in found(
        decision("d1", literal("1")) + decision("d2", literal("2")).replace('id="d2"', 'id="d1"')
    )
