"""What the scripts of the pages say, in the reader's language; each English text is its own key."""

from functools import lru_cache

from flask import Flask

from core.languages import SOURCE, catalogue
from web.i18n import reader_language


def script_texts(name: str = "scripts") -> dict[str, str]:
    """The texts that read differently in the reader's language.

    Of the scripts of all pages, or of the `editors` that the designer adds.
    """
    speech = reader_language()
    return {} if speech == SOURCE else _differing(speech, name)


@lru_cache(maxsize=8)
def _differing(speech: str, name: str) -> dict[str, str]:
    return {
        message.id: message.string
        for message in catalogue(speech, name)
        if isinstance(message.id, str) and message.string and message.id != message.string
    }


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(script_texts=script_texts)
