"""What the designer is told about an expression."""

import pytest

from core import feel


@pytest.mark.parametrize(
    ("text", "names", "position", "sentence"),
    [
        ("amont > 3", {"amount"}, 0, "There is no variable amont; do you mean amount?"),
        ("1 + sume([1])", None, 4, "There is no function sume; do you mean sum?"),
        ('@"foo"', None, 0, '@"foo" is no date, time, date and time or duration'),
        ('"a" + 1', None, 0, "string + number is always null"),
        ('1 < "a"', None, 0, "number and string cannot be compared"),
        ('substring("a")', None, 0, "substring does not take 1 arguments"),
        ('matches(x, "(")', None, 11, "'(' is not a pattern, see position 1"),
        ("{a: 1, b: a + c}", set(), 14, "There is no variable c"),
        ("for i in xs return i + j", {"xs"}, 23, "There is no variable j"),
        ("x instance of foo", {"x"}, 14, "There is no type foo"),
        ("1 +", None, 3, "Unexpected the end, expected a value"),
    ],
)
def test_a_mistake_has_a_place_and_a_sentence(text, names, position, sentence):
    assert feel.check(text, names) == [feel.Problem(position, sentence)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("xs[price > 3]", {"xs"}),
        ("sort(xs, function(a, b) a < b)", {"xs"}),
        ("{f: function(n) f(n)}", set()),
        ("some x in [1], y in [x] satisfies x = y", set()),
        ("my variable + 1", {"my variable"}),
        ("sum(list: [1])", set()),
        ("count", set()),
        ("unknown + 1", None),
    ],
)
def test_what_is_right_is_left_alone(text, names):
    assert feel.check(text, names) == []
