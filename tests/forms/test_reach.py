import pytest

from forms.reach import narrowed
from tests.forms.build import choice, field, form, group, number, rows, text

CASE = {
    "customer": {"name": "Kim", "iban": "DE89", "address": {"city": "Ulm", "zip": "89073"}},
    "orders": [{"id": 1, "price": 5, "margin": 2}, {"id": 2, "price": 7, "margin": 3}],
    "limit": 100,
    "speeds": ["slow", "fast"],
    "margin": 0.4,
}


@pytest.mark.parametrize(
    ("components", "seen"),
    [
        ([text("customer.name")], {"customer": {"name": "Kim"}}),
        (
            [group(text("city"), path="customer.address")],
            {"customer": {"address": {"city": "Ulm"}}},
        ),
        ([number("a", validate={"max": "=limit * 2"})], {"limit": 100}),
        ([choice("a", valuesKey="speeds")], {"speeds": ["slow", "fast"]}),
        ([choice("a", valuesExpression="=speeds")], {"speeds": ["slow", "fast"]}),
        ([rows("orders", number("price"))], {"orders": [{"price": 5}, {"price": 7}]}),
        (
            [rows("orders", number("price", conditional={"hide": "=this.id > 1"}))],
            {"orders": [{"id": 1, "price": 5}, {"id": 2, "price": 7}]},
        ),
        (
            [{"type": "table", "dataSource": "=orders", "columns": [{"key": "id"}]}],
            {"orders": [{"id": 1}, {"id": 2}]},
        ),
        ([{"type": "table", "dataSource": "=orders"}], {"orders": CASE["orders"]}),
        (
            [field("expression", "t", expression="=sum(orders.price)")],
            {"orders": [{"price": 5}, {"price": 7}]},
        ),
        ([{"type": "text", "text": "Dear {{customer.name}}, “{{limit}}”"}],
         {"customer": {"name": "Kim"}, "limit": 100}),
        (
            [{"type": "html", "content": "{{#loop orders}}{{this.id}}{{/loop}}"}],
            {"orders": CASE["orders"]},
        ),
        ([text("a", label='="customer.iban: " + customer.name')], {"customer": {"name": "Kim"}}),
        ([text("a", label="=string(customer)")], {"customer": CASE["customer"]}),
        ([text("a", label="=customer[name]")], {"customer": CASE["customer"]}),
        ([text("a"), {"type": "text", "text": "{{nothing.at"}], {}),
    ],
)  # fmt: skip
def test_a_form_reaches_what_it_asks_shows_and_computes_with(components, seen):
    assert narrowed(form(*components), CASE) == seen
