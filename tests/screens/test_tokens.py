import re
from uuid import uuid4

import pytest
from sqlalchemy import select

from core import db as database
from core.people import ApiToken, actor_of_token
from tests.browsing import signed_in


@pytest.fixture
def root(app):
    return signed_in(app, "root", "administrator")


def make(root, **fields) -> str:
    """The secret of a new token, read off the page."""
    answer = root.post("/tokens", **{"name": "crm", "roles": ["integrator"], **fields})
    assert answer.status_code == 201
    found = re.search(r'value="(bo_[^"]+)"', answer.text)
    assert found
    return found[1]


def holder(secret: str):
    with database.reading() as session:
        return actor_of_token(session, secret)


def test_only_administrators_see_the_tokens(app):
    assert signed_in(app, "ivan", "integrator").get("/tokens").status_code == 403


def test_a_new_token_is_shown_once_and_works(root):
    secret = make(root, groups=["billing"], lifetime="30")

    assert holder(secret).roles == {"integrator"}
    assert holder(secret).groups == {"billing"}
    page = root.get("/tokens").text
    assert secret not in page
    assert secret[:8] in page


def test_a_token_without_a_role_is_refused(root):
    answer = root.post("/tokens", name="crm")

    assert answer.status_code == 422
    assert "Choose at least one role." in answer.text


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "a/b"}, {"roles": ["king"]}, {"lifetime": "7"}]
)
def test_wrong_values_are_refused_and_what_was_typed_stays(root, wrong):
    fields = {"name": "crm", "roles": ["integrator"], **wrong}

    answer = root.post("/tokens", **fields)

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text or "field__error" in answer.text


def test_a_token_ends_when_its_life_is_over(root, clock_at):
    secret = make(root, lifetime="30")

    clock_at(days=29)
    assert holder(secret)
    clock_at(days=30)
    assert holder(secret) is None


def test_a_revoked_token_stops_at_once_and_is_still_listed(root):
    secret = make(root, lifetime="0")
    with database.reading() as session:
        token_id = session.scalar(select(ApiToken.id))

    root.post(f"/tokens/{token_id}/revocation")

    assert holder(secret) is None
    assert "Revoked" in root.get("/tokens").text


def test_revoking_again_keeps_who_did_it_first(app, root):
    make(root)
    ruth = signed_in(app, "ruth", "administrator")
    with database.reading() as session:
        token_id = session.scalar(select(ApiToken.id))

    root.post(f"/tokens/{token_id}/revocation")
    ruth.post(f"/tokens/{token_id}/revocation")

    with database.reading() as session:
        assert session.get_one(ApiToken, token_id).revoked_by == "root"


def test_an_unknown_token_is_not_found(root):
    assert root.post(f"/tokens/{uuid4()}/revocation").status_code == 404
