"""Sentences from below the pages, said again in the reader's language (see core/wording.py)."""

from collections.abc import Mapping

from flask import Flask
from markupsafe import Markup

from core import wording
from web.i18n import reader_language


def say(text: object) -> str:
    """A sentence in the reader's language; what is none of ours, or said already, stays."""
    if isinstance(text, Markup):
        return text
    return wording.say(str(text), reader_language())


def say_each(sentences: Mapping[str, str]) -> dict[str, str]:
    """The same of several, by what they are about: {field: sentence}."""
    return {name: say(sentence) for name, sentence in sentences.items()}


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(said=say, each_said=say_each)
