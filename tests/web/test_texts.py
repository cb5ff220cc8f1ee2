import pytest
from flask_babel import refresh

from web import texts


def test_only_texts_that_read_differently_travel_with_the_page(app):
    with app.test_request_context(headers={"Cookie": "language=de"}):
        refresh()
        said, editors = texts.script_texts(), texts.script_texts("editors")

    assert said["Copied"] == "Kopiert"
    assert "Escape" not in said
    assert editors["User task"] == "Benutzeraufgabe"


@pytest.mark.parametrize("path", ["/sign-in"])
def test_a_page_in_english_carries_no_texts(app, path):
    assert "data-texts" not in app.test_client().get(path).text
    german = app.test_client().get(path, headers={"Accept-Language": "de"}).text
    assert "data-texts" in german
    assert "data-editor-texts" not in german
