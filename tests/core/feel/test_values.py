"""What comes in from Python, and what goes out as text."""

from collections import OrderedDict
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType

import pytest

from core import feel
from core.feel.builtins import BUILTINS
from core.feel.mistakes import Problem
from core.values import to_json


class Whole(int):
    """A kind of int."""


class Text(str):
    """A kind of str."""

    __slots__ = ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, "3"),
        (0.1, "0.1"),
        (float("inf"), "null"),
        (Decimal("NaN"), "null"),
        (True, "true"),
        (Whole(3), "3"),
        (Text("a"), '["a"]'),
        ((1, 2), "[1, 2]"),
        ({3}, "[3]"),
        ([1.5, [2, {"a": 3}]], "[1.5, [2, {a: 3}]]"),
        (OrderedDict(a=1), "{a: 1}"),
        (MappingProxyType({"a": 1}), "{a: 1}"),
        (date(2026, 1, 2), "2026-01-02"),
        (time(10, 30), "10:30:00"),
        (datetime(2026, 1, 2, 3, tzinfo=UTC), "2026-01-02T03:00:00Z"),
        (timedelta(hours=30), "P1DT6H"),
        (feel.YearsMonths(14), "P1Y2M"),
        (feel.Range(1, 2), "[1..2]"),
        (object(), "null"),
        (10**7000, "null"),
    ],
    ids=range(20),
)
def test_values_of_a_context(value, expected):
    text = feel.format_value(feel.compile("[x][1]")({"x": value}))

    assert text in (expected, expected.strip('[]"')) or f"[{text}]" == expected


def test_the_values_handed_in_are_never_changed():
    orders = [{"price": 2, "lines": [1, 2]}]

    feel.compile("append(orders[1].lines, 3)")({"orders": orders})

    assert orders == [{"price": 2, "lines": [1, 2]}]


def test_a_path_reads_no_more_than_it_needs():
    found = feel.compile("a.b.c")({"a": {"b": {"c": 1}, "huge": object()}})

    assert found == Decimal(1)
    assert feel.compile("a.b.c")({"a": {"b": 1}}) is None
    assert feel.compile("a.b.year")({"a": {"b": date(2026, 1, 1)}}) == 2026


def test_a_variable_hides_a_built_in_only_when_it_is_a_function():
    assert feel.compile("count(xs)")({"count": 3, "xs": [1]}) == 1
    assert feel.compile("count")({"count": 3}) == 3
    assert feel.compile("count(xs)")({"count": BUILTINS["sum"], "xs": [5]}) == 5


@pytest.mark.parametrize(
    ("tests", "value", "expected"),
    [
        ("", 1, None),
        ("-", 1, True),
        ("1, 2", 2, True),
        ("not(1, 2)", 3, True),
        ("not(1, 2)", 2, False),
        ("not(? > 3) and true", 2, True),
        ("? > 3", 4, True),
        ("[1..5], 9", 9, True),
        ("> 3", "a", None),
        ('["a", "b"]', "b", True),
        ("true", True, True),
        ("limit > 3", 1, True),
        ("limit", 5, True),
        ("abs", 5, None),
        ("null", None, True),
        ('contains(?, "x")', "xyz", True),
        ('date("2026-01-01")', date(2026, 1, 1), True),
        ('< date("2026-01-01")', date(2025, 1, 1), True),
        ("-5", -5, True),
        ("-(-5)", 5, True),
        ('-"a"', 5, False),
        ("= [1..3]", 2, None),
        ("!= 3", 4, True),
        ("[1..limit]", 4, True),
        ('-@"P1D"', timedelta(days=-1), True),
    ],
)
def test_unary_tests(tests, value, expected):
    if not tests:
        with pytest.raises(feel.FeelSyntaxError):
            feel.unary_tests(tests)
        return
    assert feel.unary_tests(tests)(value, {"limit": 5}) is expected


def test_names_of_an_expression_are_the_variables_it_reads():
    assert feel.names("for x in xs return x + y.z + count(q)") == {"xs", "y", "q"}


def test_check_looks_at_cells_too():
    dialect = feel.expression.Dialect({"a b"})

    assert dialect.check_tests("< a b", {"a b"}) == []
    assert dialect.check_tests("< c", {"a b"}) == [Problem(2, "There is no variable c")]
    assert dialect.check_tests("<", None)[0].position == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P2W", timedelta(days=14)),
        ("-P1W", timedelta(days=-7)),
        ("PT1.5S", timedelta(seconds=1.5)),
        ("P1Y", feel.YearsMonths(12)),
        ("P", None),
        ("1h", None),
    ],
)
def test_durations_of_settings(text, expected):
    assert feel.parse_duration(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "12345-06-07",
        "12345-06-07T10:00:00Z",
        "10:00:00.123456789",
        "PT0.000000001S",
        "P1Y2M",
    ],
)
def test_times_that_python_cannot_hold_read_like_others(text):
    assert str(feel.compile(f'@"{text}"')({})) == text


def test_ranges_and_functions_leave_as_text():
    found = to_json(feel.compile("[(< 5), (!= 3), function(a) a]")({}))

    assert found == ["(< 5)", "(!= 3)", "function(a)"]
