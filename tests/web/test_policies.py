import pytest
from flask import Blueprint, Flask

from core import permissions
from tests.browsing import Browser, signed_in
from web.policies import PUBLIC, SIGNED_IN, policy, policy_of

KNOWN = {PUBLIC, SIGNED_IN, *permissions.ROLES}


@pytest.fixture
def open_app(app: Flask) -> Flask:
    """The application with two more views: one without a policy, one for analysts."""
    bp = Blueprint("sample", __name__, url_prefix="/sample")
    bp.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    bp.add_url_rule("/design", "design", policy("design")(lambda: "canvas"))
    app._got_first_request = False
    app.register_blueprint(bp)
    return app


def test_every_view_has_a_policy_that_exists(app):
    views = {rule.endpoint: app.view_functions[rule.endpoint] for rule in app.url_map.iter_rules()}

    without = {name for name, view in views.items() if policy_of(view) not in KNOWN}

    assert not without


def test_a_view_without_a_policy_is_refused(open_app):
    answer = Browser(open_app).get("/sample/forgotten")

    assert answer.status_code == 403
    assert "secret" not in answer.text


def test_a_stranger_is_sent_to_sign_in_and_back(open_app):
    answer = Browser(open_app).get("/sample/design?x=1")

    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/sample/design?x%3D1"


def test_a_role_without_the_verb_is_refused(open_app):
    associate = signed_in(open_app, "ada", "associate")

    assert associate.get("/sample/design").status_code == 403


@pytest.mark.parametrize("role", ["analyst", "administrator"])
def test_a_role_with_the_verb_comes_in(open_app, role):
    person = signed_in(open_app, "grace", role)

    assert person.get("/sample/design").text == "canvas"


def test_a_stranger_finds_only_what_is_meant_for_everybody(app):
    stranger = Browser(app)
    closed = [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.arguments
        and policy_of(app.view_functions[rule.endpoint]) != PUBLIC
    ]

    answers = {rule.rule: stranger.get(rule.rule).status_code for rule in closed}

    assert answers
    assert set(answers.values()) <= {303, 401}
