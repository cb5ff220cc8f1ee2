"""A case shows the decisions that were made in it: the table, and the rows that matched."""

import re

import pytest

from core import db as database
from core.people import SYSTEM
from designer import starters
from engine import deployments
from tests.browsing import signed_in
from tests.build import process
from tests.screens import casework

HEAD = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
 namespace="urn:test"><decision id="discount" name="Discount">{requires}
 <decisionTable hitPolicy="{policy}">
 <input label="Customer"><inputExpression><text>kind</text></inputExpression></input>
 <input><inputExpression><text>amount</text></inputExpression></input>
 <output name="percent"/>"""
RULE = (
    '<rule id="r{at}"><inputEntry><text>{kind}</text></inputEntry>'
    "<inputEntry><text>{amount}</text></inputEntry>"
    "<outputEntry><text>{percent}</text></outputEntry></rule>"
)


def table(*rules, policy="UNIQUE", requires="", more=""):
    rows = "".join(
        RULE.format(at=at, kind=kind, amount=amount, percent=percent)
        for at, (kind, amount, percent) in enumerate(rules, 1)
    )
    head = HEAD.format(policy=policy, requires=requires)
    return f"{head}{rows}</decisionTable></decision>{more}</definitions>".encode()


def decide(decision: bytes, **variables):
    drawing = process("sale").business_rule_task("rate", "discount", result="percent")
    files = {"sale.bpmn": bytes(drawing.user_task("sell").end()), "discount.dmn": decision}
    with database.transaction() as session:
        deployments.deploy(session, files, by=SYSTEM)
    return casework.start("sale", **variables)


def rows(page: str) -> list[str]:
    """The table's rows as text, those that are lit marked with a star."""
    page = "".join(re.findall(r'<table class="decision__table">(.*?)</table>', page, re.DOTALL))
    found = re.findall(r'<tr( class="decision__match")?>(.*?)</tr>', page, re.DOTALL)
    return [
        "*" * bool(lit) + " ".join(re.sub(r"<[^>]+>", " ", cells).split()) for lit, cells in found
    ]


@pytest.fixture
def olga(app):
    return signed_in(app, "olga", "operator")


def test_the_row_that_matched_is_lit(olga):
    decision = table(
        ('"private"', "-", 0), ('"business"', "&lt; 1000", 5), ('"business"', ">= 1000", 9)
    )
    case = decide(decision, kind="business", amount=2000)

    page = olga.get(f"/cases/{case}").text

    assert rows(page) == [
        "U Customer amount percent",
        "1 &#34;private&#34; - 0",
        "2 &#34;business&#34; &lt; 1000 5",
        "*matched 3 &#34;business&#34; &gt;= 1000 9",
    ]
    assert "Rule 3 matched" in page
    assert "version 1" in page


def test_no_match_and_several_matches_are_told(olga):
    decision = table(('"a"', "> 1", 1), ('"a"', "> 2", 2), ('"b"', "-", 3), policy="COLLECT")

    several = olga.get(f"/cases/{decide(decision, kind='a', amount=5)}").text
    none = olga.get(f"/cases/{casework.start('sale', kind='c', amount=5)}").text

    assert "Rules 1, 2 matched" in several
    assert [row[0] for row in rows(several)] == ["C", "*", "*", "3"]
    assert "No rule matched" in none


def test_of_a_large_table_the_rules_that_matched_are_shown(olga):
    decision = table(*(('"a"', at, at * 10) for at in range(1, 101)))
    case = decide(decision, kind="a", amount=70)

    page = olga.get(f"/cases/{case}").text

    assert rows(page)[1:] == ["*matched 70 &#34;a&#34; 70 700"]
    assert "99 other rules did not match." in page


def test_the_log_keeps_the_version_that_decided(app, olga):
    first = decide(table(('"a"', "-", 1)), kind="a", amount=1)
    second = decide(table(('"a"', "-", 2)), kind="a", amount=1)

    assert "*matched 1 &#34;a&#34; - 1" in rows(olga.get(f"/cases/{first}").text)
    assert "*matched 1 &#34;a&#34; - 2" in rows(olga.get(f"/cases/{second}").text)


def test_rules_are_told_by_table_where_several_took_part_and_a_formula_has_none(olga):
    tables = starters.get("two_tables").content("discount", "Discount").encode()
    formula = starters.get("blank_formula").content("discount", "Discount").encode()

    several = olga.get(f"/cases/{decide(tables, amount=10, **{'known customer': True})}").text
    computed = olga.get(f"/cases/{decide(formula, amount=10)}").text

    assert "size: Rule 1 matched · Discount: Rule 1 matched" in several
    assert "No rule matched" not in computed
    assert "Decided" in computed
