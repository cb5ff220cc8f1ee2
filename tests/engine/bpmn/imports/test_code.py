"""Expressions of other languages become FEEL where they are simple, and nothing where not."""

import pytest

from core import feel
from engine.bpmn.imports.code import MAX_LENGTH, entries, to_feel
from engine.bpmn.imports.scripts import assignments
from engine.bpmn.imports.values import as_topic, from_juel, from_python


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("approved", "approved"),
        ("!approved", "not(approved)"),
        ("x == 'a' && y > 3", 'x = "a" and y > 3'),
        ("a lt 3 and b ge 4 or c ne 5", "a < 3 and b >= 4 or c != 5"),
        ("(a || b) && c", "(a or b) and c"),
        ("order.customer.name != null", "order.customer.name != null"),
        ("items[0].price", "items[1].price"),
        ("items[-1]", "items[-1]"),
        ("items[i]", "items[(i) + 1]"),
        ("order['id']", 'get value(order, "id")'),
        ("x ? 1 : 2", "if x then 1 else 2"),
        ("1 if x else 2", "if x then 1 else 2"),
        ("not x == 1 and y in ('a', 'b')", 'not(x = 1) and list contains(["a", "b"], y)'),
        ("y not in names", "not(list contains(names, y))"),
        ("x is not None", "x != null"),
        ("x is None", "x = null"),
        ("x % 2 === 0", "modulo(x, 2) = 0"),
        ("-x + 1.5", "-x + 1.5"),
        ("len(x) > 0", "count(x) > 0"),
        ("return amount > 10;", "amount > 10"),
        ("KieFunctions.isTrue(x)", "(x = true)"),
        ("execution.getVariable('x') > 3", "x > 3"),
        ("execution.hasVariable('x')", "x != null"),
        ('name.equals("x")', '(name = "x")'),
        (
            "nrOfCompletedInstances / nrOfInstances",
            "numberOfCompletedInstances / numberOfInstances",
        ),
        ("loopCounter == 0", "(loopCounter - 1) = 0"),
        ('{"a": [1, True], "b": x,}', '{"a": [1, true], "b": x}'),
        ("bpmn:getDataObject('approved')", "approved"),
        ("not(getDataObject('a b') = 'no')", 'not(a b = "no")'),
        ("Service Level == 'Premium' && x > 1", 'Service Level = "Premium" and x > 1'),
        ("Service Level !== 'a' || x > 1", 'Service Level != "a" or x > 1'),
        (r"'it\'s \"so\"\n'", '"it\'s \\"so\\"\\n"'),
    ],
)
def test_a_simple_expression_becomes_feel(written: str, expected: str) -> None:
    assert to_feel(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "",
        "bean.method(x)",
        "bean.method(x) == 'a'",
        "Service Level == § 'a'",
        "service(x)",
        "new Date()",
        "x = 1",
        "x +",
        "(x",
        "x[",
        "x[1",
        "x.",
        "x y",
        "f(a b)",
        "a ? b",
        "a if b",
        "lambda x: x",
        "x.prop('a').value()",
        "(a).b",
        "execution.id",
        "execution.getVariable(name)",
        "execution.setVariable('a', 1)",
        "execution.removeVariable('a')",
        "{a: 1}",
        "{'a': 1",
        ")",
        "§",
        "'open",
        "x > 1 " + "or x > 1 " * MAX_LENGTH,
        "(" * 100 + "x" + ")" * 100,
        "!" * 100 + "x",
    ],
)
def test_anything_else_is_not_translated(written: str) -> None:
    assert to_feel(written) is None


@pytest.mark.parametrize(
    ("value", "empty"),
    [(None, True), ("", True), ([], True), ({}, True), ("a", False), ([1], False)],
)
def test_empty_means_the_same(value: object, empty: bool) -> None:
    found = to_feel("not empty x")

    assert found is not None
    assert feel.compile(found)({"x": value}) is not empty


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("ada", "ada"),
        ("${boss}", "=boss"),
        ("#{boss.name}", "=boss.name"),
        ("Hello ${name}!", '="Hello " + string(name) + "!"'),
        ("${a}${b}", "=string(a) + string(b)"),
        ("${m['}']}", '=get value(m, "}")'),
        ("${bean.find(x)}", None),
        ("a ${bean.find(x)} b", None),
        ("a ${x} ${", None),
        ("${x}" * MAX_LENGTH, None),
    ],
)
def test_juel_stands_anywhere_in_a_text(written: str, expected: str | None) -> None:
    assert from_juel(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [('"PT1H"', "PT1H"), ("'a'", "a"), ("''", ""), ("x + 1", "=x + 1"), ("x(1)", None)],
)
def test_a_quoted_text_of_python_is_literal(written: str, expected: str | None) -> None:
    assert from_python(written) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("x = 1\n# then\ny = x + 1", {"x": "1", "y": "x + 1"}),
        ("execution.setVariable('x', a == 2);", {"x": "a = 2"}),
        ("var total = a * b; // both", {"total": "a * b"}),
        ("print(x)", None),
        ("x = f(1)", None),
        ("x = 1; x = 2", None),
        ("", None),
        ("x = 1\n" * MAX_LENGTH, None),
    ],
)
def test_a_script_that_only_sets_variables_is_understood(
    script: str, expected: dict[str, str] | None
) -> None:
    assert assignments(script) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('{"a": x, "b": 1}', {"a": "x", "b": "1"}),
        ('{"a": x} + 1', None),
        ("x", None),
        ('{"a": f(x)}', None),
    ],
)
def test_the_entries_of_a_dictionary_are_told_apart(
    written: str, expected: dict[str, str] | None
) -> None:
    assert entries(written) == expected


@pytest.mark.parametrize(
    ("written", "topic"),
    [
        ("com.acme.ChargeCard", "com.acme.ChargeCard"),
        ("${chargeCard}", "chargeCard"),
        ("#{charge.execute(order)}", "charge.execute"),
        ("${'odd'}", "'odd'"),
    ],
)
def test_code_is_leased_by_its_name(written: str, topic: str) -> None:
    assert as_topic(written) == topic
