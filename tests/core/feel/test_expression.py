"""Expressions as the rest of the house uses them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core import feel


def test_numbers_of_the_context_are_read_as_decimals():
    assert feel.compile("a + b")({"a": 0.1, "b": 2}) == Decimal("2.1")


def test_a_leading_equals_sign_is_allowed():
    assert feel.compile("= 1 + 2 * 3")({}) == 7


def test_names_may_contain_spaces_without_being_declared():
    expression = feel.compile("Monthly Salary * 12")

    assert expression({"Monthly Salary": 1000}) == 12000
    assert expression.names == {"Monthly Salary"}


def test_names_with_operators_are_found_when_they_are_declared():
    assert feel.compile("a-b", names={"a-b"})({"a-b": 5}) == 5


def test_nonsense_gives_null_and_says_why():
    result = feel.compile('missing + "a"').evaluate({})

    assert result.value is None
    assert "There is no variable missing" in result.warnings


def test_a_wrong_text_says_where():
    with pytest.raises(feel.FeelSyntaxError) as caught:
        feel.compile("1 + * 2")

    assert caught.value.position == 4


def test_unary_tests_take_the_value_and_the_context():
    tests = feel.unary_tests("< limit, [90..100]")

    assert tests(5, {"limit": 10}) is True
    assert tests(95, {"limit": 10}) is True
    assert tests(50, {"limit": 10}) is False


def test_a_dash_takes_everything_and_not_turns_round():
    assert feel.unary_tests("-")(None, {}) is True
    assert feel.unary_tests('not("a", "b")')("c", {}) is True


def test_dates_and_durations_are_python_values():
    assert feel.compile('date("2026-01-31") + duration("P1M")')({}) == date(2026, 2, 28)
    assert feel.parse_duration("P1DT2H") == timedelta(hours=26)


def test_check_names_variables_that_nobody_declared():
    assert [problem.sentence for problem in feel.check("a + bb", {"a"})] == [
        "There is no variable bb"
    ]
