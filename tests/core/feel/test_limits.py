"""Expressions that would cost too much are refused, quickly and by name."""

import threading
import time

import pytest

from core import feel

LAUGHS = (
    "{a: [1, 2, 3, 4], b0: [a, a, a, a], "
    + ", ".join(f"b{at}: [b{at - 1}, b{at - 1}, b{at - 1}, b{at - 1}]" for at in range(1, 30))
    + ", s: "
)

COSTLY = {
    "a long range": "for i in 1..1000000000 return i",
    "nested loops": "for i in 1..100000, j in 1..100000 return 1",
    "a loop that finds nothing": "some i in 1..100000, j in 1..100000 satisfies false",
    "endless recursion": "{f: function(n) f(n + 1), r: f(0)}.r",
    "a function that calls itself": "(function(g) g(g))(function(g) g(g))",
    "exponential recursion": (
        "{f: function(n) if n < 2 then n else f(n - 1) + f(n - 2), r: f(40)}.r"
    ),
    "a growing string": '{a0: "'
    + "x" * 1000
    + '", '
    + ", ".join(f"a{at}: a{at - 1} + a{at - 1}" for at in range(1, 40))
    + "}",
    "a growing list": "{a0: [1, 2, 3, 4], "
    + ", ".join(f"a{at}: concatenate(a{at - 1}, a{at - 1})" for at in range(1, 40))
    + "}",
    "a value that is huge when written": LAUGHS + "string(b29)}",
    "a value that is huge when flattened": LAUGHS + "count(flatten(b29))}",
    "a value that is huge when compared": LAUGHS + "distinct values([b29, b29])}",
    "a value that is huge when checked": LAUGHS
    + "b29 instance of "
    + "list<" * 30
    + "number"
    + ">" * 30
    + "}",
    "a value that is huge when walked": LAUGHS + "b29.x}",
    "a huge result": LAUGHS + "1}",
    "a deep result": "for i in 1..20000 return [partial[-1]]",
    "long lists searched often": (
        "{l: for i in 1..30000 return i, r: for i in l return list contains(l, -1)}.r"
    ),
    "long strings made often": (
        '{l: string join(for i in 1..30000 return "abcdefghij"), '
        "r: for i in 1..100000 return upper case(l)}.r"
    ),
    "a replacement that grows": 'replace("' + "a" * 40 + '", "a", "' + "b" * 40000 + '")',
    "a costly pattern": 'matches(string join(for i in 1..9999 return "aaaaaaaaaa"), '
    '"(.*)(.*)(.*)(.*)x")',
}


@pytest.mark.parametrize("text", COSTLY.values(), ids=COSTLY)
def test_what_costs_too_much_is_refused(text):
    expression = feel.compile(text)
    started = time.process_time()

    with pytest.raises(feel.FeelLimitExceeded):
        expression({})

    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + "1" + ")" * 5000,
        "[" * 5000,
        "1" + " + 1" * 3000,
        " and ".join(["true"] * 3000),
        "a" + ".b" * 3000,
        "if true then " * 500 + "1" + " else 2" * 500,
        "9" * 40000,
        "1" * 60000,
        '"' + "x" * 60000 + '"',
        "x instance of " + "list<" * 500,
    ],
    ids=range(10),
)
def test_a_text_that_is_too_long_or_deep_does_not_compile(text):
    with pytest.raises(feel.FeelSyntaxError):
        feel.compile(text)


@pytest.mark.parametrize(
    "text",
    [
        "99999999 ** 99999999",
        "exp(99999999999)",
        "10 ** 6144 * 10",
        'duration("P999999999999999999D") * 99999999999',
        'date("999999999-12-31") + duration("P999999999Y")',
    ],
)
def test_numbers_and_dates_out_of_range_are_null(text):
    assert feel.compile(text)({}) is None


def test_a_deep_caller_gets_a_named_failure_and_no_recursion_error():
    nested = feel.compile("[" * 90 + "1" + "]" * 90 + "[1]" * 90)

    def deeper(levels: int) -> None:
        if levels:
            deeper(levels - 1)
        else:
            nested({})

    for levels in range(600, 960, 20):
        try:
            deeper(levels)
        except feel.FeelLimitExceeded:
            return
        except RecursionError:
            continue


def test_expressions_are_shared_between_threads():
    expression = feel.compile("sum(for i in 1..n return i * {a: i}.a)")
    found: dict[int, object] = {}
    threads = [
        threading.Thread(target=lambda n=n: found.update({n: expression({"n": n})}))
        for n in range(1, 9)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == {n: n * (n + 1) * (2 * n + 1) // 6 for n in range(1, 9)}
