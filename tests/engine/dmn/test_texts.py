"""Dates, times and durations given as text, as JSON and forms have them."""

import datetime as dt

import pytest

from core.feel import YearsMonths
from engine.dmn import decisions
from tests.engine.dmn.dmn_files import decision, definitions, literal, requires

TABLE = """
<decisionTable id="t" hitPolicy="UNIQUE">
  <input id="i" label="When">
    <inputExpression typeRef="{kind}"><text>{text}</text></inputExpression>
  </input>
  <output id="o" name="out"/>
  <rule id="r1">
    <inputEntry><text>{early}</text></inputEntry><outputEntry><text>"early"</text></outputEntry>
  </rule>
  <rule id="r2">
    <inputEntry><text>not({early})</text></inputEntry><outputEntry><text>"late"</text></outputEntry>
  </rule>
</decisionTable>
"""

MOMENT = '< date and time("2021-01-01T00:00:00")'
MOMENTS = (MOMENT, "2020-06-01T10:00:00", "2021-06-01T10:00:00")
KINDS = [
    ("date", '< date("2021-01-01")', "2020-06-01", "2021-06-01"),
    ("time", '< time("12:00:00")', "09:30:00", "13:00:00"),
    ("date and time", *MOMENTS),
    ("dateTime", *MOMENTS),
    ("days and time duration", '< duration("P2D")', "PT4H", "P3D"),
    ("years and months duration", '< duration("P1Y")', "P2M", "P2Y"),
]


def evaluate(body, variables, *, reads_texts=True, items=""):
    model = decisions.compiled({"d.dmn": definitions(items + body)})
    return model.evaluate("top", variables, reads_texts=reads_texts)


@pytest.mark.parametrize(("kind", "early", "first", "second"), KINDS)
@pytest.mark.parametrize("text", ["x", "order.x"])
def test_a_column_reads_texts_by_its_type(kind, early, first, second, text):
    body = decision("top", TABLE.format(kind=kind, text=text, early=early.replace("<", "&lt;")))

    def outcome(value):
        return evaluate(body, {"x": value, "order": {"x": value}}).outputs

    assert (outcome(first), outcome(second)) == ("early", "late")


def test_declared_inputs_are_read_by_their_types():
    given = '<inputData id="{0}" name="{0}"><variable name="{0}" typeRef="{1}"/></inputData>'
    needs = "".join(requires(f"#{name}", kind="requiredInput") for name in ("day", "wait"))
    body = (
        given.format("day", "date")
        + given.format("wait", "years and months duration")
        + decision("top", literal("[day + wait, wait]"), requirements=needs)
    )

    assert evaluate(body, {"day": "2026-01-31", "wait": "P1M"}).outputs == [
        dt.date(2026, 2, 28),
        YearsMonths(1),
    ]


def test_parts_and_lists_of_item_definitions_are_read():
    items = """
    <itemDefinition name="Order"><itemComponent name="on"><typeRef>date</typeRef></itemComponent>
      <itemComponent name="note"><typeRef>string</typeRef></itemComponent></itemDefinition>
    <itemDefinition name="Orders" isCollection="true"><typeRef>Order</typeRef></itemDefinition>
    """
    given = (
        '<inputData id="orders" name="orders">'
        '<variable name="orders" typeRef="Orders"/></inputData>'
    )
    body = given + decision(
        "top",
        literal("for each in orders return string(each.on.year) + each.note"),
        requirements=requires("#orders", kind="requiredInput"),
    )
    orders = [{"on": "2026-03-01", "note": "2026-03-01"}]

    assert evaluate(body, {"orders": orders}, items=items).outputs == ["20262026-03-01"]


def test_a_service_reads_its_inputs():
    body = (
        '<inputData id="day" name="day"><variable name="day" typeRef="date"/></inputData>'
        + decision("year", literal("day.year"), requirements=requires("#day", kind="requiredInput"))
        + '<decisionService id="top" name="top"><outputDecision href="#year"/>'
        '<inputData href="#day"/></decisionService>'
    )

    assert evaluate(body, {"day": "2026-03-01"}).outputs == 2026


@pytest.mark.parametrize("value", ["soon", "2026-13-01", ""])
def test_a_text_that_is_no_date_is_null_and_says_so(value):
    body = decision("top", TABLE.format(kind="date", text="x", early="null"))
    found = evaluate(body, {"x": value})

    assert (found.outputs, found.warnings) == ("early", ("When: string where date is expected",))


def test_the_kit_reads_no_texts():
    body = decision("top", TABLE.format(kind="date", text="x", early="null"))

    assert evaluate(body, {"x": "2026-03-01"}, reads_texts=False).outputs == "early"
