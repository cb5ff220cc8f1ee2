"""What the standard says, beyond what its test kit covers here."""

import pytest

from core import feel

CASES = [
    ("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(5)}.r", "120"),
    ("(function(a) function(b) a + b)(1)(2)", "3"),
    ("[{a: {b: 1}}, {a: {b: 2}}].a.b", "[1, 2]"),
    ("[1, 2, 3][item > 1][1]", "2"),
    ('[1, 2, 3]["x"]', "null"),
    ("some x in [] satisfies true", "false"),
    ("every x in [] satisfies false", "true"),
    ('string length("🐎ab")', "3"),
    (r'"\uD83D\uDC0E"', "🐎"),
    (r'"\U01F40E"', "🐎"),
    ("null instance of Any", "false"),
    ("[1, null] instance of list<number>", "true"),
    ("{a: 1, b: 2} instance of context<a: number>", "true"),
    ("(function(a: number) a) instance of function<number> -> Any", "true"),
    ("abs instance of function", "null"),
    ('(function() "foo") instance of function<> -> string', "true"),
    ('(function() "foo") instance of function<> -> number', "false"),
    ("(function(a: number) a + 1) instance of function<number> -> number", "true"),
    ("(function(a: number) a > 1) instance of function<number> -> boolean", "true"),
    ("(function(a: number) [a]) instance of function<number> -> list<number>", "true"),
    ("(function(a) if a then 1 else 2) instance of function<Any> -> number", "true"),
    ("(function(a) a) instance of function<Any> -> number", "false"),
    ("[1..2] instance of range<number>", "true"),
    ("week of year(date(2005, 1, 1))", "53"),
    ('number("1.000,5", ".", ",")', "1000.5"),
    ("stddev(2, 4, 7, 5)", "2.081665999466132735282297706979931"),
    ("modulo(-12, 5)", "3"),
    ("ceiling(1.55, 1)", "1.6"),
    ('range("[18..21)") = [18..21)', "true"),
    ('range("(..5]") = (<= 5)', "true"),
    ('range("[1..x]")', "null"),
    ('5 in range("[1..10]")', "true"),
    ("overlaps before([1..5], [5..8])", "true"),
    ("finished by([5..10], 10)", "true"),
    ('is(time("23:00:50Z"), time("23:00:50"))', "false"),
    ('@"2026-03-29T01:30:00@Europe/Paris" + @"PT1H"', "2026-03-29T03:30:00@Europe/Paris"),
    ('date and time("2012-12-24T24:00:00")', "2012-12-25T00:00:00"),
    ('string({"a b": "x", "{": [1, "y"]})', '{a b: "x", "{": [1, "y"]}'),
    ("1 /* nothing */ + // to see\n 2", "3"),
    ("10 ** -2", "0.01"),
    ("1 / 3", "0.3333333333333333333333333333333333"),
    ("{a: 1, a: 2}", "null"),
    ("for partial in [1, 2] return partial + 1", "[2, 3]"),
    ("(function(partial) partial)(3)", "3"),
    ("for i in 1..3 return count(partial)", "[0, 1, 2]"),
    ("for i in 1..3 return partial", "[[], [[]], [[], [[]]]]"),
    ("for item in [1, 2] return [item, 5][item > 1]", "[[5], [2, 5]]"),
    ("1 in (2 + 3) * 2", "false"),
    ("{count: 3}.count + count([1])", "4"),
    ("{sum: function(a) 7, r: sum([1])}.r", "7"),
    ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", "[1, 1, 2, 6, 24]"),
    ("for x in 1..2, y in x..2 return x * y", "[1, 2, 4]"),
    ("context merge([{a: 1}, {a: 2, b: 3}])", "{a: 2, b: 3}"),
    ('context put({x: 1}, ["y", "z"], 2)', "{x: 1, y: {z: 2}}"),
    ("list replace([1, 2, 3], function(item, newItem) item > 1, 0)", "[1, 0, 0]"),
    ("(1..10) = ]1..10[", "true"),
    ("[1..10[.end included", "false"),
    ("not(null)", "null"),
    ("-(-1)", "1"),
    ('"a" in ["a".."c"]', "true"),
    ("{type: 1, time offset: 2}.time offset", "2"),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_an_expression_has_the_value_of_the_standard(text, expected):
    assert feel.format_value(feel.compile(text)({})) == expected


JAVA = (
    '(function({parameters}) external {{java: {{class: "{owner}", method signature: "{name}"}}}})'
)


def java(owner: str, name: str, parameters: str) -> str:
    """An external function."""
    return JAVA.format(owner=owner, name=name, parameters=parameters)


def test_a_few_pure_external_functions_are_known():
    largest = java("java.lang.Math", "max(int, int)", "a, b") + "(3, 7)"
    shown = java("java.lang.String", "format(java.lang.String, [Ljava.lang.Object;)", "a, b")

    assert feel.compile(largest)({}) == 7
    assert feel.compile(shown + '("foo %s", "bar")')({}) == "foo bar"


@pytest.mark.parametrize("owner", ["java.lang.System", "java.lang.Runtime", "os", "builtins"])
def test_no_other_external_function_is_ever_called(owner):
    result = feel.compile(java(owner, "exit(int)", "a") + "(1)").evaluate({})

    assert result.value is None
    assert "There is no external function" in result.warnings[0]


@pytest.mark.parametrize("name", ["__class__", "real", "__init__", "items", "year()"])
def test_attributes_of_python_objects_cannot_be_seen(name):
    for source in ("1", '"a"', "[1]", "{}", "abs", "function(x) x", '@"2026-01-01"'):
        try:
            value = feel.compile(f"({source}).{name}")({})
        except feel.FeelSyntaxError:
            continue
        assert value in (None, [None])
