import pytest

from core.people import SYSTEM
from engine import deployments, instances
from tests.build import process
from work import related


@pytest.fixture
def sales(session, clock_at):
    drawing = process("sale")
    drawing.settings = '<work:label variable="customer"/><work:label variable="tier"/>'
    files = {
        "sale.bpmn": drawing.user_task("sell", lane="customer_service").end(),
        "other.bpmn": process("complaint").user_task("answer", lane="finance").end(),
    }
    deployments.deploy(session, {name: bytes(each) for name, each in files.items()}, by=SYSTEM)

    def start(business_key, key="sale", **variables):
        return instances.start(
            session, key=key, business_key=business_key, variables=variables, by=SYSTEM
        )

    return start


def test_cases_of_the_same_customer_and_key_are_found_newest_first(session, sales, ada):
    first = sales("S-1", customer="anna", tier="gold")
    same_key = sales("S-1", customer="carl", tier="tin")
    same_customer = sales("S-2", customer="anna", tier="tin")
    sales("S-3", customer="bert", tier="silver")

    found = related.cases(session, first, by=ada)

    assert [(each.instance.id, each.variable) for each in found] == [
        (same_customer.id, "customer"),
        (same_key.id, None),
    ]


def test_what_many_cases_share_relates_none(session, sales, ada, monkeypatch):
    monkeypatch.setattr(related, "MAX_SHARED", 2)
    first, *_ = [sales(f"S-{number}", customer=str(number), tier="gold") for number in range(3)]

    assert related.cases(session, first, by=ada) == []


def test_what_names_a_kind_of_case_relates_none(session, sales, ada, monkeypatch):
    monkeypatch.setattr(related, "ENOUGH", 6)
    tiers = ["gold", "tin", "gold", "tin", "gold", "tin"]
    customers = ["anna", "bert", "carl", "dora", "anna", "emil"]
    cases = [
        sales(f"S-{number}", customer=customer, tier=tier)
        for number, (customer, tier) in enumerate(zip(customers, tiers, strict=True))
    ]

    found = related.cases(session, cases[0], by=ada)

    assert [(each.instance.id, each.variable) for each in found] == [(cases[4].id, "customer")]


def test_cases_one_may_not_see_stay_hidden(session, sales, ada, olga):
    first = sales("S-1", customer="anna", tier="gold")
    hidden = sales("S-1", key="complaint")

    assert related.cases(session, first, by=ada) == []
    assert [each.instance.id for each in related.cases(session, first, by=olga)] == [hidden.id]
