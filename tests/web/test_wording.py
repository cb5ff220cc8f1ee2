import pytest
from flask_babel import refresh
from markupsafe import Markup

from core.languages import catalogue
from core.wording import HOLE
from engine.errors import UserTaskClosed
from tests.browsing import signed_in
from web import wording


@pytest.fixture
def german(app):
    with app.test_request_context(headers={"Cookie": "language=de"}):
        refresh()
        yield


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("This is required.", "Diese Angabe ist nötig."),
        ("Enter at most 100,000 characters.", "Bitte höchstens 100.000 Zeichen eingeben."),
        ("The task is already completed.", "Die Aufgabe ist schon erledigt (abgeschlossen)."),
        (
            "The webhook cannot be made: its address begins with https:// or http://",
            "Der Webhook lässt sich so nicht erstellen: "
            "seine Adresse beginnt mit https:// oder http://",
        ),
        (
            "There is no variable colour; do you mean color?",
            "Es gibt keine Variable colour; ist color gemeint?",
        ),
        (
            "Put first by ada, due now, about 5 min of work, and you know this case.",
            "Vorgezogen von ada, jetzt fällig, etwa 5 min Arbeit, und Sie kennen diesen Vorgang.",
        ),
        (
            "Nobody can be lent like that: there is no group gas.",
            "So lässt sich niemand ausleihen: es gibt keine Gruppe gas.",
        ),
        (
            "Say why. Es wurde nichts geändert.",
            "Bitte sagen, warum. Es wurde nichts geändert.",
        ),
        (
            "Step 1 (complete: check, with: {a: 1, b: 2}): the form does not accept hours.",
            "Schritt 1 (complete: check, with: {a: 1, b: 2}): das Formular nimmt hours nicht an.",
        ),
    ],
)
def test_a_sentence_from_below_is_said_in_the_readers_language(german, english, said):
    assert wording.say(english) == said


def test_every_sentence_with_holes_is_said_as_the_catalogue_says_it(german):
    sentences = [
        (HOLE.sub("Xyz", str(each.id)), HOLE.sub("Xyz", str(each.string)))
        for each in catalogue("de", "messages")
        if isinstance(each.id, str) and HOLE.search(each.id) and each.string
    ]

    assert len(sentences) > 500
    assert [each for each in sentences if wording.say(each[0]) != each[1]] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Gas meter 4711, second floor.",
        "Diese Angabe ist nötig.",
        "x " * 2_000,
        "There is no group " + "a" * 3_000,
    ],
)
def test_what_is_no_sentence_of_ours_stays_as_it_is(german, text):
    assert wording.say(text) == text


def test_a_name_that_stands_in_a_sentence_is_not_translated(german):
    assert wording.say("There is already a group open.") == "Es gibt schon eine Gruppe open."


def test_markup_is_left_alone(german):
    assert isinstance(wording.say(Markup("<b>Saved.</b>")), Markup)


def test_in_english_nothing_is_looked_for(app):
    with app.test_request_context():
        assert wording.say(UserTaskClosed(state="completed")) == "The task is already completed."


def test_nobody_reads_in_a_job():
    assert wording.say("This is required.") == "This is required."


def test_a_refusal_reaches_a_german_reader_in_german(app):
    browser = signed_in(app, "ada", "administrator")
    browser.client.set_cookie("language", "de")

    page = browser.page("/people/nobody-here")

    assert '<html lang="de"' in page
    assert "Niemand hier heißt nobody-here." in page
    assert "Hier gibt es nichts" in page
