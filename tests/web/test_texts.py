import re
from pathlib import Path

import pytest

from web import texts

SOURCE = Path(__file__).parents[2] / "static/src"
EVERYWHERE = ("app", "desk", "inbox", "lib", "task", "viewer")


def said_by_scripts() -> set[str]:
    """The texts that scripts hand to `t` as they stand."""
    files = [file for part in EVERYWHERE for file in (SOURCE / part).glob("*.js")]
    return {text for file in files for text in re.findall(r'\bt\("([^"]+)"', file.read_text())}


def test_every_text_of_the_scripts_can_be_translated():
    assert said_by_scripts() - set(texts.TEXTS) == set()


def test_only_texts_that_read_differently_travel_with_the_page(app, monkeypatch):
    german = {"Copied": "Kopiert"}
    monkeypatch.setattr(texts, "gettext", lambda text: german.get(text, text))

    with app.test_request_context():
        assert texts.script_texts() == german


@pytest.mark.parametrize("path", ["/sign-in"])
def test_a_page_in_english_carries_no_texts(app, path):
    assert "data-texts" not in app.test_client().get(path).text
