"""Requirements over several files, types, services and knowledge models."""

from decimal import Decimal

from engine.dmn import decisions
from tests.engine.dmn.dmn_files import decision, definitions, literal, requires, table

GREETING = definitions(
    '<itemDefinition name="tName"><typeRef>string</typeRef></itemDefinition>'
    '<inputData id="name" name="Person name">'
    '<variable name="Person name" typeRef="tName"/></inputData>'
    + decision(
        "Greeting",
        literal('"Hello, " + Person name'),
        requirements=requires("#name", kind="requiredInput"),
    )
    + '<businessKnowledgeModel id="twice" name="twice">'
    '<variable name="twice"/><encapsulatedLogic><formalParameter name="n" typeRef="number"/>'
    + literal("n * 2")
    + "</encapsulatedLogic></businessKnowledgeModel>",
    "base",
)


def importing(name: str) -> bytes:
    """A file that uses the greeting under a name of its own."""
    return definitions(
        '<import name="lib" namespace="urn:base" '
        'importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
        + decision(
            f"say {name}",
            literal(f'"{name}: " + lib.Greeting'),
            type_ref="lib.tName",
            requirements=requires("urn:base#Greeting"),
        )
        + decision(
            f"double {name}",
            literal("lib.twice(21)"),
            requirements=requires("urn:base#twice", kind="requiredKnowledge"),
        ),
        name,
    )


def test_decisions_types_and_functions_come_from_other_files():
    model = decisions.load({"base.dmn": GREETING, "one.dmn": importing("one")})

    assert model.evaluate("say one", {"Person name": "Ada"}).outputs == "one: Hello, Ada"
    assert model.evaluate("double one", {}).outputs == 42


def test_two_ways_to_one_file_may_bring_different_inputs():
    top = definitions(
        '<import name="A" namespace="urn:one" importType="DMN"/>'
        '<import name="B" namespace="urn:two" importType="DMN"/>'
        + decision(
            "both",
            literal("A.say one + B.say two"),
            requirements=requires("urn:one#say one", "urn:two#say two"),
        ),
        "top",
    )
    model = decisions.load({"a": GREETING, "b": importing("one"), "c": importing("two"), "d": top})

    inputs = {
        "A": {"lib": {"Person name": "Ada"}},
        "B": {"lib": {"Person name": "Bob"}},
    }
    assert model.evaluate("both", inputs).outputs == "one: Hello, Adatwo: Hello, Bob"


def test_a_missing_import_is_told():
    problems = decisions.check({"one.dmn": importing("one")})

    assert "import_missing" in {problem.rule for problem in problems}


TYPES = (
    '<itemDefinition name="tLevel"><typeRef>string</typeRef>'
    '<allowedValues><text>"low", "high"</text></allowedValues></itemDefinition>'
    '<itemDefinition name="tCase"><itemComponent name="level"><typeRef>tLevel</typeRef>'
    '</itemComponent><itemComponent name="sums" isCollection="true"><typeRef>number</typeRef>'
    "</itemComponent></itemDefinition>"
    '<itemDefinition name="tFew" isCollection="true"><typeRef>number</typeRef>'
    "<typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>"
)


def result(text: str, type_ref: str) -> object:
    """The value of an expression as a decision of that type."""
    body = TYPES + decision("d", literal(text), type_ref=type_ref)
    return decisions.load({"a.dmn": definitions(body)}).evaluate("d", {}).outputs


def test_values_are_made_to_fit_their_types():
    assert result('{level: "low", sums: 3}', "tCase") == {"level": "low", "sums": [Decimal(3)]}
    assert result('["high"]', "tLevel") == "high"
    assert result("1", "tFew") == [1]


def test_values_that_do_not_fit_are_null():
    assert result('"middle"', "tLevel") is None
    assert result('{level: "middle", sums: []}', "tCase") is None
    assert result('{level: "low"}', "tCase") is None
    assert result("[1, 2, 3]", "tFew") is None


def test_types_are_asked_about_in_expressions():
    assert result('"middle" instance of tLevel', "boolean") is False
    assert result('{level: "low", sums: [1]} instance of tCase', "boolean") is True


def test_a_service_is_a_decision_with_inputs_of_its_own():
    body = (
        '<inputData id="x" name="x"><variable name="x"/></inputData>'
        + decision("inner", literal("100"))
        + decision(
            "outer",
            literal("inner + x"),
            requirements=requires("#inner") + requires("#x", kind="requiredInput"),
        )
        + '<decisionService id="s" name="service"><variable name="service"/>'
        '<outputDecision href="#outer"/><inputDecision href="#inner"/><inputData href="#x"/>'
        "</decisionService>"
    )
    model = decisions.load({"a.dmn": definitions(body)})

    assert model.evaluate("outer", {"x": 1}).outputs == 101
    assert model.evaluate("service", {"x": 1, "inner": 5}).outputs == 6


def test_inputs_that_nobody_asks_for_stay_outside():
    body = decision("d", literal("x")) + '<inputData id="x" name="x"/>'

    assert decisions.load({"a.dmn": definitions(body)}).evaluate("d", {"x": 1}).outputs is None


def test_the_index_finds_what_a_look_at_every_rule_finds():
    cells = ["-", "1", "< 3", "[2..5]", "(2..5)", '"a"', '"a", "c"', "> 4, 1", "true", "not(3)"]
    cells += ['["b".."d"]', "null", '@"P1D"', 'date("2026-01-01")', "3.0", ">= 2", "?>2"]
    rows = [[cell, str(at)] for at, cell in enumerate(cells)]
    model = decisions.load({"a.dmn": definitions(decision("d", table(["v"], rows, "COLLECT")))})

    for value, expected in [
        (1, [0, 1, 2, 7, 9]),
        (2, [0, 2, 3, 9, 15]),
        (3, [0, 3, 4, 14, 15, 16]),
        (5, [0, 3, 7, 9, 15, 16]),
        ("a", [0, 5, 6]),
        ("c", [0, 6, 10]),
        (True, [0, 8]),
        (None, [0, 9, 11]),
    ]:
        found = [int(number) for number in model.evaluate("d", {"v": value}).outputs]
        assert found == expected, value


def test_knowledge_models_may_need_each_other():
    def model(name: str, other: str, text: str) -> str:
        return (
            f'<businessKnowledgeModel id="{name}" name="{name}"><variable name="{name}"/>'
            '<encapsulatedLogic><formalParameter name="n" typeRef="number"/>'
            + literal(text)
            + "</encapsulatedLogic>"
            + requires(f"#{other}", kind="requiredKnowledge")
            + "</businessKnowledgeModel>"
        )

    body = (
        model("is even", "is odd", "if n = 0 then true else is odd(n - 1)")
        + model("is odd", "is even", "if n = 0 then false else is even(n - 1)")
        + decision(
            "d",
            literal("[is even(10), is odd(10)]"),
            requirements=requires("#is even", kind="requiredKnowledge")
            + requires("#is odd", kind="requiredKnowledge"),
        )
    )
    found = decisions.load({"a.dmn": definitions(body)})

    assert found.evaluate("d", {}).outputs == [True, False]
