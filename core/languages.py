"""The languages of the product, their texts, and how one reader is spoken to outside of a page.

English is the source: its texts stand in the code, and each is the key of its translations.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, get_timezone_name
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

SOURCE = "en"
#: Each by its own name, the source first.
NAMES = {SOURCE: "English", "de": "Deutsch"}
TRANSLATIONS = Path(__file__).parent.parent / "translations"


def N_(text: str) -> str:  # noqa: N802 – the name that catalogues of texts look for
    """Mark a text for translation; it is translated when it is shown or sent."""
    return text


class Gettext(Protocol):
    """Says a text in the reader's language, with values put in: on a page, or in a mail."""

    def __call__(self, text: str, /, **values: object) -> str: ...


def offered() -> list[str]:
    """English, and the languages whose texts are there: half a translation helps nobody."""
    return [known for known in NAMES if known == SOURCE or _file(known, "messages").exists()]


@lru_cache(maxsize=8)
def catalogue(language: str, name: str) -> Catalog:
    """All texts of a language: `messages`, `scripts` or `editors` (see translations/collect.py)."""
    with _file(language, name).open("rb") as stream:
        return read_po(stream, locale=language)


def translations(language: str) -> NullTranslations:
    """The texts of pages and mails, ready for `gettext`. Nothing has to be compiled before."""
    return NullTranslations() if language == SOURCE else _compiled(language)


@lru_cache(maxsize=4)
def _compiled(language: str) -> Translations:
    compiled = BytesIO()
    write_mo(compiled, catalogue(language, "messages"))
    compiled.seek(0)
    return Translations(compiled)


def _file(language: str, name: str) -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES" / f"{name}.po"


@dataclass(frozen=True)
class Speech:
    """How one reader is spoken to: in a language that is offered, by the clocks of a zone."""

    language: str = SOURCE
    zone: str = "UTC"

    def gettext(self, text: str, /, **values: object) -> str:
        """A text in the language, with values put in: `%(name)s`."""
        said = translations(self.language).gettext(text)
        return said % values if values else said

    def ngettext(self, one: str, many: str, count: int, **values: object) -> str:
        """A text that counts; `%(num)s` is the count as the language writes numbers."""
        said = translations(self.language).ngettext(one, many, count)
        return said % {"num": format_decimal(count, locale=self.language), **values}

    def day(self, day: date) -> str:
        """A day: "Jan 9, 2026"."""
        return format_date(day, "medium", locale=self.language)

    def moment(self, at: datetime) -> str:
        """A moment by the reader's clock: "Mon, Jan 5, 2026, 14:05 CET"."""
        return moment(at.astimezone(ZoneInfo(self.zone)), self.language, "yMMMEd")


def moment(local: datetime, locale: str, day: str = "yMMMd") -> str:
    """A local time to the minute with its zone; `day` is the skeleton of its date."""
    date_of = format_skeleton(day, local, locale=locale)
    return f"{date_of}, {format_skeleton('Hm', local, locale=locale)} {_zone_name(local, locale)}"


def _zone_name(local: datetime, locale: str) -> str:
    """As people there abbreviate it: "MEZ" in German, where there is such a word."""
    name = get_timezone_name(local, width="short", locale=locale)
    return name if name.isalpha() else local.tzname() or name
