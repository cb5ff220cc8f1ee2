"""What has to be given to decide."""

from engine.dmn import decisions
from engine.dmn.needs import Need
from tests.engine.dmn.dmn_files import decision, definitions, literal, requires, table

AMOUNT = (
    '<inputData id="amount" name="amount"><variable name="amount" typeRef="number"/></inputData>'
)


def needs(body: str, key: str):
    return decisions.compiled({"d.dmn": definitions(body)}).needs(key)


def test_declared_inputs_come_with_their_types_along_the_requirements():
    size = decision(
        "size", literal("amount * 2"), requirements=requires("#amount", kind="requiredInput")
    )
    top = decision("top", literal("size + 1"), requirements=requires("#size"))

    assert needs(AMOUNT + size + top, "top") == (Need("amount", "number", ()),)


def test_names_that_nobody_declares_are_needed_too():
    assert needs(decision("top", literal("a + sum(b) + c.d")), "top") == (
        Need("a", "", ()),
        Need("b", "", ()),
        Need("c", "", ()),
    )


def test_a_column_over_the_name_tells_texts_to_choose_from():
    body = decision("top", table(["kind"], [['"gas"', "1"], ['"power", "water"', "2"]]))

    assert needs(body, "top") == (Need("kind", "", ("gas", "power", "water")),)


def test_a_service_needs_its_inputs():
    size = decision(
        "size", literal("amount * 2"), requirements=requires("#amount", kind="requiredInput")
    )
    service = (
        '<decisionService id="s" name="s"><outputDecision href="#size"/>'
        '<inputData href="#amount"/></decisionService>'
    )

    assert needs(AMOUNT + size + service, "s") == (Need("amount", "number", ()),)


def test_an_expression_that_cannot_be_read_needs_nothing():
    found = decisions.compiled(
        {"d.dmn": definitions(decision("top", literal("1 +")))}, tolerant=True
    )

    assert found.needs("top") == ()
