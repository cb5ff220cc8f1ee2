"""Boxed expressions beyond the kit: what is missing, wrong or out of reach is null, and told."""

import pytest

from core.feel.errors import FeelLimitExceeded
from engine.dmn import decisions
from tests.engine.dmn.dmn_files import decision, definitions, literal


def evaluate(logic: str, *, more: str = "", **inputs):
    """Outcome and warnings of the decision `d` with this logic; mistakes are null."""
    files = {"d.dmn": definitions(decision("d", logic) + more)}
    found = decisions.compiled(files, tolerant=True).evaluate("d", inputs)
    return found.outputs, found.warnings


def boxed_filter(source: str, match: str) -> str:
    return f"<filter><in>{literal(source)}</in><match>{literal(match)}</match></filter>"


def boxed_loop(kind: str, source: str, body: str) -> str:
    inner = "return" if kind == "for" else "satisfies"
    return (
        f'<{kind} iteratorVariable="x"><in>{literal(source)}</in>'
        f"<{inner}>{literal(body)}</{inner}></{kind}>"
    )


def invocation(function: str, **bindings: str) -> str:
    bound = "".join(
        f'<binding><parameter name="{name}"/>{literal(text)}</binding>'
        for name, text in bindings.items()
    )
    return f"<invocation>{literal(function)}{bound}</invocation>"


@pytest.mark.parametrize(
    ("logic", "expected"),
    [
        (boxed_filter("[1, 5, 9]", "item > 3"), [5, 9]),
        (boxed_filter("[1, 5, 9]", "2"), 5),
        (boxed_filter("[1, 5, 9]", "-1"), 9),
        (boxed_filter("[1..4]", "item > 2"), [3, 4]),
        (boxed_filter("7", "item > 3"), [7]),
        (boxed_filter("null", "true"), []),
        (boxed_filter("[{a: 1}, {a: 2}]", "a = 2"), [{"a": 2}]),
        (boxed_loop("for", "[1, 2]", "x * 2 + count(partial)"), [2, 5]),
        (boxed_loop("for", "7", "x"), [7]),
        (boxed_loop("some", "[1, 2]", "x > 1"), True),
        (boxed_loop("every", "[1, 2]", "x > 1"), False),
        (boxed_loop("every", "[2, null]", "x > 1"), None),
        (boxed_loop("some", "[1, null]", "x > 1"), None),
        (invocation("abs", n="-3"), 3),
    ],
)
def test_a_boxed_expression_has_its_value(logic, expected):
    assert evaluate(logic)[0] == expected


@pytest.mark.parametrize(
    ("logic", "warning"),
    [
        (boxed_filter("[1]", "4"), "A list of 1 has no item 4"),
        (boxed_filter("[1]", '"x"'), "The match is a string, not a boolean"),
        (boxed_loop("for", "null", "x"), "null cannot be iterated over"),
        (boxed_loop("for", '["a".."c"]', "x"), "There are no steps"),
        (invocation("5"), "number is not a function"),
        (invocation("abs", other="1"), "abs"),
        (literal("1 +"), "cannot be read"),
        (
            '<functionDefinition kind="Java"><formalParameter name="a"/>'
            + literal('{class: "no.such.Class", method signature: "run()"}')
            + "</functionDefinition>",
            "no such external function",
        ),
    ],
)
def test_what_has_no_value_says_why(logic, warning):
    outputs, warnings = evaluate(logic)

    assert outputs is None
    assert any(warning in each for each in warnings), warnings


KNOWLEDGE = (
    '<businessKnowledgeModel id="f" name="f"><variable name="f"/><encapsulatedLogic>'
    '<formalParameter name="n" typeRef="number"/>{body}</encapsulatedLogic>'
    "</businessKnowledgeModel>"
)
ASKING = '<knowledgeRequirement><requiredKnowledge href="#f"/></knowledgeRequirement>'


@pytest.mark.parametrize(
    ("call", "warning"),
    [
        ("f(1, 2)", "1 arguments expected, 2 given"),
        ("f(m: 1)", "There is no parameter m"),
        ('f("x")', "string where number is expected"),
    ],
)
def test_a_knowledge_model_is_called_as_it_was_declared(call, warning):
    body = KNOWLEDGE.format(body=literal("n + 1"))
    files = {"d.dmn": definitions(decision("d", literal(call), requirements=ASKING) + body)}

    found = decisions.compiled(files).evaluate("d", {})

    assert found.outputs is None
    assert any(warning in each for each in found.warnings), found.warnings


def test_a_knowledge_model_that_never_ends_meets_the_limit():
    body = KNOWLEDGE.format(body=literal("f(n + 1)"))
    files = {"d.dmn": definitions(decision("d", literal("f(1)"), requirements=ASKING) + body)}

    with pytest.raises(FeelLimitExceeded):
        decisions.compiled(files).evaluate("d", {})


def test_a_knowledge_model_without_logic_is_unfinished_and_null():
    empty = '<businessKnowledgeModel id="f" name="f"><variable name="f"/></businessKnowledgeModel>'
    files = {"d.dmn": definitions(decision("d", literal("f(1)"), requirements=ASKING) + empty)}

    assert "no_logic" in [problem.rule for problem in decisions.check(files)]
    assert decisions.compiled(files).evaluate("d", {}).outputs is None


def test_a_context_may_end_in_a_result_and_hold_functions():
    entry = "<contextEntry>{variable}{value}</contextEntry>"
    double = (
        '<functionDefinition><formalParameter name="n"/>'
        + literal("n * 2")
        + "</functionDefinition>"
    )
    logic = (
        "<context>"
        + entry.format(variable='<variable name="double"/>', value=double)
        + entry.format(variable='<variable name="base" typeRef="number"/>', value=literal("4"))
        + entry.format(variable="", value=literal("double(base)"))
        + "</context>"
    )

    assert evaluate(logic)[0] == 8


def test_lists_and_relations_are_boxes_of_expressions():
    relation = (
        '<relation><column name="a" typeRef="number"/><column name="b"/>'
        f"<row>{literal('1')}{literal('2')}</row></relation>"
    )

    assert evaluate(f"<list>{literal('1')}{literal('x')}</list>", x=2)[0] == [1, 2]
    assert evaluate(relation)[0] == [{"a": 1, "b": 2}]


def test_a_condition_takes_its_second_branch_unless_the_test_is_true():
    logic = (
        f"<conditional><if>{literal('x')}</if><then>{literal('1')}</then>"
        f"<else>{literal('2')}</else></conditional>"
    )

    assert evaluate(logic, x=True)[0] == 1
    assert evaluate(logic, x=7)[0] == 2


def test_a_value_outside_of_a_columns_allowed_values_is_null():
    logic = (
        '<decisionTable id="t"><input id="i" label="Size"><inputExpression><text>size</text>'
        '</inputExpression><inputValues><text>"S","L"</text></inputValues></input>'
        '<output name="o"/><rule><inputEntry><text>-</text></inputEntry>'
        "<outputEntry><text>1</text></outputEntry></rule></decisionTable>"
    )

    assert evaluate(logic, size="S")[0] == 1
    outputs, warnings = evaluate(logic, size="M")
    assert outputs is None
    assert warnings == ("Size: M is not allowed",)


def collect(aggregation: str, *outputs: str) -> str:
    rules = "".join(
        f"<rule><outputEntry><text>{text}</text></outputEntry></rule>" for text in outputs
    )
    return (
        f'<decisionTable id="t" hitPolicy="COLLECT" aggregation="{aggregation}">'
        f'<output name="o"/>{rules}</decisionTable>'
    )


@pytest.mark.parametrize(
    ("aggregation", "outputs", "expected"),
    [
        ("SUM", ["1", "2"], 3),
        ("MIN", ["1", "2"], 1),
        ("MAX", ["1", "2"], 2),
        ("COUNT", ["1", "2"], 2),
        ("COUNT", [], 0),
        ("SUM", [], None),
        ("SUM", ["1", '"x"'], None),
    ],
)
def test_what_is_collected_is_added_up_or_null(aggregation, outputs, expected):
    assert evaluate(collect(aggregation, *outputs))[0] == expected


def test_types_of_an_imported_file_are_found_by_prefix_and_name():
    lent = definitions(
        '<itemDefinition name="tSize"><typeRef>string</typeRef></itemDefinition>', "b"
    )
    importing = (
        '<import name="lib" namespace="urn:b" '
        'importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
    )
    for reference in ("lib.tSize", "feel:number", "lib:number"):
        body = importing + decision("d", literal("1"), type_ref=reference)
        files = {"a.dmn": definitions(body), "b.dmn": lent}
        expected = None if reference == "lib.tSize" else 1
        assert decisions.compiled(files).evaluate("d", {}).outputs == expected


def test_a_type_that_nobody_defined_is_refused():
    (problem,) = decisions.check({"a.dmn": definitions(decision("e", literal("1"), type_ref="x"))})

    assert (problem.rule, problem.severity) == ("unknown_type", "error")
