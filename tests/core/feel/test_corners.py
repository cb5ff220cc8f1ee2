"""Corners of the language: what is outside of a domain is null, what cannot be read says where."""

import pytest

from core import feel
from core.feel.errors import FeelLimitExceeded

WRONG_PATTERNS = [
    *("a{,2}", "a{100000}", "(?=a)", "(ab", "ab)", "^[a-z-[aeiou]x", "^[a-z-[aeiou]y]x"),
    *(r"\\p{IsNowhere}", r"\\pL", r"\\p{L", "[[]", "[a", "[z-a]", "[]", "a]", r"\\q", "a**", "[a-"),
    *("(" * 70 + "a" + ")" * 70, "[a-[" * 70 + "b" + "]]" * 70, "(a{9}){9}" * 999),
]


@pytest.mark.parametrize("pattern", WRONG_PATTERNS)
def test_a_pattern_that_is_none_makes_null(pattern):
    assert feel.compile(f'matches("ab", "{pattern}")')({}) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r'matches("abb", "(a)(b)\\2")', "true"),
        (r'matches("b", "(a)?\\1b")', "true"),
        (r'matches("aaa", "(a)(a)(a)(a)?(b)?(c)?(d)?(e)?(f)?(g)?\\10")', "true"),
        (r'matches("bx", "^[a-z-[aeiou]]x")', "true"),
        (r'matches("α", "\\p{IsGreek}")', "true"),
        (r'matches("5x", "^[\\d\\s]x")', "true"),
        (r'matches("5x", "^[^\\d\\s]x")', "false"),
        (r'matches("-", "^[\\-x]$")', "true"),
        (r'matches("A", "[^b]", "i")', "true"),
        (r'matches("x1", "^[\\p{Lu}x]1", "i")', "true"),
        ('replace("abc", "b", "$")', "null"),
        ('replace("abc", "(b)", "[$12]")', "a[b2]c"),
        (r'replace("abc", "b", "\\")', "null"),
        (r'replace("abc", "b", "\\$")', "a$c"),
        ("decimal(1, 7000)", "null"),
        ("5 in (!= 5)", "false"),
        ('"a" in [1..5]', "null"),
        ('@"999999999-12-31" + @"P1D"', "null"),
        ('@"999999999-12-31T23:59:59" + @"P1D"', "null"),
        ('@"-999999999-01-01T00:00:00" - @"P1D"', "null"),
        ('years and months duration(@"2020-03-31", @"2020-01-15")', "-P2M"),
        ('years and months duration(@"2020-03-10", @"2020-01-15")', "-P1M"),
        ("[1..(null)] = [1..2]", "false"),
        ("[3..1]", "null"),
        ("2 in [3..1]", "false"),
        ('["b".."a"].start', "null"),
        ("for i in 3..1 return i", "[3, 2, 1]"),
        ("3 in [1..null]", "null"),
        ("null instance of number", "false"),
        ("(function(a: function<number> -> number) a)(abs)", "null"),
        ("(function(a: number, b: number) a) instance of function<number> -> Any", "false"),
        ("distinct values([[1..2], [1..2), {a: [1]}, {a: [1]}])", "[[1..2], [1..2), {a: [1]}]"),
        (
            'date and time(@"0001-01-01T00:00:00Z", "America/New_York")',
            "0000-12-31T19:03:58@America/New_York",
        ),
    ],
)
def test_an_expression_at_the_edge_of_its_domain(text, expected):
    assert feel.format_value(feel.compile(text)({})) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('"unclosed', "A string is not closed"),
        ("1 /* unclosed", "A comment is not closed"),
        ("# 1", "Unexpected character '#'"),
        ("sum(a: 1, 2)", "name every argument or none"),
        ("function(,) 1", "expected a parameter"),
        ("1 instance of foo.bar", "There is no type foo.bar"),
        ("+".join(["1"] * 5000), "Too many operators in a row"),
        ("[" * 5000, "Nested deeper than 100 levels"),
    ],
)
def test_what_cannot_be_read_says_why(text, sentence):
    with pytest.raises(feel.FeelSyntaxError, match=sentence):
        feel.compile(text)


def test_a_bare_type_is_named_by_the_check():
    (problem,) = feel.check("[1] instance of list")

    assert "requires parameters" in problem.sentence


def test_endless_calls_of_itself_meet_the_limit():
    with pytest.raises(FeelLimitExceeded):
        feel.compile("{f: function(n) f(n + 1), r: f(1)}.r")({})
