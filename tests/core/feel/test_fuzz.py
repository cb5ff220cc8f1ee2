"""Texts that nobody would write: whatever happens, it is one of our own failures."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.feel.fuzz import SECONDS, mutated, survive

ATOMS = st.sampled_from(
    [
        *("1", "-2.5", '"a"', "true", "null", "x", "y z", "?", "item", "partial", "[]", "{}"),
        *('@"2020-01-01"', '@"P1D"', '@"10:00:00Z"', '@"2020-01-01T10:00:00@Europe/Paris"'),
        *("[1..3]", "(< 5)", "sum", "abs", "function(a) a", '"🐎"', '@"P1Y"', "(!= 1)"),
    ]
)


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions made of smaller ones."""
    operator = st.sampled_from(
        [
            *("+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in"),
            *(".", "..", "instance of", "between"),
        ]
    )
    function = st.sampled_from(
        ["sum", "string", "count", "date", "time", "duration", "flatten", "matches", "before"]
    )
    return st.one_of(
        st.builds("{} {} {}".format, inner, operator, inner),
        st.builds("({})".format, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{{a: {}, b c: {}}}.b c".format, inner, inner),
        st.builds("({})[{}]".format, inner, inner),
        st.builds("{}({}, {})".format, function, inner, inner),
        st.builds("{}({})".format, function, inner),
        st.builds("if {} then {} else {}".format, inner, inner, inner),
        st.builds("for x in {} return {}".format, inner, inner),
        st.builds("some x in {}, y in {} satisfies {}".format, inner, inner, inner),
        st.builds("sort({}, function(x, y) {})".format, inner, inner),
        st.builds("-{}".format, inner),
    )


GRAMMAR = st.recursive(ATOMS, larger, max_leaves=12)


@settings(max_examples=400, deadline=None)
@given(GRAMMAR)
def test_what_the_grammar_makes(text):
    survive(text)


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=60))
def test_any_text(text):
    survive(text)


@settings(max_examples=400, deadline=None)
@given(GRAMMAR, st.integers(0, 80), st.text(max_size=4), st.integers(0, 4))
def test_an_expression_with_a_hole(text, at, inserted, removed):
    survive(text[:at] + inserted + text[at + removed :])


def test_mutated_expressions_of_the_table():
    assert max(survive(text) for text in mutated(2_000, seed=7)) < SECONDS
