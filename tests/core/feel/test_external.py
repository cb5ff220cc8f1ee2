"""The few external functions that are known, and what they refuse."""

import pytest

from core import feel

FORMAT = "format(java.lang.String, Object[])"
FORMAT_OLD = "format(java.lang.String, [Ljava.lang.Object;)"


def called(owner: str, signature: str, *arguments: str) -> str:
    """The value of a call of an external method, as text."""
    names = ", ".join(f"p{at}" for at in range(len(arguments)))
    text = (
        f'(function({names}) external {{java: {{class: "java.lang.{owner}", '
        f'method signature: "{signature}"}}}})({", ".join(arguments)})'
    )
    return feel.format_value(feel.compile(text)({}))


@pytest.mark.parametrize(
    ("owner", "signature", "arguments", "expected"),
    [
        ("Math", "cos(double)", ["123"], "-0.8879689066918555"),
        ("Math", "max(int, int)", ["1", "2"], "2"),
        ("Math", "round(double)", ["2.5"], "3"),
        ("Math", "floor(double)", ["2.5"], "2"),
        ("Math", "ceil(double)", ["2.5"], "3"),
        ("Math", "rint(double)", ["2.5"], "2"),
        ("Math", "sqrt(double)", ["-1"], "null"),
        ("Math", "sqrt(double)", ["null"], "null"),
        ("Math", "sqrt(double)", ['"a"'], "null"),
        ("Math", "sqrt(double)", ["1", "2"], "null"),
        ("Math", "max(byte, byte)", ["1000", "2"], "null"),
        ("Math", "nothing(double)", ["1"], "null"),
        ("Math", "sqrt", ["1"], "null"),
        ("Integer", "valueOf(java.lang.String)", ['"12"'], "12"),
        ("Integer", "valueOf(int)", ["12"], "12"),
        ("Integer", "parseInt(java.lang.String)", ['"x"'], "null"),
        ("Integer", "sum(int, int)", ["1", "2"], "3"),
        ("Double", "sum(double, double)", ["1.5", "2"], "3.5"),
        ("Double", "toString(double)", ["1.5"], "1.5"),
        ("Boolean", "valueOf(java.lang.String)", ['"TRUE"'], "true"),
        ("Boolean", "valueOf(boolean)", ["true"], "true"),
        ("Boolean", "valueOf(boolean)", ["1"], "null"),
        ("String", "valueOf(java.lang.Object)", ["[1]"], "[1]"),
        ("String", FORMAT_OLD, ['"%s-%s"', '"a"', "1"], "a-1"),
        ("String", "format(java.lang.String, java.lang.Object...)", ['"%s"', '"a"'], "a"),
        ("String", FORMAT, ['"%d%%%n"', "7"], "7%\n"),
        ("String", FORMAT, ['"%2$s %1$S"', '["a", "b"]'], "b A"),
        ("String", FORMAT, ['"%5s|%-3s|"', '["a", "b"]'], "    a|b  |"),
        ("String", FORMAT, ['"%.2f %05d"', "[1.255, 42]"], "1.26 00042"),
        ("String", FORMAT, ['"%d"', '"a"'], "null"),
        ("String", FORMAT, ['"%s %s"', '"a"'], "null"),
    ],
)
def test_a_method_gives(owner, signature, arguments, expected):
    found = called(owner, signature, *arguments)

    assert found == expected


def test_arguments_may_be_named():
    text = (
        '(function(a, b) external {java: {class: "java.lang.Math", '
        'method signature: "pow(double, double)"}})'
    )

    assert feel.compile(text + "(b: 3, a: 2)")({}) == 8
    assert feel.compile(text + "(c: 3, a: 2)")({}) is None


@pytest.mark.parametrize("body", ["{pmml: {document: 1}}", "1", '{java: "x"}', "{java: {}}"])
def test_what_names_no_method_is_null(body):
    assert feel.compile(f"function(a) external {{x: {body}}}.x")({}) is None
