from dataclasses import replace
from datetime import timedelta

import pytest
from flask_babel import refresh

from core import languages
from tests.browsing import Browser
from tests.conftest import NOW
from web import i18n


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (timedelta(hours=2), "in 2 hours"),
        (timedelta(days=-3), "3 days ago"),
        (timedelta(seconds=-20), "just now"),
        (timedelta(seconds=-50), "1 minute ago"),
    ],
)
def test_moments_are_told_as_distance(app, offset, words):
    with app.test_request_context():
        assert i18n.relative(NOW + offset, NOW) == words


def test_the_exact_moment_is_in_the_zone_of_the_reader(app):
    with app.test_request_context(headers={"Cookie": "zone=Europe/Berlin"}):
        refresh()
        assert i18n.moment(NOW) == "Jan 5, 2026, 10:00 CET"


def test_a_zone_has_the_name_that_its_readers_give_it(app):
    with app.test_request_context(headers={"Cookie": "zone=Europe/Berlin; language=de"}):
        refresh()
        assert i18n.moment(NOW) == "5. Jan. 2026, 10:00 MEZ"


def test_the_zone_is_understood_as_browsers_write_it(app):
    with app.test_request_context(headers={"Cookie": "zone=Europe%2FBerlin"}):
        refresh()
        assert i18n.moment(NOW) == "Jan 5, 2026, 10:00 CET"


def test_dates_follow_the_habits_of_the_readers_country(app):
    with app.test_request_context(headers={"Accept-Language": "en-GB,en;q=0.9"}):
        refresh()
        assert i18n.moment(NOW) == "5 Jan 2026, 09:00 UTC"
    with app.test_request_context(headers={"Accept-Language": "de-DE,de;q=0.9,en-US;q=0.5"}):
        refresh()
        assert i18n.moment(NOW) == "5. Jan. 2026, 09:00 UTC"
    with app.test_request_context(headers={"Accept-Language": "en-XX,fr-FR;q=0.9"}):
        refresh()
        assert i18n.moment(NOW) == "Jan 5, 2026, 09:00 UTC"


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (timedelta(days=2), "Due in 2 days"),
        (timedelta(minutes=3), "Due in 3 minutes"),
        (timedelta(seconds=10), "Due now"),
    ],
)
def test_what_is_due_says_so_where_no_heading_does(app, offset, words):
    with app.test_request_context():
        assert i18n.due_in(NOW + offset, NOW) == words


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", ""])
def test_an_unknown_zone_is_read_as_utc(app, zone):
    with app.test_request_context(headers={"Cookie": f"zone={zone}"}):
        refresh()
        assert i18n.moment(NOW) == "Jan 5, 2026, 09:00 UTC"


def test_a_length_of_time_has_no_direction(app):
    with app.test_request_context():
        assert i18n.duration(timedelta(hours=-26)) == "1 day"


def test_a_language_without_its_texts_is_not_spoken(app, tmp_path, monkeypatch):
    monkeypatch.setattr(languages, "TRANSLATIONS", tmp_path)
    with app.test_request_context(headers={"Accept-Language": "de-DE,de;q=0.9"}):
        assert i18n.language() == "en"


def test_the_language_is_the_one_chosen_else_the_browsers(app):
    with app.test_request_context(headers={"Accept-Language": "de-AT,de;q=0.9"}):
        assert i18n.language() == "de"
    with app.test_request_context(headers={"Accept-Language": "de", "Cookie": "language=en"}):
        assert i18n.language() == "en"
    with app.test_request_context(headers={"Accept-Language": "fr", "Cookie": "language=xx"}):
        assert i18n.language() == "en"


def test_who_asks_for_nothing_that_there_is_reads_the_language_of_the_installation(app, config):
    app.extensions["config"] = replace(config, language="de")
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        assert i18n.language() == "de"
    with app.test_request_context(headers={"Accept-Language": "fr, en;q=0.5"}):
        assert i18n.language() == "en"
    assert "Hier gibt es nichts" in app.test_client().get("/guest/nothing/here").text
    answer = app.test_client().get("/api/v1/nothing-here")
    assert (answer.status_code, answer.json["message"]) == (404, "There is no such page.")


def test_the_page_says_which_language_it_is_in(app):
    assert '<html lang="en"' in Browser(app).get("/sign-in").text


def test_a_language_is_chosen_on_the_page_and_kept(app):
    browser = Browser(app)

    browser.post("/preferences", language="de")

    page = browser.page("/sign-in")
    assert '<html lang="de"' in page
    assert "Anmelden" in page


@pytest.mark.parametrize(
    ("language", "words"), [("de", "Fällig in 2 Tagen"), ("en", "Due in 2 days")]
)
def test_distances_are_told_in_the_language(app, language, words):
    with app.test_request_context(headers={"Cookie": f"language={language}"}):
        refresh()
        assert i18n.due_in(NOW + timedelta(days=2), NOW) == words
