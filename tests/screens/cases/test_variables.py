import pytest

from tests.browsing import signed_in
from tests.build import process
from tests.screens import casework


@pytest.fixture
def olga(app):
    return signed_in(app, "olga", "operator")


@pytest.fixture
def case(app):
    casework.deploy(process("invoice").user_task("approve", groups="billing").end())
    return casework.start("invoice", "INV-1", amount=5, town="Bonn")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ({"name": "town", "was": '"Bonn"', "kind": "text", "value": "12"}, "12"),
        ({"name": "amount", "was": "5", "kind": "json", "value": "12"}, 12),
        ({"name": "note", "was": "", "kind": "text", "value": "a\r\nb"}, "a\nb"),
    ],
)
def test_an_operator_changes_a_variable(olga, case, typed, stored):
    answer = olga.post(f"/cases/{case}/variables", **typed)

    assert answer.status_code == 303
    assert casework.variables(case)[typed["name"]] == stored


def test_the_form_holds_the_value_of_now(olga, case):
    page = olga.get(f"/cases/{case}/variables?name=town").text

    assert ">Bonn</textarea>" in page
    assert "Change town" in page


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ({"name": "amount", "was": "5", "kind": "json", "value": "12,5"}, 422, "is not JSON"),
        ({"name": "", "was": "", "value": "x"}, 422, "needs a name"),
        ({"name": "amount", "was": "4", "value": "mine"}, 409, "was changed meanwhile"),
        ({"name": "amount", "was": "", "value": "mine"}, 409, "was changed meanwhile"),
    ],
)
def test_a_refused_value_stays_in_the_form_and_changes_nothing(olga, case, typed, status, sentence):
    before = casework.variables(case)

    answer = olga.post(f"/cases/{case}/variables", **typed)

    assert answer.status_code == status
    assert sentence in answer.text
    assert f"{typed['value']}</textarea>" in answer.text
    assert casework.variables(case) == before


def test_a_member_that_was_taken_away_is_gone(olga, case):
    olga.post(f"/cases/{case}/variables", name="meter", value='{"no": 7, "old": true}', kind="json")

    olga.post(
        f"/cases/{case}/variables",
        name="meter",
        value='{"no": 8}',
        kind="json",
        was='{"no":7,"old":true}',
    )

    assert casework.variables(case)["meter"] == {"no": 8}


def test_only_operators_change_variables(app, case):
    lea = signed_in(app, "lea", "team_leader", groups=["billing"])

    assert "Add a variable" not in lea.get(f"/cases/{case}").text
    assert lea.post(f"/cases/{case}/variables", name="town", value="x").status_code == 403
