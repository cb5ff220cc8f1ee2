"""Patterns of XML Schema and XPath, and patterns meant to stall."""

import time

import pytest

from core.feel import regex
from core.feel.errors import FeelLimitExceeded, Null


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("^a.c$", "abc", True),
        ("^a.c$", "a\nc", False),
        (r"^\d{2,3}$", "1234", False),
        (r"[a-z-[aeiou]]", "e", False),
        (r"[a-z-[aeiou]]", "f", True),
        (r"^\p{Lu}\p{Ll}+$", "Émile", True),
        (r"^\P{L}$", "1", True),
        (r"\p{IsGreek}", "λ", True),
        (r"^\i\c*$", "a-b.c", True),
        (r"(a)(b)\2\1", "abba", True),
        ("^.$", "🐎", True),
        (r"[\-\]]", "]", True),
        ("a{0}b", "b", True),
        ("x|", "", True),
    ],
)
def test_search(pattern, text, expected):
    assert regex.search(pattern, "", text) is expected


@pytest.mark.parametrize(
    ("flags", "pattern", "text", "expected"),
    [
        ("i", "ABC", "xabcx", True),
        ("s", "a.c", "a\nc", True),
        ("m", "^b$", "a\nb\nc", True),
        ("x", "a b c", "abc", True),
        ("", "^b$", "a\nb\nc", False),
    ],
)
def test_flags(flags, pattern, text, expected):
    assert regex.search(pattern, flags, text) is expected


@pytest.mark.parametrize(
    "pattern", ["(", "a**", "[b-a]", r"\q", "a{2,1}", r"\p{Xx}", r"(a\1)", "(?=a)", "a)", "]", "[a"]
)
def test_what_is_no_pattern_is_null(pattern):
    with pytest.raises(Null):
        regex.search(pattern, "", "a")


def test_an_unknown_flag_is_null():
    with pytest.raises(Null):
        regex.search("a", "g", "a")


def test_groups_are_replaced_by_their_number():
    assert regex.replace(r"(\w+) (\w+)", "", "ab cd", "$2 $1 $0") == "cd ab ab cd"
    assert regex.replace("(a)(x)?", "", "a", "[$2]") == "[]"
    assert regex.replace("(a)", "", "a", r"\$$12\\") == r"$a2\ ".strip()


@pytest.mark.parametrize("replacement", ["$", "$x", "\\", "\\a"])
def test_a_wrong_replacement_is_null(replacement):
    with pytest.raises(Null):
        regex.replace("a", "", "a", replacement)


def test_a_pattern_that_matches_nothing_at_all_cannot_replace_or_split():
    with pytest.raises(Null):
        regex.replace("a*", "", "b", "x")
    with pytest.raises(Null):
        regex.split("", "abc")


def test_split_keeps_empty_parts():
    assert regex.split(";", "a;b;c;;") == ["a", "b", "c", "", ""]


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|aa)+$", "(a*)*b", "a?" * 30 + "a" * 30 + "b"])
def test_patterns_that_would_backtrack_for_ever_end(pattern):
    started = time.process_time()

    assert regex.search(pattern, "", "a" * 1000) is False or pattern.endswith("$")
    assert time.process_time() - started < 2


def test_too_many_steps_are_refused():
    with pytest.raises(FeelLimitExceeded):
        regex.search("(.*)(.*)(.*)(.*)x", "", "a" * 200_000)


def test_too_large_a_pattern_is_null():
    with pytest.raises(Null):
        regex.search("(a{1000}){1000}", "", "a")
