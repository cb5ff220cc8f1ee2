import logging
import sqlite3

import pytest
from flask import Flask
from psycopg.errors import LockNotAvailable
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from core.errors import (
    BackOfficeError,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    TooLarge,
    TooMany,
    Unavailable,
)
from tests.browsing import Browser, signed_in
from web.errors import status_of
from web.policies import policy


@pytest.fixture
def failing(app: Flask) -> Flask:
    """The application with an address that fails in the way the test wants."""

    def fail():
        raise app.extensions["failure"]

    app._got_first_request = False
    app.add_url_rule("/fail", "fail", policy("public")(fail), methods=["GET", "POST"])
    return app


def fails_with(app: Flask, error: Exception) -> Browser:
    app.extensions["failure"] = error
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return Browser(app)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (NotFound, 404),
        (Invalid, 422),
        (Forbidden, 403),
        (Conflict, 409),
        (Unavailable, 503),
        (TooLarge, 413),
        (TooMany, 429),
    ],
)
def test_each_kind_of_error_has_its_status_and_a_page_in_words(failing, kind, status):
    answer = fails_with(failing, kind("The meter is on fire.")).get("/fail")

    assert answer.status_code == status
    assert "The meter is on fire." in answer.text
    assert "Nothing was" in answer.text or "Search for it" in answer.text
    assert answer.mimetype == "text/html"


def test_an_error_of_no_kind_is_a_bug_with_an_id_to_look_it_up_by(failing, caplog):
    browser = fails_with(failing, RuntimeError("a secret detail"))
    with caplog.at_level(logging.ERROR):
        answer = browser.get("/fail")

    record = next(record for record in caplog.records if hasattr(record, "error_id"))
    assert answer.status_code == 500
    assert record.error_id in answer.text
    assert "a secret detail" not in answer.text


def test_a_page_that_does_not_exist_is_a_designed_page(app):
    answer = signed_in(app, "ada", "associate").get("/nowhere")

    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
    assert 'class="rail"' in answer.text


def test_a_script_gets_the_error_as_json(failing):
    browser = fails_with(failing, Conflict("Too late.", closed_at="noon"))

    answer = browser.get("/fail", headers={"Accept": "application/json"})

    assert answer.json == {
        "error": "Conflict",
        "message": "Too late.",
        "context": {"closed_at": "noon"},
    }


def test_htmx_shows_an_invalid_value_as_a_notice_on_the_page(failing):
    browser = fails_with(failing, Invalid("Not a number."))

    answer = browser.get("/fail", headers={"HX-Request": "true"})

    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "[data-notice]"
    assert "Not a number." in answer.text
    assert "<html" not in answer.text


def test_htmx_of_a_stranger_goes_to_sign_in(app):
    answer = Browser(app).get("/account", headers={"HX-Request": "true"})

    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/sign-in")


def test_a_refused_wait_says_how_long(failing):
    browser = fails_with(failing, TooMany("Slowly.", retry_after=7))

    assert browser.get("/fail").headers["Retry-After"] == "7"


def test_a_wrong_method_names_the_right_ones(app):
    answer = signed_in(app, "ada", "associate").client.get("/sign-out")

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_foreign_host_name_is_refused_to_programs_as_json(app):
    client = app.test_client()

    api = client.get("/api/v1/tasks", base_url="http://elsewhere.example")
    page = client.get("/work", base_url="http://elsewhere.example")

    assert (api.status_code, api.json["error"]) == (400, "SecurityError")
    assert "elsewhere.example" in api.json["message"]
    assert (page.status_code, page.mimetype) == (400, "text/html")


def test_an_oversized_form_is_refused_before_it_is_read(app):
    browser = Browser(app)
    app.config["MAX_CONTENT_LENGTH"] = 2_000
    token = browser.token()

    answer = browser.client.post("/sign-in", data={"csrf_token": token, "name": "x" * 3_000})

    assert answer.status_code == 413
    assert "too large" in answer.text


def test_a_busy_database_asks_to_come_back(failing, caplog):
    browser = fails_with(failing, OperationalError("SELECT 1", {}, LockNotAvailable()))

    answer = browser.get("/fail")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"
    assert "SELECT" not in answer.text


def test_the_slower_of_two_changes_is_told_so(failing):
    assert fails_with(failing, StaleDataError()).get("/fail").status_code == 409


def test_a_refusal_speaks_in_words_not_in_verbs(app):
    answer = signed_in(app, "ada", "associate").get("/people")

    assert answer.status_code == 403
    assert "Your role does not allow this." in answer.text
    assert "people.manage" not in answer.text


def test_an_error_without_a_kind_counts_as_ours():
    assert status_of(BackOfficeError()) == 500


def test_a_table_that_is_missing_is_a_bug_and_not_called_busy(failing):
    missing = sqlite3.OperationalError("no such table: meter")

    answer = fails_with(failing, OperationalError("SELECT", {}, missing)).get("/fail")

    assert answer.status_code == 500
    assert "busy" not in answer.text
