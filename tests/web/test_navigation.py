import pytest

from core.people import Actor, Role
from tests.browsing import signed_in
from web import navigation


@pytest.mark.parametrize(
    ("role", "first"),
    [
        ("associate", "/work"),
        ("team_leader", "/work"),
        ("analyst", "/designer/projects"),
        ("integrator", "/cases"),
        ("operator", "/incidents"),
        ("administrator", "/people"),
    ],
)
def test_everybody_begins_where_their_work_is(app, role, first):
    person = signed_in(app, "somebody", role)

    assert person.get("/").location == first


def test_somebody_without_a_role_lands_on_their_account(app):
    assert signed_in(app, "somebody").get("/").location == "/account"


def test_each_place_has_a_key_of_its_own():
    keys = [place.key for place in navigation.PLACES]

    assert len(set(keys)) == len(keys)


def test_each_place_exists(app):
    missing = {place.endpoint for place in navigation.PLACES} - set(app.view_functions)

    assert not missing


def test_caught_mails_are_a_place_in_the_demo_only(app):
    operator = Actor("olga", frozenset({Role.OPERATOR}))

    with app.test_request_context():
        assert "mails.index" not in {place.endpoint for place in navigation.places(operator)}
